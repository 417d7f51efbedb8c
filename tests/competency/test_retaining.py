"""The leaf `retention`: right answers, spaced, summed up once in a statement that the fold counts."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency.api import change_rule, explanation, rebuild_marked, review, standings_of, summarise_retention
from competency.book import book
from competency.models import DirtyMark
from competency.retaining import Answer, rows_of
from competency.trees import Leaf, TreeError, parse
from people.api import activity_iri, actor_of, today
from xapi.api import Entry, full_statement, record_entries, statements_about, vocabulary

from . import world
from .world import BEGAN, Town, days

TREE = {"any_of": [{"type": "retention", "answers": 3, "days": 7}]}
LEAF = Leaf("retention", answers=3, days=7)
MOMENTS = st.lists(st.tuples(st.floats(0, 120), st.booleans()), max_size=40)


def answers(*given: tuple[float, bool]) -> list[Answer]:
    return [Answer(f"{place:03}", days(at), is_right) for place, (at, is_right) in enumerate(given)]


def counted(*given: tuple[float, bool]) -> list[list[str]]:
    return [[answer.statement_id for answer in row] for row in rows_of(answers(*given), LEAF)]


def test_days_that_lie_far_enough_apart_make_a_row() -> None:
    assert counted((0, True), (7, True), (14, True)) == [["000", "001", "002"]]
    assert counted((0, True), (6, True), (14, True)) == []
    assert counted((0, True), (6, True), (7, True), (20, True)) == [["000", "002", "003"]]


def test_a_day_with_a_wrong_answer_does_not_count() -> None:
    assert counted((0, True), (7, True), (7.1, False), (14, True)) == []
    assert counted((0, True), (7, False), (8, True), (15, True)) == [["000", "002", "003"]]


def test_each_row_is_a_new_one() -> None:
    assert counted(*((7.0 * number, True) for number in range(6))) == [["000", "001", "002"], ["003", "004", "005"]]


def test_what_was_given_before_the_last_summary_is_part_of_none() -> None:
    given = answers(*((7.0 * number, True) for number in range(4)))
    assert rows_of(given, LEAF, since=days(14)) == []


@given(MOMENTS, st.randoms(use_true_random=False))
def test_rows_are_whole_spaced_right_and_apart(given_answers, random) -> None:
    given = answers(*given_answers)
    rows = rows_of(given, LEAF)
    used = [answer.statement_id for row in rows for answer in row]
    assert len(used) == len(set(used))
    for row in rows:
        assert len(row) == 3
        assert all((b.day - a.day).days >= 7 for a, b in itertools.pairwise(row))
        assert all(answer.is_right for answer in given if answer.day in {each.day for each in row})
    random.shuffle(given)
    assert rows_of(given, LEAF) == rows


@given(MOMENTS, st.integers(0, 40))
def test_to_sum_up_in_two_steps_is_to_sum_up_at_once(given_answers, cut) -> None:
    """Where answers come in order, by whole days, as they do when they are summed up before the next day's."""
    given = sorted(answers(*given_answers), key=lambda each: (each.happened_at, each.statement_id))
    day_of_cut = given[min(cut, len(given) - 1)].day if given else None
    first = rows_of([answer for answer in given if day_of_cut and answer.day < day_of_cut], LEAF)
    since = first[-1][-1].happened_at if first else None
    assert first + rows_of(given, LEAF, since) == rows_of(given, LEAF)


@pytest.mark.parametrize(
    "wrong", [{"answers": 1}, {"answers": 51}, {"days": 0}, {"days": 366}, {"days": "7"}, {"by": ["mas"]}]
)
def test_a_leaf_that_asks_too_little_or_too_much_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(TreeError):
        parse({"type": "retention"} | wrong)


# --- From answers to a standing ---------------------------------------------------------------------------------------


@pytest.fixture
def practised(school: Town, hygiene: Any) -> Town:
    """The school when level 4 is shown by what is still remembered, and its course teaches that level."""
    world.offer("om-hygien", teaches={"HYG-01": 4})
    review(school.mas, world.course_iri("om-hygien"), "1.0", school.granvik, BEGAN)
    change_rule(hygiene, 4, TREE, days(1), validity_months=12)
    rebuild_marked(days(1))
    return school


def answered(town: Town, at: datetime, *, success: bool = True, course: str = "om-hygien", **more: Any) -> UUID:
    number = uuid4()
    body = {
        "id": str(number),
        "actor": actor_of(town.usk),
        "verb": vocabulary.verb(vocabulary.ANSWERED),
        "object": {"objectType": "Activity", "id": activity_iri("question", number)},
        "result": {"success": success},
        "context": {
            "revision": "1.0",
            "contextActivities": {"parent": [{"id": world.questions_iri(course)}]},
        },
        "timestamp": at.isoformat(),
    }
    record_entries([Entry(body, town.granvik, at)], **more)
    return number


def summaries(town: Town) -> list[Any]:
    return statements_about([town.usk.actor_key], verbs=[vocabulary.own().retained])


def level(town: Town, at: datetime) -> int:
    lines = standings_of(town.usk, town.granvik, today(at))
    return next((line.level for line in lines if line.competency.code == "HYG-01"), 0)


def test_spaced_answers_show_the_level_by_one_statement(practised: Town, hygiene: Any) -> None:
    ids = [answered(practised, days(day)) for day in (10, 20, 30)]
    rebuild_marked(days(30))
    (summary,) = summaries(practised)
    body = full_statement(summary.statement_id)
    own = vocabulary.own()
    assert body["object"]["id"] == activity_iri("competency", hygiene.uuid)
    assert body["result"]["extensions"] == {own.level: 4}
    assert body["context"]["extensions"][own.spaced] == {"answers": 3, "first": "2025-01-11", "last": "2025-01-31"}
    assert summary.happened_at == days(30)
    assert level(practised, days(31)) == 4
    why = explanation(practised.usk, hygiene, today(days(31)))
    assert [(each.kind, each.level) for each in why.reasons] == [("retention", 4)]
    assert len(ids) == 3


def test_it_is_written_once_and_a_later_row_renews_it(practised: Town) -> None:
    for day in (10, 20, 30):
        answered(practised, days(day))
        rebuild_marked(days(day))
    assert summarise_retention([practised.usk], days(31)) == 0
    answered(practised, days(40))
    rebuild_marked(days(40))
    assert len(summaries(practised)) == 1
    for day in (50, 60):
        answered(practised, days(day))
    rebuild_marked(days(60))
    assert [each.happened_at for each in summaries(practised)] == [days(30), days(60)]


def test_what_was_answered_wrongly_or_of_another_course_does_not_count(practised: Town) -> None:
    for day, success, course in (
        (10, True, "om-hygien"),
        (20, False, "om-hygien"),
        (30, True, "hygien"),
        (40, True, "x"),
    ):
        answered(practised, days(day), success=success, course=course)
    rebuild_marked(days(40))
    assert summaries(practised) == []


def test_a_course_that_does_not_count_leaves_nothing_to_remember(practised: Town) -> None:
    world.offer("ogranskad", teaches={"HYG-01": 4})
    for day in (10, 20, 30):
        answered(practised, days(day), course="ogranskad")
    rebuild_marked(days(30))
    assert summaries(practised) == []


def test_without_such_a_rule_no_answer_marks_anybody(school: Town) -> None:
    assert book().retention == set()
    answered(school, days(10))
    assert not DirtyMark.objects.exists()


def test_the_same_again_after_everything_derived_is_gone(practised: Town) -> None:
    for day in (10, 20, 30):
        answered(practised, days(day))
    rebuild_marked(days(30))
    before = summaries(practised)
    practised.usk.standings.all().delete()
    summarise_retention([practised.usk], days(99))
    assert summaries(practised) == before
