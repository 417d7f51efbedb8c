"""Who is told of what about a plan: rows, each once for its reader (semantics 26), read where she looks first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from people.api import EmploymentTerms, Person, Role, employments_of, roles_of
from people.api import put_away as mark_read

from ..delegation.notices import nearest_managers
from .life import Side
from .models import PlanNotice
from .proposing import Whose


def tell(whose: Whose, key: str, person_pks: Iterable[int], at: datetime) -> int:
    """Tell people once; those who were told the same before are left alone. Return how many are told now."""
    told = PlanNotice.objects.filter(person=whose.person, organisation=whose.organisation, key=key)
    people = set(person_pks) - set(told.values_list("recipient", flat=True))
    rows = [
        PlanNotice(recipient_id=pk, person=whose.person, organisation=whose.organisation, key=key, made_at=at)
        for pk in sorted(people)
    ]
    # Another worker may tell them at this very moment: then the database keeps one.
    PlanNotice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def outdate(whose: Whose, at: datetime) -> None:
    """Put away what no longer asks for anything, since something has been signed."""
    rows = PlanNotice.objects.filter(person=whose.person, organisation=whose.organisation, read_at__isnull=True)
    rows.update(read_at=at)


def managers_of(whose: Whose, on: date) -> set[int]:
    """Return who manages her for that employer: the nearest above each unit she works at, never she herself."""
    terms = employments_of(whose.person, on)
    units = [row.unit.path for row in terms if row.employment.organisation_id == whose.organisation.pk]
    return {pk for path in units for pk in nearest_managers(path, on)} - {whose.person.pk}


def others_of(whose: Whose, side: Side, on: date) -> set[int]:
    """Return who is on the other side."""
    return managers_of(whose, on) if side is Side.EMPLOYEE else {whose.person.pk}


def plan_notices(person: Person, on: date) -> list[PlanNotice]:
    """Return what she has been told about plans and not yet put away, the newest first.

    Of a plan in which she no longer takes part, since she manages its person no more, nothing is said.
    """
    rows = list(
        PlanNotice.objects.filter(recipient=person, read_at__isnull=True).select_related("person", "organisation")
    )
    others = [row for row in rows if row.person_id != person.pk]
    managed = _managed_by(person, others, on) if others else set()
    return [row for row in rows if row.person_id == person.pk or (row.person_id, row.organisation_id) in managed][:20]


def _managed_by(manager: Person, rows: Iterable[PlanNotice], on: date) -> set[tuple[int, int]]:
    """Return whose plans, with which employers, she takes part in as `rules.side_of` has it. One question for all."""
    paths = tuple(grant.node.path for grant in roles_of(manager, on) if grant.role == Role.MANAGER)
    people = {row.person_id for row in rows}
    terms = EmploymentTerms.objects.in_force(on).current(on).filter(employment__person__in=people)
    columns = ("employment__person", "employment__organisation", "unit__path")
    return {(who, employer) for who, employer, path in terms.values_list(*columns) if path.startswith(paths)}


def put_plan_notice_away(person: Person, uuid: UUID, at: datetime) -> int:
    return mark_read(PlanNotice, person, uuid, at)
