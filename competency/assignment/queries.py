"""Assignments with how each stands, read from the standings in one question whatever their number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from people.api import Organisation, Person, today

from ..models import Standing
from ..pages import Subject
from .closing import State, done_at, state_of
from .models import Assignment
from .rules import may_assign

OPEN = (State.OPEN, State.LATE)


@dataclass(frozen=True)
class AssignmentLine:
    """One assignment as it stands."""

    assignment: Assignment
    state: State
    done_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_late(self) -> bool:
        return self.state is State.LATE


def assignments_of(person: Person, at: datetime, organisation: Organisation | None = None) -> list[AssignmentLine]:
    """Return what is asked of a person and not done, by one employer or (None) by all of hers, the soonest first."""
    rows = Assignment.objects.filter(person=person)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return [line for line in lines_of(rows, at) if line.is_open]


def assignments_seen(subject: Subject, at: datetime) -> list[AssignmentLine]:
    """Return what the reader of a plan may know of: her own, or what she could have assigned herself."""
    is_hers = subject.is_self or (subject.terms and may_assign(subject.reader, subject.terms.unit, today(at)))
    return assignments_of(subject.person, at, subject.organisation) if is_hers else []


def assignments_in(unit: Organisation, at: datetime) -> list[AssignmentLine]:
    """Return everything assigned at a unit and below it, what is open first, the soonest first."""
    lines = lines_of(Assignment.objects.filter(unit__path__startswith=unit.path), at)
    return sorted(lines, key=lambda line: not line.is_open)


def lines_of(rows: QuerySet[Assignment], at: datetime) -> list[AssignmentLine]:
    found = list(rows.select_related("person", "organisation", "unit", "competency", "assigned_by", "withdrawal"))
    standings = _segments(found)
    return [_line(row, standings.get((row.person_id, row.organisation_id, row.competency_id), []), at) for row in found]


def _line(row: Assignment, segments: list[object], at: datetime) -> AssignmentLine:
    done = done_at(segments, row.level, row.recorded_at, at)
    withdrawal = getattr(row, "withdrawal", None)
    state = state_of(done, withdrawal.recorded_at if withdrawal else None, row.by_day, today(at))
    return AssignmentLine(row, state, done if state is State.DONE else None)


def _segments(rows: Iterable[Assignment]) -> dict[tuple[int, int, int], list[object]]:
    rows = list(rows)
    standings = Standing.objects.filter(
        person__in={row.person_id for row in rows},
        organisation__in={row.organisation_id for row in rows},
        competency__in={row.competency_id for row in rows},
    )
    columns = ("person", "organisation", "competency", "segments")
    return {(person, employer, pk): segments for person, employer, pk, segments in standings.values_list(*columns)}
