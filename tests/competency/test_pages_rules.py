"""Rules: seen, changed by a form of alternatives, tried on everybody, published; and what counts from others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from competency.dry_run.models import DryRun
from competency.dry_run.services import advance_dry_runs
from competency.models import AcceptedEquivalent, EvidenceRule
from competency.rulebook.alternatives import alternatives_of, tree_of
from competency.services import accept_equivalent, change_rule, rebuild_marked
from competency.trees import parse
from people.api import end_of_day, now, today
from tests.people import factories as make

from . import world
from .pages import links_of, reads, text_of
from .world import Town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SEEN = {"alternatives": "1", "a0-observed_by": ["sjukskoterska"], "a0-in_person": "on"}


@pytest.fixture
def chief(school: Town) -> Client:
    """The chief nurse of the region, who owns the framework."""
    who = world.works_at(school.solrosen, "Rut", "sjukskoterska")
    make.holds("chief_nurse", school.region, who)
    return reads(who)


@pytest.fixture
def admin(school: Town) -> Client:
    who = world.works_at(school.norr, "Ada", "enhetschef")
    make.holds("admin", school.region, who)
    return reads(who)


def filled(**changes: Any) -> dict[str, Any]:
    return SEEN | {"validity_months": "6", "valid_from": str(today()), "step": "try"} | changes


def finish() -> None:
    while advance_dry_runs(now()):
        pass
    advance_dry_runs(now())


def tried(client: Client, path: str, form: dict[str, Any]) -> str:
    """Send the form, let the worker do its part, and return where the answer is."""
    address: str = client.post(path, form)["Location"]
    finish()
    return address


def decided(client: Client, address: str, step: str) -> Any:
    return client.post(f"{address}beslut/", {"step": step})


def newest(code: str = "HYG-01", level: int = 3) -> EvidenceRule:
    return EvidenceRule.objects.filter(competency__code=code, level=level).latest("version")


def test_the_rules_are_listed_with_since_when_and_by_whom(chief: Client, school: Town) -> None:
    words = text_of(chief.get("/regler/"))
    assert (
        "Competency HYG-01 Levels 1, 2, 3, 4 · since 1 January 2025 · came with the framework 1 January 2025" in words
    )
    page = text_of(chief.get("/regler/HYG-01/"))
    assert "Level 3, Level 3 Observation by registered nurse, in person It holds for 12 months." in page
    assert "All of these: Course completed Questions passed" in page


def test_a_rule_is_changed_tried_and_published(chief: Client, school: Town) -> None:
    address = chief.post("/regler/HYG-01/3/", filled(reason="Ny föreskrift"))["Location"]
    finish()
    words = text_of(chief.get(address))
    assert "Now Observation by registered nurse, in person It holds for 12 months." in words
    assert "Would be Observation by registered nurse, in person It holds for 6 months." in words
    assert "Why Ny föreskrift" in words
    done = chief.post(f"{address}beslut/", {"step": "publish"}, follow=True)
    assert "Published." in done.content.decode()
    row = newest()
    assert (row.version, row.validity_months, row.tree) == (
        2,
        6,
        {"any_of": [{"type": "observation", "by": ["sjukskoterska"], "in_person": True}]},
    )
    page = text_of(chief.get("/regler/HYG-01/"))
    assert "published by Rut Ek" in page
    assert "1 earlier version" in page


def test_alternatives_are_added_and_nothing_typed_is_lost(chief: Client) -> None:
    page = chief.post("/regler/HYG-01/3/", filled(step="add", reason="För att"))
    words = page.content.decode()
    assert "Or alternative 2: all of this" in text_of(page)
    assert 'name="alternatives" value="2"' in words
    assert "För att</textarea>" in words
    form = filled(alternatives="2") | {
        "a1-plain": ["course", "quiz"],
        "a1-licence": ["sjukskoterska"],
        "a1-answers": "3",
    }
    address = chief.post("/regler/HYG-01/2/", form)["Location"]
    assert DryRun.objects.get(uuid=address.split("/")[3]).proposal["tree"] == {
        "any_of": [
            {"type": "observation", "by": ["sjukskoterska"], "in_person": True},
            {
                "all_of": [
                    {"type": "course"},
                    {"type": "quiz"},
                    {"type": "formal_qualification", "licence": ["sjukskoterska"]},
                    {"type": "retention", "answers": 3, "days": 7},
                ]
            },
        ]
    }


def test_the_form_shows_the_rule_in_force(chief: Client) -> None:
    html = chief.get("/regler/HYG-01/3/").content.decode()
    assert 'name="a0-observed_by" value="sjukskoterska" id="id_a0-observed_by_3" checked' in html
    assert 'name="validity_months" value="12"' in html


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"validity_months": "0"}, "greater than or equal to 1"),
        ({"valid_from": str(today() - timedelta(days=1))}, "The day has passed."),
        ({"valid_from": ""}, "This field is required"),
        ({"ends_earlier_on": str(today() - timedelta(days=1)), "reason": "x"}, "cannot end before the new version"),
        ({"ends_earlier_on": str(today() + timedelta(days=9))}, "Give the reason for ending earlier evidence"),
        ({"a0-observed_by": ["kungen"]}, "kungen is not one of the available choices"),
        ({"a0-observed_by": []}, "Say who is to have seen it."),
        ({"a0-observed_by": [], "a0-in_person": ""}, "Say at least one thing that shows the level."),
        ({"a0-answers": "1"}, "greater than or equal to 2"),
        ({"a0-days": "9"}, "Say on how many days"),
        ({"a0-plain": ["course"]}, "nothing on offer teaches level 3"),
        ({"a0-plain": ["equivalent"]}, "accepted nowhere yet"),
        ({"reason": "19121212-1212"}, "personal identity number"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(chief: Client, changes: dict[str, Any], words: str) -> None:
    answer = chief.post("/regler/HYG-01/3/", filled(**changes))
    assert answer.status_code in (200, 400)
    assert words in text_of(answer)
    assert not DryRun.objects.exists()
    assert newest().version == 1


def test_a_level_off_the_scale_or_an_unknown_competency_is_not_there(chief: Client) -> None:
    for address in ("/regler/HYG-01/0/", "/regler/HYG-01/5/", "/regler/HYG-99/1/", "/regler/HYG-99/"):
        assert chief.get(address).status_code == 404


def test_two_who_publish_at_once_get_one_rule(chief: Client, admin: Client) -> None:
    first = chief.post("/regler/HYG-01/3/", filled(validity_months="6"))["Location"]
    second = admin.post("/regler/HYG-01/3/", filled(validity_months="9"))["Location"]
    finish()
    finish()
    chief.post(f"{first}beslut/", {"step": "publish"})
    told = admin.post(f"{second}beslut/", {"step": "publish"}, follow=True)
    assert "This trial is over. Try the change again." in told.content.decode()
    assert (newest().version, newest().validity_months) == (2, 6)


def test_earlier_evidence_is_ended_by_a_chief_alone(school: Town, chief: Client, admin: Client) -> None:
    world.takes(school.usk, school.granvik, "hygien", now() - timedelta(days=9))
    rebuild_marked(now())
    assert "Last day for what was shown earlier" not in text_of(admin.get("/regler/HYG-01/1/"))
    ends = today() + timedelta(days=30)
    form = filled(ends_earlier_on=str(ends), reason="Ny rutin")
    address = chief.post("/regler/HYG-01/1/", form)["Location"]
    finish()
    words = text_of(admin.get(address))
    assert "What was shown earlier would count until" in words
    assert "Only a chief at the framework's owner ends what was shown earlier" in words
    assert admin.post(f"{address}beslut/", {"step": "publish"}).status_code == 302
    assert newest(level=1).version == 1
    page = chief.post(f"{address}beslut/", {"step": "publish"}, follow=True)
    assert newest(level=1).ends_earlier_at == end_of_day(ends)
    assert "0 of 1 people computed anew" in text_of(page)
    rebuild_marked(now())
    assert "1 person has been computed anew." in text_of(chief.get(address))


def test_a_municipality_may_try_but_not_publish(school: Town) -> None:
    mas = reads(school.mas)
    assert "You can try a change on everybody in Granvik." in text_of(mas.get("/regler/HYG-01/3/"))
    address = mas.post("/regler/HYG-01/3/", filled())["Location"]
    finish()
    assert DryRun.objects.get().node == school.granvik
    words = text_of(mas.get(address))
    assert "The framework's owner publishes it." in words
    assert 'value="publish"' not in mas.get(address).content.decode()
    mas.post(f"{address}beslut/", {"step": "publish"})
    assert newest().version == 1


def test_for_others_the_pages_are_not_there(school: Town) -> None:
    for who in (school.usk, school.chef, school.ssk):
        client = reads(who)
        for address in ("/regler/", "/regler/HYG-01/", "/regler/HYG-01/3/", "/regler/godtagna/"):
            assert client.get(address).status_code == 404
        assert client.post("/regler/HYG-01/3/", filled()).status_code == 404
        assert client.post("/regler/godtagna/avsluta/", {"line": "1"}).status_code == 404
        assert "/regler/" not in links_of(client.get("/kompetens/"))
    assert Client().get("/regler/").status_code == 302
    assert "/regler/" in links_of(reads(school.mas).get("/kompetens/"))
    assert "/regler/" in links_of(reads(school.mas).get("/krav/"))


def test_a_rule_of_the_future_is_told_beside_the_one_in_force(chief: Client, hygiene: Any) -> None:
    tree = {"any_of": [{"type": "observation", "by": ["mas"]}]}
    change_rule(hygiene, 3, tree, now(), validity_months=3, valid_from=now() + timedelta(days=40))
    words = text_of(chief.get("/regler/HYG-01/"))
    assert "in person It holds for 12 months." in words
    assert "Observation by chief responsible nurse (MAS) It holds for 3 months." in words
    assert "level 3 changes" in text_of(chief.get("/regler/"))


@pytest.mark.parametrize("versions", [1, 4])
def test_the_list_costs_the_same_however_many_versions_there_are(
    chief: Client, hygiene: Any, versions: int, django_assert_num_queries: Any
) -> None:
    for months in range(1, versions):
        change_rule(hygiene, 3, {"type": "observation", "by": ["mas"]}, now(), validity_months=months)
    chief.get("/regler/")
    with django_assert_num_queries(6):
        chief.get("/regler/")


# --- What counts from others ------------------------------------------------------------------------------------------


def test_a_chief_lets_others_findings_count_and_ends_it(school: Town) -> None:
    mas = reads(school.mas)
    assert "Nothing from other employers counts here." in text_of(mas.get("/regler/godtagna/"))
    form = {"node": school.granvik.pk, "giver": school.lyngfors.pk, "competency": "HYG-01", "level": 3}
    address = tried(mas, "/regler/godtagna/", form | {"freshness_months": "6", "reason": "Samma rutiner"})
    words = text_of(mas.get(address))
    assert "From Lyngfors, in Granvik: Competency HYG-01 , up to level 3" in words
    assert "It would count from the moment when you publish it. Samma rutiner" in words
    assert not AcceptedEquivalent.objects.exists()
    decided(mas, address, "publish")
    page = mas.get("/regler/godtagna/")
    assert "From Lyngfors, in Granvik Competency HYG-01 , up to level 3, for 6 months after it was shown" in text_of(
        page
    )
    row = AcceptedEquivalent.objects.get()
    assert (row.decided_by, row.node, row.giver, row.level) == (school.mas, school.granvik, school.lyngfors, 3)
    address = tried(mas, "/regler/godtagna/avsluta/", {"line": row.pk})
    assert "It would no longer count." in text_of(mas.get(address))
    assert not AcceptedEquivalent.objects.latest("pk").withdrawn
    decided(mas, address, "publish")
    assert "Nothing from other employers counts here." in text_of(mas.get("/regler/godtagna/"))
    assert AcceptedEquivalent.objects.latest("pk").withdrawn


def test_what_is_left_as_it_is_counts_nothing_and_leads_back(school: Town) -> None:
    mas = reads(school.mas)
    form = {"node": school.granvik.pk, "giver": school.lyngfors.pk, "competency": "", "level": 4}
    address = tried(mas, "/regler/godtagna/", form)
    assert mas.post(f"{address}beslut/", {"step": "cancel"})["Location"] == "/regler/godtagna/"
    assert not AcceptedEquivalent.objects.exists()


def test_a_trial_of_one_municipality_is_not_there_for_another(school: Town) -> None:
    form = {"node": school.granvik.pk, "giver": school.lyngfors.pk, "competency": "", "level": 4}
    address = tried(reads(school.mas), "/regler/godtagna/", form)
    lisa = world.works_at(school.ekbacken, "Lisa", "sjukskoterska")
    world.make.holds("chief_nurse", school.lyngfors, lisa)
    for who in (lisa, school.chef, school.usk):
        client = reads(who)
        assert client.get(address).status_code == 404
        assert client.post(f"{address}beslut/", {"step": "publish"}).status_code == 404
    assert not AcceptedEquivalent.objects.exists()


def test_what_one_does_not_decide_is_not_offered(school: Town) -> None:
    mas = reads(school.mas)
    form = {"node": school.lyngfors.pk, "giver": school.granvik.pk, "level": 3}
    assert "Select a valid choice" in text_of(mas.post("/regler/godtagna/", form))
    for giver in (school.granvik, school.region):
        own = form | {"node": school.granvik.pk, "giver": giver.pk}
        assert "Select a valid choice" in text_of(mas.post("/regler/godtagna/", own))
    assert not AcceptedEquivalent.objects.exists()
    other = accept_equivalent(school.lyngfors, school.granvik, 3, now())
    assert mas.post("/regler/godtagna/avsluta/", {"line": other.pk}).status_code == 404


# --- Alternatives, pure -----------------------------------------------------------------------------------------------

LEAVES = [
    {"type": "course"},
    {"type": "quiz"},
    {"type": "certificate"},
    {"type": "equivalent"},
    {"type": "observation", "by": ["mas"], "in_person": True},
    {"type": "confirmation", "by": ["enhetschef"]},
    {"type": "retention", "answers": 4, "days": 9},
]
PARTS = st.lists(st.sampled_from(LEAVES), min_size=1, max_size=4, unique_by=lambda leaf: leaf["type"])


@given(st.lists(PARTS, min_size=1, max_size=6))
def test_a_rule_is_the_same_before_and_after_it_was_shown_as_alternatives(alternatives: list[Any]) -> None:
    tree = {"any_of": [parts[0] if len(parts) == 1 else {"all_of": parts} for parts in alternatives]}
    found = alternatives_of(parse(tree))
    assert found is not None
    assert alternatives_of(parse(tree_of(found))) == found
    assert len(found) == len(alternatives)


def test_what_is_made_otherwise_has_no_alternatives() -> None:
    nested = {"all_of": [{"type": "course"}, {"any_of": [{"type": "quiz"}, {"type": "certificate"}]}]}
    twice = {"all_of": [{"type": "observation", "by": ["mas"]}, {"type": "observation", "by": ["mar"]}]}
    assert alternatives_of(parse(nested)) is None
    assert alternatives_of(parse(twice)) is None
    assert alternatives_of(parse({})) == ()
    assert tree_of([()]) == {}
