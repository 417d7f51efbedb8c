"""When somebody worked where, and who answered for the care there, as days that a pure rule can reckon with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from people.models import CareResponsibility, EmploymentTerms, Organisation

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Served:
    """Days on which somebody is employed at a unit: `until` is the first day after, None while no end is known."""

    employer_path: str
    unit_path: str
    first: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Answered:
    """Days on which a care provider answers for a node."""

    provider: int
    provider_path: str
    first: date
    until: date | None


@dataclass(frozen=True, slots=True)
class TermsRow:
    """What an employment says from `valid_from` on, until its next row."""

    employer_path: str
    unit_path: str
    valid_from: date
    starts_on: date
    ends_on: date | None


def served_by(person_pks: Iterable[int]) -> dict[int, list[Served]]:
    """Return where and when each person has worked or will, as known now. One query.

    For every day it says the same as `EmploymentTerms.objects.in_force(day).current(day)`.
    """
    rows = (
        EmploymentTerms.objects.filter(employment__person__in=sorted(set(person_pks)))
        .order_by("employment", "valid_from", "recorded_at", "pk")
        .values_list(
            "employment__person",
            "employment",
            "employment__organisation__path",
            "unit__path",
            "valid_from",
            "starts_on",
            "ends_on",
        )
    )
    by_employment: dict[tuple[int, int], list[TermsRow]] = defaultdict(list)
    for person, employment, employer, unit, valid_from, starts_on, ends_on in rows:
        by_employment[person, employment].append(TermsRow(employer, unit, valid_from, starts_on, ends_on))
    found: dict[int, list[Served]] = defaultdict(list)
    for (person, _employment), terms in by_employment.items():
        found[person].extend(periods(terms))
    return found


def periods(terms: list[TermsRow]) -> Iterator[Served]:
    """Yield the days of one employment. `terms` are its rows by (valid_from, recorded_at). Pure."""
    for row, after in zip(terms, [*terms[1:], None], strict=True):
        first = max(row.valid_from, row.starts_on)
        ends = [day for day in (row.ends_on and row.ends_on + A_DAY, after and after.valid_from) if day]
        until = min(ends, default=None)
        if until is None or first < until:
            yield Served(row.employer_path, row.unit_path, first, until)


def answered_for(paths: Iterable[str]) -> dict[str, list[Answered]]:
    """Return who answers for the health care of each node and when: the rule of `responsible_providers`, for every day.

    Nodes are named by path. Two queries.
    """
    wanted = sorted(set(paths))
    step = Organisation.steplen
    above = {path[:length] for path in wanted for length in range(step, len(path) + 1, step)}
    rows = list(
        CareResponsibility.objects.filter(unit__path__in=above)
        .order_by("valid_from", "recorded_at", "pk")
        .values_list("unit__path", "provider", "provider__path", "valid_from", "valid_to")
    )
    municipalities = dict(
        Organisation.objects.filter(Q(kind=Organisation.Kind.MUNICIPALITY), path__in=above).values_list("path", "pk")
    )
    return {path: list(_answered(path, rows, municipalities)) for path in wanted}


def _answered(
    path: str, rows: list[tuple[str, int, str, date, date | None]], municipalities: dict[str, int]
) -> Iterator[Answered]:
    ours = [row for row in rows if path.startswith(row[0])]
    changes = {row[3] for row in ours} | {row[4] + A_DAY for row in ours if row[4]}
    edges: list[date] = sorted({date.min, *changes})
    for first, until in zip(edges, [*edges[1:], None], strict=True):
        found = _nearest(path, first, ours, municipalities)
        if found:
            yield Answered(*found, first, until)


def _nearest(
    path: str, on: date, rows: list[tuple[str, int, str, date, date | None]], municipalities: dict[str, int]
) -> tuple[int, str] | None:
    for length in range(len(path), 0, -Organisation.steplen):
        node = path[:length]
        own = [(pk, at) for unit, pk, at, first, last in rows if unit == node and first <= on and not _over(last, on)]
        if own:
            return own[-1]
        if node in municipalities:
            return municipalities[node], node
    return None


def _over(last: date | None, on: date) -> bool:
    return last is not None and last < on
