"""What a request asks about its reader is asked once; nothing is kept for anybody else, nor to the next request."""

from __future__ import annotations

from typing import Any

from people.models import Person, Role, User
from people.queries import employments_of, person_of
from people.services import create_account, grant_role
from people.visibility import roles_of
from tests.people import factories as make
from tests.people.conftest import Land


def reader_in_a_request(user: User) -> Person:
    person = person_of(User.objects.get(pk=user.pk))
    assert person is not None
    return person


def test_a_reader_is_asked_about_once_in_her_request(land: Land, django_assert_num_queries: Any) -> None:
    chief = make.holds(Role.MANAGER, land.home_care)
    make.works_at(land.home_care, chief)
    user = create_account(chief, "chef@demo.example.org", "four wooden horses")
    with django_assert_num_queries(4):  # the account with its person, her roles and their employers, her employments
        reader = reader_in_a_request(user)
        for _part_of_the_page in range(3):
            assert [grant.role for grant in roles_of(reader, make.ON)] == [Role.MANAGER]
            assert [terms.unit for terms in employments_of(reader, make.ON)] == [land.home_care]


def test_what_was_kept_does_not_reach_the_next_request(land: Land) -> None:
    someone = make.person()
    user = create_account(someone, "usk@demo.example.org", "four wooden horses")
    assert roles_of(reader_in_a_request(user), make.ON) == []
    grant_role(someone, Role.MANAGER, land.home_care, at=make.AT, starts_on=make.LONG_AGO)
    assert [grant.node for grant in roles_of(reader_in_a_request(user), make.ON)] == [land.home_care]


def test_nothing_is_kept_about_those_who_are_only_looked_at(land: Land) -> None:
    someone = make.person()
    assert roles_of(someone, make.ON) == []
    grant_role(someone, Role.MANAGER, land.home_care, at=make.AT, starts_on=make.LONG_AGO)
    assert [grant.node for grant in roles_of(someone, make.ON)] == [land.home_care]


def test_changing_the_answer_does_not_change_what_is_kept(land: Land) -> None:
    user = create_account(make.holds(Role.MANAGER, land.home_care), "chef@demo.example.org", "four wooden horses")
    reader = reader_in_a_request(user)
    roles_of(reader, make.ON).clear()
    assert len(roles_of(reader, make.ON)) == 1
