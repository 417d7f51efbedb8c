"""Assigning and withdrawing: rows that are added, all or none, with a notice for each whom they concern."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from people.api import Employment, Organisation, Person, holds_personnummer, staff_of, today

from ..book import major_of
from ..errors import NotEntitled, RuleError
from ..models import TOP_LEVEL, Competency, Offer
from ..queries.offers import offers_at
from ..queries.standings import levels_of
from .closing import course_done_at
from .errors import AlreadyClosed, DayOutOfReach, NobodyNeedsIt, NotOnOffer, NotStaff, ReasonMissing
from .models import Assignment, AssignmentWithdrawal
from .notices import ASSIGNED, WITHDRAWN, tell
from .queries import lines_of
from .rules import may_assign
from .taking import taken_by

FURTHEST: Final = timedelta(days=730)
Needing = Callable[[list[Employment]], list[Employment]]
"""Narrows employments to those whose people lack what is assigned."""


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
    _check(by, unit, by_day, reason, today(at))
    if not 1 <= level <= TOP_LEVEL:
        raise RuleError(_("Level %(level)s is not on the scale.") % {"level": level})
    if competency.retired_at is not None:
        raise RuleError(_("This competency is no longer used."))

    def needing(held: list[Employment]) -> list[Employment]:
        return [each for each in held if _level(each, competency, at) < level]

    said = {"competency": competency, "level": level, "by_day": by_day, "reason": reason.strip()}
    return _give(by, unit, people, needing, said, at, key)


@transaction.atomic
def assign_course(
    by: Person,
    unit: Organisation,
    people: Iterable[Person],
    offer: Offer,
    by_day: date,
    reason: str,
    at: datetime,
    *,
    key: UUID,
) -> list[Assignment]:
    """Ask people of a unit to take a course by a day. Who has taken this main version is left out, as above.

    Raises NotOnOffer for a course that is not there for those who work at the unit, and otherwise what `assign` does.
    """
    _check(by, unit, by_day, reason, today(at))
    if offer.pk not in {each.pk for each in offers_at(unit.employer, at)}:
        raise NotOnOffer
    major = major_of(offer.revision) or 1

    def needing(held: list[Employment]) -> list[Employment]:
        asked = {each.pk: (each.person_id, each.organisation_id, offer.activity_iri) for each in held}
        taken = taken_by(asked.values())
        return [each for each in held if not course_done_at(taken.get(asked[each.pk], ()), major, at, at)]

    said = {"offer": offer, "major": major, "by_day": by_day, "reason": reason.strip()}
    return _give(by, unit, people, needing, said, at, key)


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
    made = AssignmentWithdrawal.objects.create(assignment=assignment, withdrawn_by=by, recorded_at=at)
    tell([assignment], WITHDRAWN, at)
    return made


def _check(by: Person, unit: Organisation, by_day: date, reason: str, on: date) -> None:
    if not may_assign(by, unit, on):
        raise NotEntitled
    if not on <= by_day <= on + FURTHEST:
        raise DayOutOfReach
    if not reason.strip() or holds_personnummer(reason):
        raise ReasonMissing


def _give(
    by: Person,
    unit: Organisation,
    people: Iterable[Person],
    needing: Needing,
    said: dict[str, Any],
    at: datetime,
    key: UUID,
) -> list[Assignment]:
    """Write a row for each who lacks it, and tell her. Sent twice, those of the first time are answered."""
    staff = _employments(unit, today(at))
    people = list(people)
    if not people or any(person.pk not in staff for person in people):
        raise NotStaff
    known = {row.person_id: row for row in Assignment.objects.filter(key=key, assigned_by=by)}
    need = needing([staff[person.pk] for person in people if person.pk not in known])
    if not need and not known:
        raise NobodyNeedsIt
    fixed = {"key": key, "unit": unit, "assigned_by": by, "recorded_at": at}
    made = [
        Assignment.objects.create(person=each.person, organisation=each.organisation, **fixed, **said) for each in need
    ]
    tell(made, ASSIGNED, at)
    return [*known.values(), *made]


def _employments(unit: Organisation, on: date) -> dict[int, Employment]:
    found: dict[int, Employment] = {}
    for held in staff_of(unit, on, include_absent=True):
        found.setdefault(held.person_id, held)
    return found


def _level(employment: Employment, competency: Competency, at: datetime) -> int:
    return levels_of(employment.person, employment.organisation, today(at)).get(competency.code, 0)
