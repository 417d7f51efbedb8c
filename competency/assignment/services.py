"""Assigning and withdrawing: rows that are added, all or none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from people.api import Employment, Organisation, Person, holds_personnummer, staff_of, today

from ..errors import NotEntitled, RuleError
from ..models import TOP_LEVEL, Competency
from ..queries.standings import levels_of
from .errors import AlreadyClosed, DayOutOfReach, NobodyNeedsIt, NotStaff, ReasonMissing
from .models import Assignment, AssignmentWithdrawal
from .queries import lines_of
from .rules import may_assign

FURTHEST: Final = timedelta(days=730)


@transaction.atomic
def assign(
    by: Person,
    unit: Organisation,
    people: Iterable[Person],
    competency: Competency,
    level: int,
    by_day: date,
    reason: str,
    at: datetime,
    *,
    key: UUID,
) -> list[Assignment]:
    """Ask people of a unit to reach a level by a day. Who holds it already is left out; the same `key` twice is one.

    Raises NotEntitled, NotStaff, DayOutOfReach, ReasonMissing, RuleError or NobodyNeedsIt; then nothing is kept.
    """
    if not may_assign(by, unit, today(at)):
        raise NotEntitled
    _check(competency, level, by_day, reason, today(at))
    staff = _employments(unit, today(at))
    people = list(people)
    if not people or any(person.pk not in staff for person in people):
        raise NotStaff
    known = {row.person_id: row for row in Assignment.objects.filter(key=key, assigned_by=by)}
    need = [person for person in people if person.pk not in known and _lacks(staff[person.pk], competency, level, at)]
    if not need and not known:
        raise NobodyNeedsIt
    made = [
        Assignment.objects.create(
            key=key,
            person=person,
            organisation=staff[person.pk].organisation,
            unit=unit,
            competency=competency,
            level=level,
            by_day=by_day,
            reason=reason.strip(),
            assigned_by=by,
            recorded_at=at,
        )
        for person in need
    ]
    return [*known.values(), *made]


@transaction.atomic
def withdraw(assignment: Assignment, by: Person, at: datetime) -> AssignmentWithdrawal:
    """Take an assignment back. Withdrawn already answers with the first; raises AlreadyClosed for what is done."""
    if not may_assign(by, assignment.unit, today(at)):
        raise NotEntitled
    # Two who withdraw at once: the second waits for the row of the person, and then finds the first.
    Person.objects.select_for_update().get(pk=assignment.person_id)
    known = AssignmentWithdrawal.objects.filter(assignment=assignment).first()
    if known:
        return known
    (line,) = lines_of(Assignment.objects.filter(pk=assignment.pk), at)
    if not line.is_open:
        raise AlreadyClosed
    return AssignmentWithdrawal.objects.create(assignment=assignment, withdrawn_by=by, recorded_at=at)


def _check(competency: Competency, level: int, by_day: date, reason: str, on: date) -> None:
    if not 1 <= level <= TOP_LEVEL:
        raise RuleError(_("Level %(level)s is not on the scale.") % {"level": level})
    if competency.retired_at is not None:
        raise RuleError(_("This competency is no longer used."))
    if not on <= by_day <= on + FURTHEST:
        raise DayOutOfReach
    if not reason.strip() or holds_personnummer(reason):
        raise ReasonMissing


def _employments(unit: Organisation, on: date) -> dict[int, Employment]:
    found: dict[int, Employment] = {}
    for held in staff_of(unit, on, include_absent=True):
        found.setdefault(held.person_id, held)
    return found


def _lacks(employment: Employment, competency: Competency, level: int, at: datetime) -> bool:
    held = levels_of(employment.person, employment.organisation, today(at))
    return held.get(competency.code, 0) < level
