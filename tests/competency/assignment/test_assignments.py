"""Assignments: who gives them to whom, how they close by themselves, and who knows of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from competency.api import assess, rebuild_marked
from competency.assignment.closing import State, done_at, state_of
from competency.assignment.errors import AlreadyClosed, DayOutOfReach, NobodyNeedsIt, NotStaff, ReasonMissing
from competency.assignment.models import Assignment, AssignmentWithdrawal
from competency.assignment.queries import assignments_in, assignments_of
from competency.assignment.services import assign, withdraw
from competency.errors import NotEntitled, RuleError
from competency.segments import text_of
from people.api import now, today
from tests.competency import world
from tests.competency.pages import ago, hidden_fields, links_of, reads
from tests.competency.pages import text_of as words_of

pytestmark = pytest.mark.usefixtures("english")
DAY = datetime(2026, 3, 1, tzinfo=UTC)
PAGE = "/team/norr/uppdrag/"
WHY = "New patients from Monday."


# Closing, pure


def segment(start: int, end: int | None, level: int) -> list[object]:
    until = None if end is None else text_of(DAY + timedelta(days=end))
    return [text_of(DAY + timedelta(days=start)), until, level, [], [], []]


@pytest.mark.parametrize(
    ("segments", "day"),
    [
        ([], None),
        ([segment(2, None, 1)], None),
        ([segment(2, None, 2)], 2),
        ([segment(2, 4, 3)], 2),
        ([segment(-9, -1, 3)], None),
        ([segment(-9, 5, 3)], 0),
        ([segment(1, 3, 1), segment(3, None, 2)], 3),
        ([segment(11, None, 2)], None),
    ],
)
def test_it_is_done_when_the_level_is_first_held_after_it_was_assigned(segments, day):
    found = done_at(segments, 2, DAY, DAY + timedelta(days=10))
    assert found == (None if day is None else DAY + timedelta(days=day))


@given(st.lists(st.tuples(st.integers(-5, 15), st.integers(1, 9), st.integers(1, 4)), max_size=4), st.integers(1, 4))
def test_what_is_done_is_done_for_a_lower_level_and_at_every_later_moment(parts, level):
    segments = [segment(start, start + length, held) for start, length, held in sorted(parts)]
    for days in range(20):
        moment = DAY + timedelta(days=days)
        if done_at(segments, level, DAY, moment):
            assert done_at(segments, level, DAY, moment + timedelta(days=1)) == done_at(segments, level, DAY, moment)
            assert done_at(segments, max(1, level - 1), DAY, moment)


def test_how_it_stands():
    on = date(2026, 3, 10)
    assert state_of(None, None, on, on) is State.OPEN
    assert state_of(None, None, on, on + timedelta(days=1)) is State.LATE
    assert state_of(DAY, None, on, on + timedelta(days=1)) is State.DONE
    assert state_of(None, DAY, on, on) is State.WITHDRAWN
    assert state_of(DAY, DAY + timedelta(days=1), on, on) is State.DONE
    assert state_of(DAY + timedelta(days=1), DAY, on, on) is State.WITHDRAWN


# Assigning


def given_to(town, competency, *people, by=None, **changes):
    values = {"level": 2, "by_day": today() + timedelta(days=14), "reason": WHY, "at": now(), "key": uuid4()} | changes
    return assign(by or town.chef, town.norr, people or [town.usk], competency, **values)


@pytest.mark.django_db
def test_it_closes_by_itself_when_the_evidence_arrives(school, hygiene):
    given_to(school, hygiene, at=ago(2))
    (line,) = assignments_of(school.usk, now())
    assert (line.state, line.assignment.reason, line.is_late) == (State.OPEN, WHY, False)
    assess(school.ssk, school.usk, hygiene, 3, ago(1))
    rebuild_marked(now())
    assert assignments_of(school.usk, now()) == []
    (line,) = assignments_in(school.norr, now())
    assert line.state is State.DONE
    assert abs(line.done_at - ago(1)) < timedelta(minutes=1)


@pytest.mark.django_db
def test_the_day_after_it_is_late_and_still_there(school, hygiene):
    given_to(school, hygiene, by_day=today())
    (line,) = assignments_of(school.usk, now() + timedelta(days=1))
    assert line.state is State.LATE


@pytest.mark.django_db
def test_of_a_team_those_who_hold_the_level_are_left_out_and_sent_twice_it_is_one(school, hygiene):
    vera = world.works_at(school.norr, "Vera", "vardbitrade")
    assess(school.ssk, school.usk, hygiene, 3, ago(1))
    rebuild_marked(now())
    key = uuid4()
    first = given_to(school, hygiene, school.usk, vera, school.chef, key=key)
    again = given_to(school, hygiene, school.usk, vera, school.chef, key=key)
    assert {row.person_id for row in first} == {vera.pk, school.chef.pk}
    assert {row.pk for row in again} == {row.pk for row in first}


@pytest.mark.django_db
def test_what_means_nothing_is_refused_and_nothing_is_kept(school, hygiene):
    assess(school.ssk, school.usk, hygiene, 3, ago(1))
    rebuild_marked(now())
    vera = world.works_at(school.norr, "Vera", "vardbitrade")
    for error, people, changes in (
        (NobodyNeedsIt, [school.usk], {}),
        (NotStaff, [vera, school.ssk], {}),
        (NotStaff, [], {}),
        (DayOutOfReach, [vera], {"by_day": today() - timedelta(days=1)}),
        (DayOutOfReach, [vera], {"by_day": today() + timedelta(days=800)}),
        (ReasonMissing, [vera], {"reason": "  "}),
        (ReasonMissing, [vera], {"reason": "For 19121212-1212"}),
        (RuleError, [vera], {"level": 5}),
    ):
        values = {"level": 2, "by_day": today(), "reason": WHY, "at": now(), "key": uuid4()} | changes
        with pytest.raises(error):
            assign(school.chef, school.norr, people, hygiene, **values)
    assert not Assignment.objects.exists()


@pytest.mark.django_db
def test_only_whoever_answers_for_staff_or_care_assigns(school, hygiene):
    clerk = world.make.holds("hr", school.granvik, "Hilda")
    for who in (school.usk, school.ssk, clerk):
        with pytest.raises(NotEntitled):
            given_to(school, hygiene, by=who)
    assert given_to(school, hygiene, by=school.mas)


@pytest.mark.django_db
def test_taken_back_it_is_asked_no_more_and_done_it_cannot_be_taken_back(school, hygiene):
    (first,) = given_to(school, hygiene, at=ago(3))
    one, two = withdraw(first, school.mas, now()), withdraw(first, school.chef, now())
    assert (one.pk, assignments_of(school.usk, now())) == (two.pk, [])
    assert [line.state for line in assignments_in(school.norr, now())] == [State.WITHDRAWN]
    (second,) = given_to(school, hygiene, at=ago(2))
    assess(school.ssk, school.usk, hygiene, 3, ago(1))
    rebuild_marked(now())
    with pytest.raises(AlreadyClosed):
        withdraw(second, school.chef, now())
    with pytest.raises(NotEntitled):
        withdraw(second, school.ssk, now())


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["UPDATE {} SET recorded_at = recorded_at", "DELETE FROM {}"])
@pytest.mark.parametrize("model", [AssignmentWithdrawal, Assignment])
def test_the_database_refuses_to_change_what_was_assigned(school, hygiene, model, words):
    withdraw(given_to(school, hygiene)[0], school.chef, now())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(words.format(model._meta.db_table))


# Pages


@pytest.mark.django_db
def test_a_manager_assigns_to_everyone_and_each_sees_it_on_her_start_page_and_plan(school, hygiene):
    client = reads(school.chef)
    assert PAGE in links_of(client.get("/team/norr/"))
    assert f"{PAGE}nytt/" in links_of(client.get(PAGE))
    form = hidden_fields(client.get(f"{PAGE}nytt/")) | {
        "who": "everyone",
        "competency": "HYG-01",
        "level": "2",
        "by_day": str(today() + timedelta(days=14)),
        "reason": WHY,
    }
    for _twice in range(2):
        assert client.post(f"{PAGE}nytt/", form).url == PAGE
    assert Assignment.objects.count() == 2
    words = words_of(client.get(PAGE))
    assert f"Ulla Ek : Competency HYG-01 , level 2 {WHY} · Clara Ek" in words
    mine = reads(school.usk)
    for page in ("/", "/plan/"):
        shown = words_of(mine.get(page))
        assert "Assigned by your workplace" in shown
        assert f"Competency HYG-01 , level 2 {WHY} · Clara Ek" in shown
    assert WHY in words_of(client.get(f"/plan/{school.usk.uuid}/"))


@pytest.mark.django_db
def test_it_is_taken_back_by_a_button(school, hygiene):
    (made,) = given_to(school, hygiene)
    client = reads(school.chef)
    assert client.get(f"{PAGE}{made.uuid}/ta-tillbaka/").status_code == 405
    assert client.post(f"{PAGE}{made.uuid}/ta-tillbaka/").url == PAGE
    assert "taken back" in words_of(client.get(PAGE))
    assert client.post(f"{PAGE}{uuid4()}/ta-tillbaka/").status_code == 404


@pytest.mark.django_db
def test_a_wrong_form_keeps_what_was_typed_and_says_what_to_do(school, hygiene):
    client = reads(school.chef)
    form = hidden_fields(client.get(f"{PAGE}nytt/")) | {
        "who": str(school.usk.uuid),
        "competency": "HYG-01",
        "level": "2",
    }
    answer = client.post(f"{PAGE}nytt/", form | {"by_day": str(today() - timedelta(days=1)), "reason": WHY})
    assert "Choose a day from today on" in words_of(answer)
    assert WHY in answer.content.decode()
    assert client.post(f"{PAGE}nytt/", form | {"who": str(school.ssk.uuid)}).status_code == 200
    assert not Assignment.objects.exists()


@pytest.mark.django_db
def test_others_do_not_find_it(school, hygiene):
    (made,) = given_to(school, hygiene)
    clerk = world.make.holds("hr", school.granvik, "Hilda")
    lisa = world.works_at(school.ekbacken, "Lisa", "enhetschef")
    world.make.holds("manager", school.ekbacken, lisa)
    for who in (school.usk, school.ssk, clerk, lisa):
        client = reads(who)
        assert client.get(PAGE).status_code == 404
        assert client.get(f"{PAGE}nytt/").status_code == 404
        assert client.post(f"{PAGE}{made.uuid}/ta-tillbaka/").status_code == 404
    assert WHY not in words_of(reads(clerk).get(f"/plan/{school.usk.uuid}/"))
    assert reads(lisa).post(f"/team/ekbacken/uppdrag/{made.uuid}/ta-tillbaka/").status_code == 404


@pytest.mark.django_db
def test_another_employer_of_hers_does_not_see_it(school, hygiene):
    lisa = world.works_at(school.ekbacken, "Lisa", "enhetschef")
    world.make.holds("manager", school.ekbacken, lisa)
    both = world.works_at(school.norr, "Bea", "vardbitrade")
    world.works_at(school.ekbacken, both, "vardbitrade")
    given_to(school, hygiene, both)
    assert WHY in words_of(reads(school.chef).get(f"/plan/{both.uuid}/"))
    assert WHY not in words_of(reads(lisa).get(f"/plan/{both.uuid}/"))


@pytest.mark.django_db
def test_the_plan_for_machines_tells_of_it_without_the_reason(school, hygiene):
    (made,) = given_to(school, hygiene)
    body = reads(school.usk).get(f"/api/v1/people/{school.usk.uuid}/plan").json()
    (told,) = body["assignments"]
    assert (told["uuid"], told["level"], told["by"], told["late"]) == (str(made.uuid), 2, str(made.by_day), False)
    assert WHY not in str(body)
    clerk = world.make.holds("hr", school.granvik, "Hilda")
    assert reads(clerk).get(f"/api/v1/people/{school.usk.uuid}/plan").json()["assignments"] == []
