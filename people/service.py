"""From when until when people are in service on which terms, read at once for many people and for all days to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from people.models import EmploymentTerms, NotInService

ONE_DAY = timedelta(days=1)


class Stretch(NamedTuple):
    """In service on these terms from the day `since` on, and no longer on the day `until` (None: without end)."""

    terms: EmploymentTerms
    since: date
    until: date | None


def service_from(person_pks: Collection[int], first: date) -> dict[int, list[Stretch]]:
    """Return each person's stretches in service from `first` on, as known now. They say of each day what `staff_of`
    does; of one employment they are in order and do not overlap. Two queries."""
    terms: dict[int, list[EmploymentTerms]] = defaultdict(list)
    rows = EmploymentTerms.objects.filter(employment__person__in=person_pks).select_related("employment", "unit")
    for row in rows.order_by("-valid_from", "-recorded_at", "-pk"):
        terms[row.employment_id].append(row)
    absences: dict[int, list[NotInService]] = defaultdict(list)
    for absence in NotInService.objects.filter(employment__person__in=person_pks):
        absences[absence.employment_id].append(absence)
    found: dict[int, list[Stretch]] = defaultdict(list)
    for employment, newest_first in terms.items():
        found[newest_first[0].employment.person_id] += _stretches(newest_first, absences[employment], first)
    return found


def _stretches(newest_first: list[EmploymentTerms], absences: list[NotInService], first: date) -> list[Stretch]:
    turns = {first} | {day for day in _turns(newest_first, absences) if day > first}
    days: list[date | None] = [*sorted(turns), None]
    found: list[Stretch] = []
    for since, until in pairwise(days):
        assert since is not None, "only the last is without end"
        terms = _terms_on(newest_first, absences, since)
        if terms is None:
            continue
        if found and found[-1].until == since and found[-1].terms is terms:
            found[-1] = found[-1]._replace(until=until)
        else:
            found.append(Stretch(terms, since, until))
    return found


def _turns(newest_first: list[EmploymentTerms], absences: list[NotInService]) -> set[date]:
    """Return every day on which it may change who is in service on what terms."""
    turns = set()
    for row in newest_first:
        turns |= {row.valid_from, row.starts_on}
    turns |= {absence.starts_on for absence in absences}
    last_days = [row.ends_on for row in newest_first] + [absence.ends_on for absence in absences]
    return turns | {day + ONE_DAY for day in last_days if day}


def _terms_on(newest_first: list[EmploymentTerms], absences: list[NotInService], on: date) -> EmploymentTerms | None:
    in_force = next((row for row in newest_first if row.valid_from <= on), None)
    if in_force is None or not in_force.is_current(on):
        return None
    is_absent = any(row.starts_on <= on and (row.ends_on is None or on <= row.ends_on) for row in absences)
    return None if is_absent else in_force
