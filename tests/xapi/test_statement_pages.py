"""The statement browser: who reads what, how it is found, and what a statement says when it is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.api import actor_of, iri_base, link_identity, now, today, unlink_identity
from people.models import IdentityLink, Organisation, Person, Role
from tests.competency.pages import links_of, reads, rows_of, text_of
from tests.people import factories as make
from xapi import vocabulary as words
from xapi.api import record

from .bodies import COURSE

pytestmark = pytest.mark.django_db


@contextmanager
def few_parameters(number: int) -> Iterator[None]:
    """SQLite as it is where it takes so many parameters in a query, and no more."""
    if connection.vendor != "sqlite":
        yield
        return
    before = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, number)
    yield
    connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)


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
    assert rows[0].startswith("Anna Ek klarade ”Basala hygienrutiner”")
    assert rows[1].startswith("Anna Ek genomförde ”Basala hygienrutiner”")
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
    assert found(since="0001-01-01", until="9999-12-31", person=str(anna.uuid)) == {str(old), str(new)}


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
    assert "Ogiltigförklarat" in text_of(page)
    assert f"/handelselogg/{voids}/" in links_of(page)
    assert f"/handelselogg/{first}/" in links_of(her.get(f"/handelselogg/{voids}/"))
    assert "Ogiltigförklarat" in text_of(her.get("/handelselogg/"))


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


# --- Roles, and keys that were joined ---------------------------------------------------------------------------------


def test_a_chief_nurse_reads_of_the_units_that_she_answers_for(granvik: Organisation, lyngfors: Organisation) -> None:
    provider = make.private_provider("omsorgsbolaget", granvik.get_parent())
    here, there = make.unit("solgatan", provider), make.unit("strandgatan", provider)
    make.answers_for(granvik, here)
    make.answers_for(lyngfors, there)
    mas = make.holds(Role.CHIEF_NURSE, granvik, "Mas")
    mine = recorded(make.works_at(here, "Anna").person, provider)
    other = recorded(make.works_at(there, "Bo").person, provider)
    desk = reads(mas)
    assert "Anna Ek" in text_of(desk.get("/handelselogg/"))
    assert "Bo Ek" not in desk.get("/handelselogg/").content.decode()
    assert [desk.get(f"/handelselogg/{one}/").status_code for one in (mine, other)] == [200, 404]


def test_an_auditor_reads_of_those_who_have_left_and_a_manager_does_not(granvik: Organisation) -> None:
    norr = make.unit("norr", granvik)
    gone = make.works_at(norr, "Gun", ends_on=today() - timedelta(days=3)).person
    left = recorded(gone, granvik, days=10)
    for role, status in ((Role.AUDITOR, 200), (Role.HR, 200), (Role.MANAGER, 404), (Role.ASSESSOR, 404)):
        assert reads(make.holds(role, norr, role.title())).get(f"/handelselogg/{left}/").status_code == status


@pytest.mark.parametrize(
    ("key", "actor"),
    [
        ("https://hr.example.org 4711", {"account": {"homePage": "https://hr.example.org", "name": "4711"}}),
        ("mailto:Anna@EXAMPLE.org", {"mbox": "mailto:Anna@example.org"}),
        ("a" * 32, None),
    ],
)
def test_what_lies_under_a_joined_key_is_hers_and_carries_her_name(
    key: str, actor: Any, anna: Person, chef: Person, granvik: Organisation
) -> None:
    link_identity(anna, IdentityLink.Kind.ACTOR_KEY, key, valid_from=today() - timedelta(days=9), at=now())
    actor = actor or {"account": {"homePage": iri_base(), "name": key}}
    joined = recorded(anna, granvik, actor=actor)
    for reader in (anna, chef):
        assert "Anna Ek genomförde" in text_of(reads(reader).get("/handelselogg/"))
        assert reads(reader).get(f"/handelselogg/{joined}/").status_code == 200
    unlink_identity(anna, IdentityLink.Kind.ACTOR_KEY, key, valid_from=today(), at=now())
    assert reads(chef).get(f"/handelselogg/{joined}/").status_code == 404


def test_an_account_elsewhere_that_is_called_as_a_key_of_ours_is_nobody_here(
    anna: Person, chef: Person, granvik: Organisation
) -> None:
    account = {"homePage": "https://elsewhere.example.org", "name": anna.actor_key}
    seen = recorded(anna, granvik, context={"instructor": {"account": account}})
    page = text_of(reads(chef).get(f"/handelselogg/{seen}/"))
    assert "Bedömare en bedömare" in page


# --- Words of others, what voids, what is asked for -------------------------------------------------------------------


def test_the_words_of_another_organisation_are_not_shown(
    anna: Person, granvik: Organisation, lyngfors: Organisation
) -> None:
    verb, about = {"id": "http://example.com/met"}, {"id": "http://example.com/meeting"}
    said = {"name": {"sv": "Hemlig utredning"}, "type": words.COURSE}
    recorded(
        make.works_at(lyngfors, "Bo").person,
        lyngfors,
        verb=verb | {"display": {"sv": "utredde"}},
        object=about | {"definition": said},
    )
    mine = recorded(anna, granvik, verb=verb, object=about)
    for address in ("/handelselogg/", f"/handelselogg/{mine}/"):
        html = reads(anna).get(address).content.decode()
        assert "Anna Ek met http://example.com/meeting" in html
        assert "utred" not in html.lower()


def test_what_voids_a_statement_is_told_of_though_somebody_else_said_it(
    anna: Person, chef: Person, granvik: Organisation, lyngfors: Organisation
) -> None:
    first = uuid4()
    voids = {"verb": {"id": words.VOIDED}, "object": {"objectType": "StatementRef", "id": str(first)}}
    recorded(make.works_at(lyngfors, "Bo").person, lyngfors, **voids)
    recorded(anna, granvik, id=str(first))
    by_chef = recorded(chef, granvik, **voids)
    hers, chefs = (reads(one).get(f"/handelselogg/{first}/") for one in (anna, chef))
    assert text_of(hers).count("ogiltigförklarade ett tidigare påstående") == 1
    assert "Någon ogiltigförklarade ett tidigare påstående" in text_of(hers)
    assert f"/handelselogg/{by_chef}/" not in links_of(hers)
    assert reads(anna).get(f"/handelselogg/{by_chef}/").status_code == 404
    assert f"/handelselogg/{by_chef}/" in links_of(chefs)
    assert text_of(chefs).count("ogiltigförklarade ett tidigare påstående") == 1


def test_the_link_to_what_it_was_about_leads_to_that_alone(anna: Person, granvik: Organisation) -> None:
    about = {"id": f"{COURSE}/fraga", "definition": {"description": {"sv": "Hur länge?"}, "type": words.QUESTION}}
    asked, other = recorded(anna, granvik, object=about), recorded(anna, granvik)
    her = reads(anna)
    link = next(link for link in links_of(her.get(f"/handelselogg/{asked}/")) if "activity=" in link)
    links = links_of(her.get(link))
    assert f"/handelselogg/{asked}/" in links
    assert f"/handelselogg/{other}/" not in links


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "x", "2026-02-30"])
def test_a_day_that_is_none_means_every_day(day: str, anna: Person, granvik: Organisation) -> None:
    mine = recorded(anna, granvik)
    for name in ("since", "until"):
        assert f"/handelselogg/{mine}/" in links_of(reads(anna).get("/handelselogg/", {name: day}))


def test_a_day_begins_and_ends_at_midnight_in_stockholm(anna: Person, granvik: Organisation) -> None:
    """Half past midnight in Stockholm is the evening before in UTC, in summer and in winter."""
    for moment, day in (("2026-07-01T22:30:00Z", "2026-07-02"), ("2026-01-01T23:30:00Z", "2026-01-02")):
        mine = recorded(anna, granvik, timestamp=moment)
        page = reads(anna).get("/handelselogg/", {"since": day, "until": day})
        assert [link for link in links_of(page) if link.startswith("/handelselogg/") and len(link) > 40] == [
            f"/handelselogg/{mine}/"
        ]


def test_more_people_than_a_database_takes_parameters(
    anna: Person, chef: Person, granvik: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And more than anybody chooses from in a list: then their names are typed."""
    mine = recorded(anna, granvik)
    for _number in range(40):
        recorded(make.works_at(Organisation.objects.get(slug="norr"), "Dan").person, granvik)
    desk = reads(chef)
    monkeypatch.setattr("xapi.forms.MANY", 40)
    monkeypatch.setattr("people.queries.AT_ONCE", 10)
    monkeypatch.setattr("xapi.browsing.AT_ONCE", 10)
    with few_parameters(40):
        assert "Dan Ek" in text_of(desk.get("/handelselogg/"))
        assert desk.get(f"/handelselogg/{mine}/").status_code == 200
        page = desk.get("/handelselogg/", {"person": "anna e"})
        assert [row for row in rows_of(page, "li") if " genomförde " in row] != []
        assert "Dan Ek" not in text_of(page)
        assert "Inget stämmer" in text_of(desk.get("/handelselogg/", {"person": "nobody"}))


def test_a_visitor_signs_in_first(client: Any, db: None) -> None:
    assert client.get("/handelselogg/").status_code == 302
