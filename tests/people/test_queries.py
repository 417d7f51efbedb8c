"""Who works where on a day, whose keys are whose, and under which employment she acts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from people import api
from people.iri import activity_iri, ensure_installation, iri_base
from people.models import Employment, Installation
from people.queries import (
    SESSION_KEY,
    actor_keys_of,
    actor_of,
    chosen_employment,
    employments_of,
    person_by_actor_key,
    person_of,
    staff_of,
)
from people.services import change_employment, create_account, link_identity, mark_absent, unlink_identity
from tests.people import factories as make
from tests.people.conftest import Land

ON, AT = make.ON, make.AT
TOMORROW, YESTERDAY = ON + timedelta(days=1), ON - timedelta(days=1)


def names(staff: list[Employment]) -> list[str]:
    return [employment.person.given_name for employment in staff]


def test_staff_are_those_who_work_at_or_below_the_node_that_day(land: Land) -> None:
    for name, where in {"C": land.ward, "A": land.care_home, "X": land.home_care, "Y": land.ekbacken}.items():
        make.works_at(where, make.person(name, name))
    make.works_at(land.ward, "Gone", ends_on=YESTERDAY)
    make.works_at(land.ward, "Next", starts_on=TOMORROW, on=ON)
    assert names(staff_of(land.care_home, ON)) == ["A", "C"]
    assert names(staff_of(land.granvik, ON)) == ["A", "C", "X"]
    assert set(names(staff_of(land.ward, TOMORROW))) == {"C", "Next"}
    assert set(names(staff_of(land.ward, YESTERDAY))) == {"C", "Gone"}


def test_staff_not_in_service_are_left_out_unless_asked_for(land: Land) -> None:
    make.works_at(land.ward, "Here")
    mark_absent(make.works_at(land.ward, "Away"), ON, ON, at=AT)
    assert names(staff_of(land.ward, ON)) == ["Here"]
    assert set(names(staff_of(land.ward, ON, include_absent=True))) == {"Here", "Away"}
    assert set(names(staff_of(land.ward, TOMORROW))) == {"Here", "Away"}


def test_staff_carry_the_terms_of_the_day(land: Land) -> None:
    employment = make.works_at(land.ward, share=Decimal(50))
    change_employment(employment, valid_from=TOMORROW, at=AT, unit=land.home_care)
    (found,) = staff_of(land.ward, ON)
    assert found.terms is not None
    assert found.terms.unit == land.ward
    assert staff_of(land.ward, TOMORROW) == []


@pytest.mark.parametrize("count", [1, 3])
def test_staff_come_in_one_query(land: Land, count: int, django_assert_num_queries: object) -> None:
    for number in range(count):
        make.works_at(land.ward, str(number))
    with django_assert_num_queries(1):  # type: ignore[operator]
        staff = staff_of(land.granvik, ON)
        assert [e.person.full_name and e.organisation.name and e.terms.unit.name for e in staff if e.terms] == [
            "Solrosen-Avdelning"
        ] * count


def test_employments_of_a_person_come_with_the_largest_share_first(land: Land) -> None:
    someone = make.person()
    by_the_hour = make.works_at(land.ward, someone)
    small = make.works_at(land.ekbacken, someone, share=Decimal(20))
    large = make.works_at(land.home_care, someone, share=Decimal(80))
    ended = make.works_at(land.omsorg_granvik, someone, ends_on=YESTERDAY)
    make.works_at(land.ward, "Other")
    found = [terms.employment for terms in employments_of(someone, ON)]
    assert found == [large, small, by_the_hour]
    everything = {terms.employment for terms in employments_of(someone, ON, ended=True)}
    assert everything == {large, small, by_the_hour, ended}


def test_employments_as_known_at_a_moment(land: Land) -> None:
    employment = make.works_at(land.ward, share=Decimal(50))
    change_employment(employment, valid_from=YESTERDAY, at=AT + timedelta(days=5), share=Decimal(60))
    shares = [employments_of(employment.person, ON, known)[0].share for known in (AT, None)]
    assert shares == [50, 60]
    assert employments_of(employment.person, ON, AT - timedelta(days=1)) == []


def test_an_actor_is_an_opaque_account_without_a_name(db: None) -> None:
    someone = make.person("Åsa", "Ö")
    account = {"homePage": iri_base(), "name": someone.actor_key}
    assert actor_of(someone) == {"objectType": "Agent", "account": account}


def test_keys_of_a_person_follow_what_was_linked_when(db: None) -> None:
    someone, other = make.person(), make.person()
    link_identity(someone, "actor_key", other.actor_key, valid_from=ON, at=AT)
    link_identity(someone, "mailbox", "a@example.org", valid_from=ON, at=AT)
    both = {someone.actor_key, other.actor_key}
    assert actor_keys_of(someone) == both
    assert actor_keys_of(someone, YESTERDAY) == {someone.actor_key}
    assert actor_keys_of(someone, ON, AT - timedelta(seconds=1)) == {someone.actor_key}
    assert person_by_actor_key(other.actor_key) == someone
    later = AT + timedelta(days=1)
    unlink_identity(someone, "actor_key", other.actor_key, valid_from=ON, at=later)
    assert actor_keys_of(someone) == {someone.actor_key}
    assert actor_keys_of(someone, ON, AT) == both
    assert person_by_actor_key(other.actor_key) == other
    assert person_by_actor_key("nobody") is None


def test_the_person_behind_an_account(db: None) -> None:
    someone = make.person()
    user = create_account(someone, "a@example.org", None)
    nobody = type(user).objects.create_user("b@example.org")
    assert [person_of(each) for each in (user, nobody, AnonymousUser(), None)] == [someone, None, None, None]


def test_she_acts_under_the_chosen_employment_and_else_under_the_largest(land: Land) -> None:
    someone = make.person()
    large = make.works_at(land.ward, someone, share=Decimal(80))
    small = make.works_at(land.ekbacken, someone, share=Decimal(20))
    ended = make.works_at(land.home_care, someone, ends_on=YESTERDAY)
    stranger = make.works_at(land.home_care, "Other")
    request = RequestFactory().get("/")
    request.user = create_account(someone, "a@example.org", None)
    chosen = []
    for session in ({}, *({SESSION_KEY: str(e.uuid)} for e in (small, ended, stranger)), {SESSION_KEY: "x"}):
        request.session = session  # type: ignore[assignment]
        chosen.append(chosen_employment(request, ON))
    assert chosen == [large, small, large, large, large]
    assert chosen_employment(someone, ON) == large
    assert chosen_employment(make.person(), ON) is None
    request.user = AnonymousUser()
    assert chosen_employment(request, ON) is None


def test_the_base_of_identifiers_is_written_once_and_settings_do_not_change_it(db: None, settings: Any) -> None:
    before = Installation.objects.get().iri_base
    settings.IRI_BASE = "https://somewhere-else.example.org"
    assert ensure_installation().iri_base == before == iri_base()
    assert activity_iri("course", "x") == f"{before}/activities/course/x"


def test_a_first_start_writes_the_base_without_its_last_slash(db: None, settings: Any) -> None:
    Installation.objects.all().delete()
    settings.IRI_BASE = "https://first.example.org/"
    assert ensure_installation().iri_base == Installation.objects.get().iri_base == "https://first.example.org"


def test_everything_that_other_rooms_may_import_is_there_once() -> None:
    assert len(set(api.__all__)) == len(api.__all__)
    assert [name for name in api.__all__ if not hasattr(api, name)] == []
