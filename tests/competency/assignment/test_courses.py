"""Assigned courses: who is asked to take them, how they close by the statements, and who is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from competency.assignment.closing import State, Taken, course_done_at
from competency.assignment.errors import NobodyNeedsIt, NotOnOffer
from competency.assignment.models import Assignment, AssignmentNotice
from competency.assignment.queries import assignments_in, assignments_of, assignments_told
from competency.assignment.services import assign, assign_course, withdraw
from competency.errors import NotEntitled
from competency.models import Offer
from competency.services import withdraw_offer
from people.api import now, today
from tests.competency import world
from tests.competency.pages import ago, hidden_fields, links_of, reads
from tests.competency.pages import text_of as words_of
from xapi.api import record, vocabulary

pytestmark = pytest.mark.usefixtures("english")
DAY = datetime(2026, 3, 1, tzinfo=UTC)
PAGE = "/team/norr/uppdrag/"
WHY = "New patients from Monday."


# Closing, pure


def day(number: int) -> datetime:
    return DAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("taken", "found"),
    [
        ([], None),
        ([Taken(1, day(3))], None),
        ([Taken(2, day(3))], 3),
        ([Taken(3, day(4)), Taken(2, day(3))], 3),
        ([Taken(2, day(-3))], 0),
        ([Taken(2, day(11))], None),
    ],
)
def test_it_is_done_when_that_main_version_or_a_later_one_is_taken(taken, found):
    assert course_done_at(taken, 2, DAY, day(10)) == (None if found is None else day(found))


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(-5, 15)), max_size=5), st.integers(1, 4))
def test_what_is_done_stays_done_and_the_order_does_not_matter(parts, major):
    taken = [Taken(each, day(number)) for each, number in parts]
    for moment in map(day, range(20)):
        found = course_done_at(taken, major, DAY, moment)
        assert found == course_done_at(reversed(taken), major, DAY, moment)
        assert found is None or found == course_done_at(taken, major, DAY, moment + timedelta(days=1))


# Assigning


def given_to(town, *people, by=None, slug="hygien", **changes):
    values = {"by_day": today() + timedelta(days=14), "reason": WHY, "at": now(), "key": uuid4()} | changes
    offer = Offer.objects.get(activity_iri=world.course_iri(slug))
    return assign_course(by or town.chef, town.norr, people or [town.usk], offer, **values)


def takes(who, organisation, at, slug="hygien", revision="1.0"):
    """Take a course as the player records it: completed, passed, and so satisfied."""
    registration = world.takes(who, organisation, slug, at, revision=revision)
    iri = world.course_iri(slug)
    return world.says(who, organisation, vocabulary.SATISFIED, iri, at, registration=registration, revision=revision)


def voided(statement_id, who, organisation):
    body: dict[str, Any] = {
        "id": str(uuid4()),
        "actor": {"account": {"homePage": "https://example.org", "name": "admin"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": str(statement_id)},
        "timestamp": now().isoformat(),
    }
    record([body], organisation=organisation, at=now())


@pytest.mark.django_db
def test_it_closes_by_itself_when_the_course_is_taken(school):
    given_to(school, at=ago(3))
    (line,) = assignments_of(school.usk, now())
    assert (line.state, line.assignment.title, line.assignment.major) == (State.OPEN, "Hygien", 1)
    world.takes(school.usk, school.granvik, "hygien", ago(2), passes=False)
    assert [each.state for each in assignments_of(school.usk, now())] == [State.OPEN]
    takes(school.usk, school.granvik, ago(1))
    assert assignments_of(school.usk, now()) == []
    (line,) = assignments_in(school.norr, now())
    assert line.state is State.DONE
    assert abs(line.done_at - ago(1)) < timedelta(minutes=1)


@pytest.mark.django_db
def test_what_is_voided_opens_it_again(school):
    given_to(school, at=ago(3))
    statement_id = takes(school.usk, school.granvik, ago(1))
    voided(statement_id, school.usk, school.granvik)
    assert [each.state for each in assignments_of(school.usk, now())] == [State.OPEN]


@pytest.mark.django_db
def test_what_was_taken_with_another_employer_does_not_close_it_and_is_not_told(school):
    world.works_at(school.ekbacken, school.usk, "underskoterska")
    given_to(school, at=ago(3))
    takes(school.usk, school.lyngfors, ago(1))
    assert [each.state for each in assignments_of(school.usk, now())] == [State.OPEN]


@pytest.mark.django_db
def test_an_older_main_version_does_not_close_it(school):
    world.offer("hygien", at=ago(9), revision="2.0")
    given_to(school, at=ago(3))
    takes(school.usk, school.granvik, ago(2))
    assert [each.state for each in assignments_of(school.usk, now())] == [State.OPEN]
    takes(school.usk, school.granvik, ago(1), revision="2.1")
    assert assignments_of(school.usk, now()) == []


@pytest.mark.django_db
def test_of_a_team_those_who_have_taken_it_are_left_out_and_sent_twice_it_is_one(school):
    vera = world.works_at(school.norr, "Vera", "vardbitrade")
    takes(school.usk, school.granvik, ago(5))
    key = uuid4()
    first = given_to(school, school.usk, vera, school.chef, key=key)
    again = given_to(school, school.usk, vera, school.chef, key=key)
    assert {row.person_id for row in first} == {vera.pk, school.chef.pk}
    assert {row.pk for row in again} == {row.pk for row in first}
    with pytest.raises(NobodyNeedsIt):
        given_to(school, school.usk)


@pytest.mark.django_db
def test_only_what_is_on_offer_there_is_assigned(school):
    world.offer("annans", node=school.lyngfors)
    with pytest.raises(NotOnOffer):
        given_to(school, slug="annans")
    withdraw_offer(world.course_iri("hygien"), ago(1))
    with pytest.raises(NotOnOffer):
        given_to(school)
    assert not Assignment.objects.exists()


@pytest.mark.django_db
def test_a_course_is_assigned_by_whom_a_level_is(school):
    clerk = world.make.holds("hr", school.granvik, "Hilda")
    for who in (school.usk, school.ssk, clerk):
        with pytest.raises(NotEntitled):
            given_to(school, by=who)
    assert given_to(school, by=school.mas)


@pytest.mark.django_db
def test_the_database_takes_a_level_or_a_course_and_not_both(school, hygiene):
    (made,) = given_to(school)
    values = {name: getattr(made, name) for name in ("person", "organisation", "unit", "by_day", "reason")}
    values |= {"assigned_by": school.chef, "recorded_at": now()}
    for wrong in ({}, {"competency": hygiene, "level": 2, "offer": made.offer, "major": 1}, {"competency": hygiene}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(key=uuid4(), **values, **wrong)


# Whoever gets it is told


@pytest.mark.django_db
def test_each_is_told_once_of_what_is_assigned_and_of_what_is_taken_back(school, hygiene):
    (course,) = given_to(school)
    key = uuid4()
    for _twice in range(2):
        (level,) = assign(school.chef, school.norr, [school.usk], hygiene, 2, today(), WHY, now(), key=key)
    assert {(each.recipient, each.assignment, each.key) for each in AssignmentNotice.objects.all()} == {
        (school.usk, course, "assigned"),
        (school.usk, level, "assigned"),
    }
    for by in (school.chef, school.mas):
        withdraw(course, by, now())
    unread = AssignmentNotice.objects.filter(read_at=None)
    assert {(each.assignment, each.key) for each in unread} == {(course, "withdrawn"), (level, "assigned")}
    lines = assignments_told(school.usk, now())
    assert {(line.assignment, line.state) for line in lines} == {(course, State.WITHDRAWN), (level, State.OPEN)}
    assert assignments_told(school.usk, now(), school.lyngfors) == []


@pytest.mark.django_db
def test_her_start_page_says_what_is_new_until_she_has_seen_it(school):
    (made,) = given_to(school)
    client = reads(school.usk)
    assert f"New: Hygien , course {WHY} · Clara Ek" in words_of(client.get("/"))
    notice = AssignmentNotice.objects.get()
    address = f"/uppdrag/besked/{notice.uuid}/"
    assert reads(school.chef).post(address).status_code == 302
    assert client.get(address).status_code == 405
    assert AssignmentNotice.objects.filter(read_at=None).count() == 1
    assert client.post(address).url == "/"
    words = words_of(client.get("/"))
    assert f"Hygien , course {WHY}" in words
    assert "New:" not in words
    withdraw(made, school.chef, now())
    assert "taken back" in words_of(client.get("/"))
    client.post(f"/uppdrag/besked/{AssignmentNotice.objects.get(key='withdrawn').uuid}/")
    assert WHY not in words_of(client.get("/"))


# Pages


@pytest.mark.django_db
def test_a_manager_assigns_a_course_to_some_and_each_sees_it_on_her_start_page_and_plan(school):
    vera = world.works_at(school.norr, "Vera", "vardbitrade")
    world.works_at(school.norr, "Vida", "vardbitrade")
    client = reads(school.chef)
    assert f"{PAGE}kurs/" in links_of(client.get(PAGE))
    form = hidden_fields(client.get(f"{PAGE}kurs/")) | {
        "who": [str(school.usk.uuid), str(vera.uuid)],
        "course": str(Offer.objects.get().pk),
        "by_day": str(today() + timedelta(days=14)),
        "reason": WHY,
    }
    for _twice in range(2):
        assert client.post(f"{PAGE}kurs/", form).url == PAGE
    assert {row.person for row in Assignment.objects.all()} == {school.usk, vera}
    words = words_of(client.get(PAGE))
    assert f"Ulla Ek : Hygien , course {WHY} · Clara Ek" in words
    mine = reads(school.usk)
    for page in ("/", "/plan/"):
        answer = mine.get(page)
        assert f"Hygien , course {WHY} · Clara Ek" in words_of(answer)
        assert "/kurser/hygien/" in links_of(answer)
    told = mine.get(f"/api/v1/people/{school.usk.uuid}/plan").json()["assignments"]
    assert [(row["course"], row["competency"], row["level"]) for row in told] == [
        ({"title": "Hygien", "url": "/kurser/hygien/"}, None, None)
    ]


@pytest.mark.django_db
def test_a_wrong_form_keeps_what_was_typed_and_says_what_to_do(school):
    world.offer("annans", node=school.lyngfors)
    client = reads(school.chef)
    page = client.get(f"{PAGE}kurs/")
    assert "Annans" not in words_of(page)
    form = hidden_fields(page) | {"course": str(Offer.objects.get(title="Hygien").pk), "reason": WHY}
    past, ahead = str(today() - timedelta(days=1)), str(today())
    for wrong in (
        {"who": str(school.usk.uuid), "by_day": past},
        {"who": [], "by_day": ahead},
        {"who": str(school.ssk.uuid), "by_day": ahead},
        {"who": "everyone", "by_day": ahead, "course": str(Offer.objects.get(title="Annans").pk)},
        {"who": "everyone", "by_day": ahead, "course": "drake"},
    ):
        answer = client.post(f"{PAGE}kurs/", form | wrong)
        assert answer.status_code == 200
        assert WHY in answer.content.decode()
    assert not Assignment.objects.exists()


@pytest.mark.django_db
def test_others_do_not_find_it(school):
    given_to(school)
    clerk = world.make.holds("hr", school.granvik, "Hilda")
    lisa = world.works_at(school.ekbacken, "Lisa", "enhetschef")
    world.make.holds("manager", school.ekbacken, lisa)
    for who in (school.usk, school.ssk, clerk, lisa):
        assert reads(who).get(f"{PAGE}kurs/").status_code == 404
        assert reads(who).post(f"{PAGE}kurs/", {}).status_code == 404
    assert WHY not in words_of(reads(clerk).get(f"/plan/{school.usk.uuid}/"))


@pytest.mark.django_db
@pytest.mark.parametrize("people", [1, 3])
def test_the_list_asks_as_many_questions_whatever_is_on_it(school, hygiene, people, django_assert_num_queries):
    team = [world.works_at(school.norr, f"Vera {number}", "vardbitrade") for number in range(people)]
    given_to(school, *team)
    assign(school.chef, school.norr, team, hygiene, 3, today(), WHY, now(), key=uuid4())
    client = reads(school.chef)
    client.get(PAGE)
    with django_assert_num_queries(12):
        assert words_of(client.get(PAGE)).count(WHY) == 2 * people
