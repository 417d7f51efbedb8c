"""The demo's year: the same on every database, whatever its rows are numbered."""

from __future__ import annotations

from datetime import date

import pytest

from competency.api import Profession, steps_in
from lms.demo.decided import CHECKLISTS
from lms.demo.life import Life, Taking, Worker
from lms.demo.load import takings
from lms.demo.practice import weekday
from lms.demo.staff import Colleague
from people.api import Employment

DAY = date(2026, 3, 1)


def post(person: int, key: str) -> Colleague:
    return Colleague(Employment(person_id=person), Worker(key, {}, DAY, DAY, 1.0), Profession())


def taking(course: str, minute: int) -> Taking:
    return Taking(DAY, minute, course, fails_first=False, stops_early=False)


def test_who_has_two_posts_takes_a_course_once() -> None:
    first, second, other = post(1, "a/1"), post(1, "b/1"), post(2, "a/2")
    lives = [
        (first, Life(takings=[taking("handhygien", 400)])),
        (second, Life(takings=[taking("handhygien", 500), taking("sarvard", 600)])),
        (other, Life(takings=[taking("handhygien", 700)])),
    ]
    assert takings(lives) == [
        (first, taking("handhygien", 400)),
        (second, taking("sarvard", 600)),
        (other, taking("handhygien", 700)),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 4), date(2026, 12, 4)),
        (date(2026, 12, 5), date(2026, 12, 7)),
        (date(2026, 12, 6), date(2026, 12, 7)),
        (date(2026, 12, 7), date(2026, 12, 7)),
    ],
)
def test_nobody_practises_on_a_weekend(day: date, expected: date) -> None:
    assert weekday(day) == expected


@pytest.mark.parametrize("code", CHECKLISTS)
def test_a_checklist_of_the_demo_has_steps_that_must_be_done_and_others(code: str) -> None:
    assert {step.required for step in steps_in(CHECKLISTS[code])} == {True, False}
