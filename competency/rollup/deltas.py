"""How the counts of a unit change from day to day because of one person. Pure: it is given rows and asks nothing.

A status turns only where a stored segment or period begins or ends, or as many days before it ends as count as soon. So
each cell is judged on its first day and on those days alone; the roll-up holds what differs from the day before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from people.clock import start_of_day, today

from ..segments import END, ENDS, START, text_of
from ..status import Status

Row = tuple[list[Any], list[Any]]
Sums = tuple[int, int, int, int, int]
"""People, met, on the way, missing, lapsing."""
Parts = dict[tuple[int, date], Sums]
"""What one person adds to each unit from a day on."""
Judge = Callable[[date, Row, int], Status]
"""The status of a stored row on a day, where a level is asked."""

NOTHING: Final[Sums] = (0, 0, 0, 0, 0)
PERSON: Final[Sums] = (1, 0, 0, 0, 0)
WEIGHS: Final[Mapping[Status, Sums]] = {
    Status.MET: (0, 1, 0, 0, 0),
    Status.EXPIRES_SOON: (0, 1, 0, 0, 1),
    Status.ON_THE_WAY: (0, 0, 1, 0, 0),
    Status.MISSING: (0, 0, 0, 1, 0),
    Status.EXPIRED: (0, 0, 0, 1, 0),
}
UNSHOWN: Final[Row] = ([], [])


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` on, and no longer on `until`, these levels are asked of somebody in a unit, by competency.

    `organisation` is the employer whose standings count there.
    """

    unit: int
    organisation: int
    since: date
    until: date | None
    asked: Mapping[int, int]


def parts_of(spans: list[Span], rows: Mapping[tuple[int, int], Row], soon: timedelta, judge: Judge) -> Parts:
    """Return what one person adds to each unit, from when on; days on which nothing changes are not among them."""
    found: dict[tuple[int, date], list[int]] = defaultdict(lambda: [0] * len(NOTHING))
    turns: dict[tuple[int, int], list[date]] = {}
    for span in spans:
        _add(found[span.unit, span.since], PERSON)
        if span.until:
            _add(found[span.unit, span.until], PERSON, -1)
        for competency, asked in span.asked.items():
            key = (span.organisation, competency)
            row = rows.get(key, UNSHOWN)
            if key not in turns:
                turns[key] = turns_of(row, span.since, soon)
            for day, weight, sign in _changes(span, row, turns[key], asked, judge):
                _add(found[span.unit, day], weight, sign)
    return {key: sums_of(numbers) for key, numbers in found.items() if any(numbers)}


def collapsed(parts: Parts, first: date) -> Parts:
    """Return the same sums for `first` and every later day, with all that lies before it laid together there."""
    found: dict[tuple[int, date], list[int]] = defaultdict(lambda: [0] * len(NOTHING))
    for (unit, day), sums in parts.items():
        _add(found[unit, max(day, first)], sums)
    return {key: sums_of(numbers) for key, numbers in found.items() if any(numbers)}


def turns_of(row: Row, first: date, soon: timedelta) -> list[date]:
    """Return, in order, the days after `first` on which the status of a row may be another than the day before."""
    begins = _beginning(first)
    found: set[date] = set()
    for segment in row[0]:
        if segment[END] and segment[END] < begins:
            continue
        found |= {day_of(moment) for moment in (segment[START], segment[END]) if moment and moment >= begins}
        for moment in segment[ENDS]:
            if moment and moment >= begins:
                found |= {day_of(moment), soon_from(moment, soon)}
    for period in row[1]:
        found |= {day_of(moment) for moment in period if moment and moment >= begins}
    return sorted(day for day in found if day > first)


@lru_cache(maxsize=1_024)
def _beginning(day: date) -> str:
    return text_of(start_of_day(day))


@lru_cache(maxsize=16_384)
def day_of(moment: str) -> date:
    """Return the day in Stockholm of a moment as it is stored."""
    return today(datetime.fromisoformat(moment))


@lru_cache(maxsize=16_384)
def soon_from(moment: str, soon: timedelta) -> date:
    """Return the first day at whose end no more than `soon` is left until a moment as it is stored."""
    return today(datetime.fromisoformat(moment) - soon - datetime.resolution)


def _changes(span: Span, row: Row, turns: list[date], asked: int, judge: Judge) -> Iterator[tuple[date, Sums, int]]:
    last = judge(span.since, row, asked)
    yield span.since, WEIGHS[last], 1
    for day in turns:
        if day <= span.since:
            continue
        if span.until and day >= span.until:
            break
        status = judge(day, row, asked)
        if status is not last:
            yield day, WEIGHS[last], -1
            yield day, WEIGHS[status], 1
            last = status
    if span.until:
        yield span.until, WEIGHS[last], -1


def _add(numbers: list[int], sums: Sums, sign: int = 1) -> None:
    for place, number in enumerate(sums):
        if number:
            numbers[place] += sign * number


def sums_of(numbers: list[int]) -> Sums:
    people, met, on_the_way, missing, lapsing = numbers
    return people, met, on_the_way, missing, lapsing
