"""When there is time for what: learning spread over weeks, never more a week than is protected for it. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

WEEK = timedelta(days=7)


class Load(NamedTuple):
    """Something to learn and how many minutes it takes; 0 where only other people's time is needed."""

    key: str
    minutes: int


class Turn(NamedTuple):
    """When something has its turn: (Monday, minutes) of each week that it takes, and the last day of the last one."""

    key: str
    weeks: tuple[tuple[date, int], ...]
    done_by: date

    @property
    def minutes(self) -> int:
        return sum(minutes for _monday, minutes in self.weeks)


@dataclass(frozen=True, slots=True)
class Protected:
    """`minutes` a week are protected from a day on."""

    from_day: date
    minutes: int


def spread(loads: Iterable[Load], weekly: Callable[[date], int], on: date) -> list[Turn]:
    """Return the turn of each load, in the order given, from the week of `on` onwards.

    `weekly` says how many minutes there are in the week of a Monday; at least one. A week is filled before the next
    is begun, so that the heaviest is done first. What takes no minutes has its turn where the load before it ends.
    """
    monday = monday_of(on)
    left = weekly(monday)
    turns = []
    for load in loads:
        weeks: list[tuple[date, int]] = []
        rest = load.minutes
        while rest:
            if not left:
                monday += WEEK
                left = weekly(monday)
            part = min(rest, left)
            weeks.append((monday, part))
            rest, left = rest - part, left - part
        turns.append(Turn(load.key, tuple(weeks), monday + timedelta(days=6)))
    return turns


def protected_in(rows: Iterable[Protected], day: date, default: int) -> int:
    """Return the minutes a week that hold on a day; of rows from the same day the one said last."""
    minutes, since = default, date.min
    for row in rows:
        if since <= row.from_day <= day:
            minutes, since = row.minutes, row.from_day
    return minutes


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def months_later(day: date, months: int) -> date:
    """Return the same day `months` later (earlier, if negative), or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
