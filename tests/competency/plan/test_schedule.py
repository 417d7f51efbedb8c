"""Learning spread over weeks: never more than is protected, the heaviest first, and nothing lost."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from competency.plan.schedule import Load, Protected, monday_of, months_later, protected_in, spread

ON = date(2026, 11, 27)  # a Friday
WEEK = timedelta(days=7)
loads = st.lists(st.integers(0, 200), max_size=12).map(
    lambda some: [Load(str(place), minutes) for place, minutes in enumerate(some)]
)
rows = st.lists(st.builds(Protected, st.dates(ON, ON + timedelta(days=200)), st.integers(1, 120)), max_size=4)


def weekly(some):
    return lambda monday: protected_in(some, monday, 15)


@given(loads, rows)
def test_no_week_holds_more_than_is_protected_in_it(some, times):
    used: dict[date, int] = {}
    for turn in spread(some, weekly(times), ON):
        for monday, minutes in turn.weeks:
            used[monday] = used.get(monday, 0) + minutes
    assert all(0 < minutes <= protected_in(times, monday, 15) for monday, minutes in used.items())


@given(loads, rows)
def test_every_minute_has_its_place_and_no_week_before_the_last_is_left_half_empty(some, times):
    turns = spread(some, weekly(times), ON)
    assert [(turn.key, turn.minutes) for turn in turns] == some
    used: dict[date, int] = {}
    for turn in turns:
        for monday, minutes in turn.weeks:
            used[monday] = used.get(monday, 0) + minutes
    assert list(used) == [monday_of(ON) + number * WEEK for number in range(len(used))]
    assert all(used[monday] == protected_in(times, monday, 15) for monday in list(used)[:-1])


@given(loads, rows)
def test_what_comes_first_is_never_done_later(some, times):
    ends = [turn.done_by for turn in spread(some, weekly(times), ON)]
    assert ends == sorted(ends)


@given(loads, rows)
def test_more_time_never_makes_anything_later(some, times):
    more = [Protected(row.from_day, row.minutes + 5) for row in times]
    slow, fast = spread(some, weekly(times), ON), spread(some, lambda monday: protected_in(more, monday, 20), ON)
    assert all(quick.done_by <= turn.done_by for turn, quick in zip(slow, fast, strict=True))


def test_fifteen_minutes_a_week_from_the_week_one_is_in():
    turns = spread([Load("A", 10), Load("B", 40), Load("C", 0)], lambda _monday: 15, ON)
    first = date(2026, 11, 23)
    assert turns[0].weeks == ((first, 10),)
    assert turns[1].weeks == ((first, 5), (first + WEEK, 15), (first + 2 * WEEK, 15), (first + 3 * WEEK, 5))
    assert turns[1].done_by == turns[2].done_by == date(2026, 12, 20)
    assert turns[2].weeks == ()


def test_what_is_protected_last_holds_from_its_day():
    rows = [Protected(ON, 30), Protected(ON + WEEK, 60), Protected(ON, 45)]
    assert [protected_in(rows, ON + timedelta(days=days), 15) for days in (-1, 0, 6, 7)] == [15, 45, 45, 60]


def test_months_end_with_the_month():
    assert months_later(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_later(date(2026, 12, 15), 12) == date(2027, 12, 15)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 24))
def test_months_later_is_in_the_month_that_many_later(day, months):
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
