"""The practice log: written by oneself, read where one is assessed, and no evidence of anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from competency.errors import RuleError
from competency.models import DirtyMark, Standing
from competency.observing.practising import log_practice, practice_of
from competency.services import rebuild_marked
from people.api import actor_keys_of, now, today
from xapi.api import full_statement, statements_about, vocabulary

from . import world
from .pages import ago, hidden_fields, reads, text_of
from .world import Town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def filled(client: Any, **changes: Any) -> dict[str, Any]:
    values = {"times": "3", "happened_on": str(today()), "supervisor": "sjukskoterska", "note": "Svårt att hitta kärl."}
    return hidden_fields(client.get("/kompetens/HYG-01/ovat/")) | values | changes


def logged(town: Town) -> list[Any]:
    return statements_about(actor_keys_of(town.usk), verbs=[vocabulary.own().practised])


def test_she_writes_what_she_has_practised_and_it_stands_on_the_page(school: Town) -> None:
    client = reads(school.usk)
    form = filled(client)
    page = client.post("/kompetens/HYG-01/ovat/", form, follow=True)
    words = text_of(page)
    assert "Your level is as it was" in words
    assert "3 times under supervision, the last on" in words
    assert "3 times, beside registered nurse Svårt att hitta kärl." in words
    client.post("/kompetens/HYG-01/ovat/", form)
    (row,) = logged(school)
    own = vocabulary.own()
    body = full_statement(row.statement_id)
    assert body["result"] == {"extensions": {own.times: 3, own.comment: "Svårt att hitta kärl."}}
    assert "Svårt" not in str(row.payload), "what she wrote can be disposed of"


def test_it_marks_nobody_and_shows_no_level(school: Town, hygiene: Any) -> None:
    rebuild_marked(now())
    log_practice(
        school.usk, hygiene, 50, now(), organisation=school.granvik, supervisor="sjukskoterska", statement_id=uuid4()
    )
    assert not DirtyMark.objects.exists()
    assert not Standing.objects.filter(person=school.usk).exists()


def test_whoever_assesses_her_reads_it_and_another_employer_does_not(school: Town, hygiene: Any) -> None:
    said = {"supervisor": "colleague", "happened_at": ago(3)}
    log_practice(school.usk, hygiene, 2, ago(3), organisation=school.granvik, statement_id=uuid4(), **said)
    log_practice(school.usk, hygiene, 9, ago(3), organisation=school.lyngfors, statement_id=uuid4(), **said)
    world.make.holds("assessor", school.norr, school.ssk)
    for address in (f"/team/norr/bedom/{school.usk.uuid}/HYG-01/", f"/plan/{school.usk.uuid}/kompetens/HYG-01/"):
        words = text_of(reads(school.ssk).get(address))
        assert "2 times under supervision" in words
        assert "Write what you have practised" not in words
    assert practice_of(school.usk, hygiene, organisation=None).times == 11


@pytest.mark.parametrize(("role", "reads_it"), [("manager", True), ("hr", False), ("auditor", False)])
def test_of_those_who_see_her_level_only_her_manager_and_assessors_read_it(
    school: Town, hygiene: Any, role: str, reads_it: bool
) -> None:
    said = {"supervisor": "colleague", "note": "Svårt att hitta kärl."}
    log_practice(school.usk, hygiene, 2, ago(3), organisation=school.granvik, statement_id=uuid4(), **said)
    reader = world.make.holds(role, school.norr, "Rut")
    page = text_of(reads(reader).get(f"/plan/{school.usk.uuid}/kompetens/HYG-01/"))
    assert ("Svårt att hitta kärl." in page, "2 times under supervision" in page) == (reads_it, reads_it)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"times": "0"}, "greater than or equal to 1"),
        ({"times": "51"}, "less than or equal to 50"),
        ({"happened_on": str(today() + timedelta(days=1))}, "The day has not come yet."),
        ({"happened_on": str(today() - timedelta(days=400))}, "more than a year ago"),
        ({"supervisor": "kungen"}, "Select a valid choice"),
        ({"note": "19121212-1212"}, "personal identity number"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(school: Town, changes: dict[str, Any], words: str) -> None:
    client = reads(school.usk)
    assert words in text_of(client.post("/kompetens/HYG-01/ovat/", filled(client, **changes)))
    assert logged(school) == []


def test_the_door_behind_the_form_checks_the_same(school: Town, hygiene: Any) -> None:
    for times in (0, 51):
        with pytest.raises(RuleError):
            log_practice(
                school.usk, hygiene, times, now(), organisation=school.granvik, supervisor="mas", statement_id=uuid4()
            )
    assert logged(school) == []


def test_an_unknown_competency_is_not_there(school: Town) -> None:
    assert reads(school.usk).get("/kompetens/HYG-99/ovat/").status_code == 404
