"""Days are counted in Stockholm, whatever the season."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from people.clock import end_of_day, start_of_day, today


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
    ],
)
def test_today_is_a_day_in_stockholm(moment: datetime, day: date) -> None:
    assert today(moment) == day
    assert start_of_day(day) <= moment < end_of_day(day)


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 11, 22), 24)])
def test_a_day_is_as_long_as_the_clocks_make_it(day: tuple[int, int, int], hours: int) -> None:
    assert end_of_day(date(*day)) - start_of_day(date(*day)) == timedelta(hours=hours)


def test_the_first_and_last_days_that_can_be_counted_have_ends() -> None:
    """Somebody may write them into a form; what lies beyond cannot be said, so the day is cut there."""
    assert start_of_day(date.min) == datetime.min.replace(tzinfo=UTC)
    assert start_of_day(date.min) < end_of_day(date.min) < start_of_day(date.max) < end_of_day(date.max)
