"""Assignments with how each stands, read from standings and statements in one question each whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from people.api import Organisation, Person, today

from ..models import Standing
from ..pages import Subject
from .closing import State, Taken, course_done_at, done_at, state_of
from .models import Assignment, AssignmentNotice
from .notices import unread_of
from .rules import may_assign
from .taking import Asked, taken_by

OPEN = (State.OPEN, State.LATE)


@dataclass(frozen=True)
class AssignmentLine:
    """One assignment as it stands. `notice`: what its person has been told of it and not put away, where she reads."""

    assignment: Assignment
    state: State
    done_at: datetime | None
    notice: AssignmentNotice | None = None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_late(self) -> bool:
        return self.state is State.LATE


def assignments_of(person: Person, at: datetime, organisation: Organisation | None = None) -> list[AssignmentLine]:
    """Return what is asked of a person and not done, by one employer or (None) by all of hers, the soonest first."""
    return [line for line in lines_of(_asked_of(person, organisation), at) if line.is_open]


def assignments_told(person: Person, at: datetime, organisation: Organisation | None = None) -> list[AssignmentLine]:
    """Return the same with what she has been told of it, and what was taken back until she has put that away."""
    told = unread_of(person)
    rows = _asked_of(person, organisation).filter(Q(withdrawal=None) | Q(pk__in=told))
    lines = [replace(line, notice=told.get(line.assignment.pk)) for line in lines_of(rows, at)]
    return [line for line in lines if line.is_open or (line.state is State.WITHDRAWN and line.notice)]


def assignments_seen(subject: Subject, at: datetime) -> list[AssignmentLine]:
    """Return what the reader of a plan may know of: her own, or what she could have assigned herself."""
    is_hers = subject.is_self or (subject.terms and may_assign(subject.reader, subject.terms.unit, today(at)))
    return assignments_of(subject.person, at, subject.organisation) if is_hers else []


def assignments_in(unit: Organisation, at: datetime) -> list[AssignmentLine]:
    """Return everything assigned at a unit and below it, what is open first, the soonest first."""
    lines = lines_of(Assignment.objects.filter(unit__path__startswith=unit.path), at)
    return sorted(lines, key=lambda line: not line.is_open)


def lines_of(rows: QuerySet[Assignment], at: datetime) -> list[AssignmentLine]:
    related = ("person", "organisation", "unit", "competency", "offer", "assigned_by", "withdrawal")
    found = list(rows.select_related(*related))
    standings = _segments(row for row in found if row.competency_id)
    taken = taken_by(_course_of(row) for row in found if row.offer)
    return [_line(row, _done(row, standings, taken, at), at) for row in found]


def _asked_of(person: Person, organisation: Organisation | None) -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(person=person)
    return rows if organisation is None else rows.filter(organisation=organisation)


def _line(row: Assignment, done: datetime | None, at: datetime) -> AssignmentLine:
    withdrawal = getattr(row, "withdrawal", None)
    state = state_of(done, withdrawal.recorded_at if withdrawal else None, row.by_day, today(at))
    return AssignmentLine(row, state, done if state is State.DONE else None)


def _done(
    row: Assignment,
    standings: Mapping[tuple[int, int, int | None], list[object]],
    taken: Mapping[Asked, list[Taken]],
    at: datetime,
) -> datetime | None:
    if row.offer:
        return course_done_at(taken.get(_course_of(row), ()), row.major, row.recorded_at, at)
    segments = standings.get((row.person_id, row.organisation_id, row.competency_id), [])
    return done_at(segments, row.level, row.recorded_at, at)


def _course_of(row: Assignment) -> Asked:
    assert row.offer is not None, "asked of assignments of courses alone"
    return row.person_id, row.organisation_id, row.offer.activity_iri


def _segments(rows: Iterable[Assignment]) -> dict[tuple[int, int, int | None], list[object]]:
    rows = list(rows)
    if not rows:
        return {}
    standings = Standing.objects.filter(
        person__in={row.person_id for row in rows},
        organisation__in={row.organisation_id for row in rows},
        competency__in={row.competency_id for row in rows},
    )
    columns = ("person", "organisation", "competency", "segments")
    return {(person, employer, pk): segments for person, employer, pk, segments in standings.values_list(*columns)}
