"""The demo's year: the same on every database, whatever its rows are numbered."""

from __future__ import annotations

from datetime import date

from competency.api import Profession
from lms.demo.life import Life, Taking, Worker
from lms.demo.load import takings
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
