"""What the counts of people's units are made of, from the standings that were just folded. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from django.conf import settings

from people.api import Stretch, service_from, start_of_day, today

from ..book import Book, lineages
from ..law import Law
from ..queries.requirements import Profiles
from ..queries.standings import Day
from ..status import Status
from .deltas import Parts, Row, Span, parts_of

Rows = Mapping[tuple[int, int], Row]


def roll_ups_of(rows: Mapping[int, Rows], first: date, law_book: Book) -> dict[int, Parts]:
    """Return for each person, from her standings, what she adds to her units from `first` on. Two queries."""
    stretches = service_from(list(rows), first)
    asking, soon = _Asking(law_book, first), timedelta(days=settings.EXPIRES_SOON_DAYS)
    return {
        person: parts_of(asking.spans(stretches.get(person, [])), each, soon, judge) for person, each in rows.items()
    }


def judge(on: date, row: Row, asked: int) -> Status:
    """Return the status of a stored row on a day, where a level is asked."""
    status = _day(on, settings.EXPIRES_SOON_DAYS).judge(row, asked)[1]
    assert status is not None, "a level is asked"
    return status


@lru_cache(maxsize=2_000)
def _day(on: date, _soon_days: int) -> Day:
    """Worked out once in a process, for as long as the setting is the same."""
    return Day(on)


class _Asking:
    """What is asked where from when on: what nothing can meet is nobody's gap (as on a team's page)."""

    def __init__(self, law_book: Book, first: date) -> None:
        self.law_book = law_book
        self.first = first
        self.turns = turns_of_law(law_book, first)
        self.above = lineages()
        self._profiles: dict[date, Profiles] = {}
        self._laws: dict[tuple[date, int], Law] = {}
        self._asked: dict[tuple[date, str, str, str], dict[int, int]] = {}
        self._meetable: dict[tuple[date, int, int, int], bool] = {}

    def spans(self, stretches: list[Stretch]) -> list[Span]:
        """Return the stretches of one person, cut where her terms or the law turn, as spans of a unit each."""
        turns = {self.first, *self.turns, *(day for each in stretches for day in (each.since, each.until) if day)}
        days: list[date | None] = [*sorted(turns), None]
        spans: list[Span] = []
        for since, until in pairwise(days):
            assert since is not None, "only the last is without end"
            spans += self._spans(stretches, since, until)
        return spans

    def _spans(self, stretches: list[Stretch], since: date, until: date | None) -> list[Span]:
        by_unit: dict[int, list[Stretch]] = defaultdict(list)
        for each in stretches:
            if each.since <= since and (each.until is None or since < each.until):
                by_unit[each.terms.unit_id].append(each)
        return [self._span(unit, here, since, until) for unit, here in by_unit.items()]

    def _span(self, unit: int, here: list[Stretch], since: date, until: date | None) -> Span:
        """Several employments in one unit count once, with all that they ask, by the employer of the largest."""
        largest = max(here, key=lambda each: each.terms.share or 0)
        asked: dict[int, int] = {}
        for each in here:
            for competency, level in self._asked_of(each, since).items():
                asked[competency] = max(level, asked.get(competency, 0))
        employer = largest.terms.employment.organisation_id
        met = {code: level for code, level in asked.items() if self._is_meetable(since, employer, code, level)}
        return Span(unit, employer, since, until, met)

    def _asked_of(self, stretch: Stretch, on: date) -> dict[int, int]:
        terms = stretch.terms
        key = (on, terms.profession, terms.unit.setting, terms.unit.path)
        if key not in self._asked:
            if on not in self._profiles:
                self._profiles[on] = Profiles(self.law_book, on)
            self._asked[key] = self._profiles[on].highest(terms)
        return self._asked[key]

    def _is_meetable(self, on: date, employer: int, competency: int, level: int) -> bool:
        key = (on, employer, competency, level)
        if key not in self._meetable:
            moment = Day(on).moment
            if (on, employer) not in self._laws:
                self._laws[on, employer] = self.law_book.law(employer, self.above, moment)
            code = self.law_book.by_pk[competency].code
            self._meetable[key] = self._laws[on, employer].is_meetable(code, level, moment)
        return self._meetable[key]


def turns_of_law(law_book: Book, first: date) -> list[date]:
    """Return the days after `first` from which something else is asked, or can be met, as it is decided now."""
    begins, inputs = start_of_day(first), law_book.inputs
    moments = [row.valid_from for row in inputs.rules]
    moments += [row.valid_from for row in inputs.claims]
    moments += [row.valid_from for row in inputs.acceptances]
    decided = {today(moment) for moment in moments if moment >= begins}
    asked = {row.valid_from for row in law_book.asked}
    return sorted(day for day in decided | asked if day > first)
