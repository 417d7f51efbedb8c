"""What a pack holds, how it is put together, who takes it, and the command that tries the file."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from competency.api import assess, rebuild_marked, review, standings_of
from competency.delegation.models import DelegableTask
from competency.delegation.services import accept, draft, revoke, sign
from competency.delegation.tasks_file import load_tasks
from competency.errors import NotEntitled
from competency.inspection import services
from competency.inspection.chain import Link, verified
from competency.inspection.models import InspectionLine, InspectionPack, InspectionTaking
from competency.inspection.services import (
    NotReady,
    NotYetKnown,
    TooFarBack,
    advance_inspections,
    cancel_pack,
    discard_old_packs,
    start_pack,
    take_pack,
)
from people.api import Person, mark_absent, now, today
from tests.competency import world
from tests.competency.pages import ago, links_of, reads, text_of
from tests.competency.world import BEGAN, Town
from tests.paper import text_of as paper_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
SECRET = "She was nervous, and I said so."
PAGE = "/team/norr/tillsyn/"


@pytest.fixture
def unit(school: Town, hygiene) -> Town:
    """Norr: Ulla was observed and has a delegation; Clara leads; Vera took a course, and once worked in Lyngfors."""
    assess(school.ssk, school.usk, hygiene, 3, ago(40), comment=SECRET)
    load_tasks([{"code": "insulin", "title_sv": "Ge insulin", "competency": "MED-02"}], BEGAN)
    task, days = DelegableTask.objects.get(), (today() - timedelta(days=20), today() + timedelta(days=60))
    made = draft(school.ssk, school.usk, task, school.norr, *days, ago(20), note=SECRET)
    sign(made, school.ssk, ago(20), reason=SECRET, shown="a" * 64)
    accept(made, school.usk, ago(19), shown="b" * 64)
    vera = world.works_at(school.norr, "Vera", "vardbitrade")
    world.takes(vera, school.granvik, "hygien", ago(30))
    rebuild_marked(now())
    return school


def pack_of(town: Town, *, by: Any = None, as_of: Any = None, at: Any = None) -> InspectionPack:
    at = at or now()
    pack = start_pack(town.norr, as_of or today(at), by or town.chef, at)
    while advance_inspections(at):
        pass
    pack.refresh_from_db()
    return pack


def lines_of(pack: InspectionPack, kind: str = "") -> list[dict[str, Any]]:
    lines = [json.loads(text) for text in pack.rows.values_list("text", flat=True)]
    return [line for line in lines if not kind or line["kind"] == kind]


def test_a_pack_tells_of_everybody_what_is_asked_held_and_delegated(unit):
    pack = pack_of(unit)
    first, *_rest, last = lines_of(pack)
    assert (first["kind"], first["unit"]["name"], first["care_provider"]["name"]) == ("inspection", "Norr", "Granvik")
    assert (first["people"], first["asked_by"]["name"], first["as_of"]) == (3, "Clara Ek", str(today()))
    assert (last["kind"], last["lines"], last["hash"]) == ("end", pack.lines, pack.head)
    names = [line["person"]["name"] for line in lines_of(pack, "person")]
    assert names == ["Clara Ek", "Ulla Ek", "Vera Ek"]
    ulla = str(unit.usk.uuid)
    standings = {
        line["competency"]["code"]: (line["asked"], line["held"], line["status"])
        for line in lines_of(pack, "standing")
        if line["person"] == ulla
    }
    assert standings == {"HYG-01": (2, 3, "met"), "HYG-02": (2, 0, "missing"), "MED-02": (2, 0, "missing")}
    (delegation,) = lines_of(pack, "delegation")
    assert (delegation["person"], delegation["state"], delegation["giver"]["name"]) == (ulla, "active", "Sara Ek")
    kinds = [(event["kind"], event["shown_hash"]) for event in delegation["events"]]
    assert kinds == [("signed", "a" * 64), ("offered", ""), ("accepted", "b" * 64)]


def test_a_standing_names_the_statement_that_it_rests_on_and_who_asks(unit):
    pack = pack_of(unit)
    line = next(line for line in lines_of(pack, "standing") if line["competency"]["code"] == "HYG-01")
    (evidence,) = line["evidence"]
    assert (line["person"], evidence["kind"], evidence["level"]) == (str(unit.usk.uuid), "observation", 3)
    assert len(evidence["statement"]) == 36
    assert [each["profession"] for each in line["asked_by"]] == ["underskoterska"]
    assert line["rule"] == {"level": 3, "version": 1}


def test_it_agrees_with_the_pages(unit):
    pack = pack_of(unit)
    told = [
        (line["person"], line["competency"]["code"], line["held"], line["asked"]) for line in lines_of(pack, "standing")
    ]
    people = Person.objects.filter(uuid__in=[line["person"]["uuid"] for line in lines_of(pack, "person")])
    assert people.count() == 3
    for person in people:
        lines = standings_of(person, unit.granvik, today())
        expected = [(str(person.uuid), each.competency.code, each.level, each.asked) for each in lines]
        assert [each for each in told if each[0] == str(person.uuid)] == expected


def test_what_people_wrote_about_each_other_is_not_in_it(unit):
    pack = pack_of(unit)
    assert SECRET not in "".join(pack.rows.values_list("text", flat=True))


def test_it_says_how_it_stood_on_an_earlier_day(unit):
    pack = pack_of(unit, as_of=today() - timedelta(days=35))
    assert lines_of(pack, "delegation") == []
    vera = next(line["person"]["uuid"] for line in lines_of(pack, "person") if line["person"]["name"] == "Vera Ek")
    held = {(line["person"], line["competency"]["code"]): line["held"] for line in lines_of(pack, "standing")}
    assert held[str(unit.usk.uuid), "HYG-01"] == 3
    assert held[vera, "HYG-01"] == 0


def test_an_earlier_day_knows_nothing_of_what_happened_to_a_delegation_later(unit):
    made = unit.usk.delegations_received.get()
    revoke(made, unit.ssk, now(), reason=SECRET)
    assert lines_of(pack_of(unit), "delegation") == []
    (line,) = lines_of(pack_of(unit, as_of=today() - timedelta(days=2)), "delegation")
    assert (line["state"], [event["kind"] for event in line["events"]]) == ("active", ["signed", "offered", "accepted"])


def test_what_was_earned_at_another_employer_is_there_without_its_statement(unit, hygiene):
    """A course that the region has reviewed counts in both municipalities."""
    mar = world.works_at(unit.solrosen, "Rut", "sjukskoterska")
    world.make.holds("chief_nurse", unit.region, mar)
    review(mar, world.course_iri("hygien"), "1.0", unit.region, BEGAN)
    both = world.works_at(unit.ekbacken, "Bea", "vardbitrade")
    world.works_at(unit.norr, both, "vardbitrade")
    world.takes(both, unit.lyngfors, "hygien", ago(10))
    rebuild_marked(now())
    pack = pack_of(unit)
    lines = [line for line in lines_of(pack, "standing") if line["person"] == str(both.uuid)]
    (line,) = (line for line in lines if line["evidence"])
    assert {each["kind"] for each in line["evidence"]} == {"course", "quiz"}
    for evidence in line["evidence"]:
        assert evidence["from_elsewhere"] is True
        assert set(evidence) == {"kind", "level", "happened_at", "from_elsewhere"}


def test_those_not_in_service_are_left_out(unit):
    vera = Person.objects.get(given_name="Vera")
    mark_absent(vera.employments.get(), today(), None, at=now())
    assert [line["person"]["name"] for line in lines_of(pack_of(unit), "person")] == ["Clara Ek", "Ulla Ek"]


def test_a_large_unit_is_put_together_in_batches_and_is_the_same_pack(unit, monkeypatch):
    at = now()
    whole = [json.loads(text) for text in pack_of(unit, at=at).rows.values_list("text", flat=True)]
    monkeypatch.setattr(services, "PEOPLE_AT_ONCE", 1)
    pack = start_pack(unit.norr, today(), unit.chef, at)
    assert (pack.is_running, pack.done, pack.total) == (True, 1, 3)
    with pytest.raises(NotReady):
        take_pack(pack, unit.chef, "pdf", at)
    assert [advance_inspections(at) for _ in range(4)] == [1, 1, 1, 0]
    assert [json.loads(text) for text in pack.rows.values_list("text", flat=True)] == whole


def test_one_that_is_stopped_keeps_nothing(unit, monkeypatch):
    monkeypatch.setattr(services, "PEOPLE_AT_ONCE", 1)
    pack = start_pack(unit.norr, today(), unit.chef, now())
    cancel_pack(pack, now())
    cancel_pack(pack, now())
    assert not InspectionLine.objects.exists()
    assert advance_inspections(now()) == 0


def test_a_finished_one_is_not_stopped(unit):
    pack = pack_of(unit)
    cancel_pack(pack, now())
    pack.refresh_from_db()
    assert (pack.cancelled_at, pack.rows.count()) == (None, pack.lines)


def test_packs_go_after_a_month_and_who_took_them_stays(unit):
    pack = pack_of(unit, at=ago(31), as_of=today() - timedelta(days=31))
    take_pack(pack, unit.chef, "pdf", ago(31))
    newer = pack_of(unit)
    discard_old_packs(now())
    assert list(InspectionPack.objects.values_list("pk", flat=True)) == [newer.pk]
    assert InspectionTaking.objects.get().head == pack.head


@pytest.mark.parametrize(
    ("days", "error"), [(1, NotYetKnown), (-4000, TooFarBack)], ids=["a day ahead", "too far back"]
)
def test_a_day_that_means_nothing_is_refused(unit, days, error):
    with pytest.raises(error):
        start_pack(unit.norr, today() + timedelta(days=days), unit.chef, now())
    assert not InspectionPack.objects.exists()


def test_only_those_who_answer_for_the_unit_or_examine_it_may(unit):
    teacher = world.works_at(unit.norr, "Ture", "underskoterska")
    world.make.holds("educator", unit.granvik, teacher)
    watcher = world.make.holds("auditor", unit.granvik, "Asta")
    for who in (unit.usk, unit.ssk, teacher):
        with pytest.raises(NotEntitled):
            start_pack(unit.norr, today(), who, now())
    for who in (unit.chef, unit.mas, watcher):
        assert pack_of(unit, by=who).lines


def test_who_took_a_pack_cannot_be_changed(unit):
    take_pack(pack_of(unit), unit.chef, "pdf", now())
    for change in ({"head": "x"}, None):
        rows = InspectionTaking.objects.all()
        with pytest.raises((DatabaseError, TypeError)), transaction.atomic():
            super(type(rows), rows).update(**change) if change else rows._raw_delete(rows.db)
    assert InspectionTaking.objects.count() == 1


# Pages


def test_a_manager_asks_for_a_pack_and_takes_both_forms(unit):
    client = reads(unit.chef)
    assert PAGE in links_of(client.get("/team/norr/"))
    assert PAGE in links_of(client.get("/team/norr/lista/"))
    made = client.post(PAGE, {"as_of": str(today())})
    pack = InspectionPack.objects.get()
    assert made.url == f"{PAGE}{pack.uuid}/"
    page = client.get(made.url)
    assert f"Lines in the file {pack.lines} Head {pack.head}" in text_of(page)
    file = client.get(f"{made.url}rader/")
    lines = b"".join(file.streaming_content).decode().splitlines(keepends=True)
    assert verified(lines).head == pack.head
    assert file["Content-Disposition"] == f'attachment; filename="tillsyn-norr-{today()}.jsonl"'
    words = paper_of(client.get(f"{made.url}pdf/").content)
    assert "Inspection pack" in words
    assert "Ulla Ek Underskoterska, Norr" in words
    assert f"Observation {today() - timedelta(days=40)}" in words
    assert "Ge insulin Sara Ek Norr" in words
    assert pack.head in words.replace(" ", "")
    assert SECRET not in words
    told = text_of(client.get(PAGE))
    assert "Clara Ek · document" in told
    assert "Clara Ek · file of lines" in told


def test_while_it_is_put_together_the_page_says_how_far_it_has_come(unit, monkeypatch):
    monkeypatch.setattr(services, "PEOPLE_AT_ONCE", 2)
    client = reads(unit.chef)
    address = client.post(PAGE, {"as_of": str(today())}).url
    assert "2 of 3 people done" in text_of(client.get(address))
    assert client.get(f"{address}pdf/").status_code == 409
    assert client.post(address).url == PAGE
    assert "Nothing of it is kept" in text_of(client.get(address))


def test_another_reader_s_pack_and_another_s_unit_are_not_found(unit):
    pack = pack_of(unit)
    lyng = world.works_at(unit.ekbacken, "Lisa", "enhetschef")
    world.make.holds("manager", unit.ekbacken, lyng)
    for who in (lyng, unit.usk, unit.ssk):
        client = reads(who)
        for address in (PAGE, f"{PAGE}{pack.uuid}/", f"{PAGE}{pack.uuid}/pdf/", f"{PAGE}{pack.uuid}/rader/"):
            assert client.get(address).status_code == 404
        assert client.post(PAGE, {"as_of": str(today())}).status_code == 404
    assert reads(unit.mas).get(f"{PAGE}{pack.uuid}/").status_code == 404
    assert reads(lyng).get(f"/team/ekbacken/tillsyn/{pack.uuid}/").status_code == 404


def test_a_day_that_is_no_day_is_said_on_the_form(unit):
    client = reads(unit.chef)
    for day, words in (
        ("", "This field is required."),
        ("yesterday", "Enter a valid date."),
        (str(today() + timedelta(days=1)), "Choose today or an earlier day"),
    ):
        answer = client.post(PAGE, {"as_of": day})
        assert answer.status_code == 200
        assert words in text_of(answer)
    assert not InspectionPack.objects.exists()


# The command


def run(*words: str) -> str:
    out = StringIO()
    call_command("inspection", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(unit, tmp_path):
    pack = pack_of(unit)
    take_pack(pack, unit.chef, "jsonl", now())
    path = tmp_path / "pack.jsonl"
    path.write_text("".join(f"{text}\n" for text in pack.rows.values_list("text", flat=True)), encoding="utf-8")
    return pack, path


def test_the_command_says_that_a_file_is_whole_and_who_took_it(unit, file):
    pack, path = file
    words = run("verify", str(path), "--head", pack.head)
    assert f"Whole: {pack.lines} lines, head {pack.head}." in words
    assert f"by {unit.chef.uuid}, of norr on {today()}." in words


def test_the_command_says_which_line_was_tampered_with(file):
    _pack, path = file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    number = next(number for number, line in enumerate(lines, start=1) if '"held":0' in line)
    lines[number - 1] = lines[number - 1].replace('"held":0', '"held":4')
    path.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(CommandError, match=f"line {number}: It has been changed"):
        run("verify", str(path))


def test_the_command_says_that_a_file_was_cut_off_and_that_it_is_another(file, tmp_path):
    pack, path = file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(CommandError, match=f"line {pack.lines}: The file ends before its end"):
        run("verify", str(path))
    path.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(CommandError, match="it is another pack"):
        run("verify", str(path), "--head", "0" * 64)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for name in ("missing", "binary"):
        with pytest.raises(CommandError):
            run("verify", str(tmp_path / name))


def test_a_chain_made_anew_is_whole_but_not_known(unit, file):
    _pack, path = file
    link, lines = Link(), []
    for line in path.read_text(encoding="utf-8").splitlines()[:-1]:
        body = {key: value for key, value in json.loads(line).items() if key not in ("n", "previous", "hash")}
        text, link = link.next(body | ({"held": 4} if body["kind"] == "standing" else {}))
        lines.append(text)
    path.write_text("".join(f"{line}\n" for line in [*lines, link.end()[0]]), encoding="utf-8")
    assert "No pack with this head was taken from this installation" in run("verify", str(path))
