"""The statement browser: who reads what, how it is found, and what a statement says when it is opened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.api import actor_of, now
from people.models import Organisation, Person, Role
from tests.competency.pages import links_of, reads, rows_of, text_of
from tests.people import factories as make
from xapi import vocabulary as words
from xapi.api import record

from .bodies import COURSE

pytestmark = pytest.mark.django_db


def recorded(who: Person, organisation: Organisation | None, days: int = 1, **changes: Any) -> UUID:
    at = now() - timedelta(days=days)
    body = {
        "id": str(uuid4()),
        "actor": actor_of(who),
        "verb": {"id": words.COMPLETED},
        "object": {"id": COURSE, "definition": {"name": {"sv": "Basala hygienrutiner"}, "type": words.COURSE}},
        "timestamp": at.isoformat(),
    } | changes
    record([body], organisation=organisation, at=at)
    return UUID(body["id"])


@pytest.fixture
def anna(granvik: Organisation) -> Person:
    return make.works_at(make.unit("norr", granvik), "Anna").person


@pytest.fixture
def chef(granvik: Organisation, anna: Person) -> Person:
    return make.holds(Role.MANAGER, Organisation.objects.get(slug="norr"), "Chef")


def test_she_reads_her_own_newest_first(anna: Person, granvik: Organisation) -> None:
    recorded(anna, granvik, days=3)
    recorded(anna, granvik, days=1, verb={"id": words.PASSED})
    page = reads(anna).get("/handelselogg/")
    rows = [row for row in rows_of(page, "li") if row.startswith("Anna Ek")]
    assert rows[0].startswith("Anna Ek klarade Basala hygienrutiner")
    assert rows[1].startswith("Anna Ek genomförde Basala hygienrutiner")
    assert "no-store" in page["Cache-Control"]


def test_a_manager_reads_of_her_staff_and_nobody_elses(
    anna: Person, chef: Person, granvik: Organisation, lyngfors: Organisation
) -> None:
    mine = recorded(anna, granvik)
    other = recorded(make.works_at(lyngfors, "Bo").person, lyngfors)
    desk = reads(chef)
    assert "Anna Ek" in text_of(desk.get("/handelselogg/"))
    assert "Bo Ek" not in text_of(desk.get("/handelselogg/"))
    assert desk.get(f"/handelselogg/{mine}/").status_code == 200
    assert desk.get(f"/handelselogg/{other}/").status_code == 404
    assert desk.get(f"/handelselogg/{uuid4()}/").status_code == 404


def test_what_was_earned_at_another_employer_is_not_the_managers(
    anna: Person, chef: Person, granvik: Organisation, lyngfors: Organisation
) -> None:
    make.works_at(lyngfors, anna)
    elsewhere = recorded(anna, lyngfors)
    nowhere = recorded(anna, None)
    desk, hers = reads(chef), reads(anna)
    for hidden in (elsewhere, nowhere):
        assert desk.get(f"/handelselogg/{hidden}/").status_code == 404
        assert hers.get(f"/handelselogg/{hidden}/").status_code == 200
    assert "Basala" not in text_of(desk.get("/handelselogg/", {"person": str(anna.uuid)})).split("Visa", 1)[1]


def test_a_colleague_reads_nothing(anna: Person, granvik: Organisation) -> None:
    mine = recorded(anna, granvik)
    colleague = make.works_at(Organisation.objects.get(slug="norr"), "Cia").person
    assert reads(colleague).get(f"/handelselogg/{mine}/").status_code == 404
    assert "Inget är registrerat än" in text_of(reads(colleague).get("/handelselogg/"))


def test_filters_narrow_by_verb_activity_person_and_day(anna: Person, chef: Person, granvik: Organisation) -> None:
    old = recorded(anna, granvik, days=40, verb={"id": words.PASSED})
    new = recorded(anna, granvik, days=2, object={"id": f"{COURSE}x", "definition": {"name": {"sv": "Fall"}}})
    recorded(chef, granvik, days=2)
    desk = reads(chef)

    def found(**asked: str) -> set[str]:
        return {
            link.split("/")[2]
            for link in links_of(desk.get("/handelselogg/", asked))
            if link.startswith("/handelselogg/")
        } - {""}

    day = (now() - timedelta(days=10)).date().isoformat()
    assert found(person=str(anna.uuid)) == {str(old), str(new)}
    assert found(verb=words.PASSED) == {str(old)}
    assert found(activity=COURSE, person=str(anna.uuid)) == {str(old)}
    assert found(since=day, person=str(anna.uuid)) == {str(new)}
    assert found(until=day) == {str(old)}


def test_the_next_page_goes_on_where_the_first_ended(
    anna: Person, granvik: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xapi.browsing.ROWS", 2)
    ids = [recorded(anna, granvik, days=day) for day in (3, 2, 1)]
    her = reads(anna)
    first = her.get("/handelselogg/")
    following = next(link for link in links_of(first) if "before=" in link)
    last = her.get(f"/handelselogg/{following}")
    assert f"/handelselogg/{ids[0]}/" in links_of(last) - links_of(first)
    assert f"/handelselogg/{ids[1]}/" not in links_of(last)
    assert her.get("/handelselogg/?before=12").status_code == 404


def test_a_voided_statement_says_so(anna: Person, granvik: Organisation) -> None:
    first = recorded(anna, granvik)
    voids = recorded(anna, granvik, verb={"id": words.VOIDED}, object={"objectType": "StatementRef", "id": str(first)})
    her = reads(anna)
    page = her.get(f"/handelselogg/{first}/")
    assert "Ogiltigförklarad" in text_of(page)
    assert f"/handelselogg/{voids}/" in links_of(page)
    assert f"/handelselogg/{first}/" in links_of(her.get(f"/handelselogg/{voids}/"))
    assert "Ogiltigförklarad" in text_of(her.get("/handelselogg/"))


def test_foreign_markup_is_shown_and_never_obeyed(anna: Person, granvik: Organisation) -> None:
    name = {"name": {"sv": "<script>alert(1)</script>"}}
    evil = recorded(anna, granvik, object={"id": f"{COURSE}y", "definition": name})
    for address in ("/handelselogg/", f"/handelselogg/{evil}/"):
        html = reads(anna).get(address).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html


def test_an_assessor_whom_she_may_not_see_has_no_name(anna: Person, chef: Person, granvik: Organisation) -> None:
    context = {"instructor": actor_of(chef)}
    seen = recorded(anna, granvik, context=context)
    assert "Chef" not in text_of(reads(anna).get(f"/handelselogg/{seen}/"))
    assert "Chef Ek" in text_of(reads(chef).get(f"/handelselogg/{seen}/"))


def test_statements_of_one_registration_stand_together(anna: Person, granvik: Organisation) -> None:
    context = {"registration": str(uuid4())}
    first, second = (recorded(anna, granvik, context=context) for _ in range(2))
    alone = recorded(anna, granvik)
    links = links_of(reads(anna).get(f"/handelselogg/{first}/"))
    assert f"/handelselogg/{second}/" in links
    assert f"/handelselogg/{alone}/" not in links


def test_more_rows_ask_no_more_queries(anna: Person, chef: Person, granvik: Organisation) -> None:
    desk = reads(chef)

    def asked(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(address).status_code == 200
        return len(queries)

    context = {"registration": str(uuid4())}
    first = recorded(anna, granvik, context=context)
    addresses = ("/handelselogg/", f"/handelselogg/{first}/")
    desk.get("/handelselogg/")
    few = [asked(address) for address in addresses]
    for _ in range(2):
        recorded(make.works_at(Organisation.objects.get(slug="norr"), "Dan").person, granvik, context=context)
    assert [asked(address) for address in addresses] == few


def test_a_visitor_signs_in_first(client: Any, db: None) -> None:
    assert client.get("/handelselogg/").status_code == 302
