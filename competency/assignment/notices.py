"""Whoever something is assigned to is told, and told when it is taken back: rows, each once (semantics 26)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from people.api import Person
from people.api import put_away as mark_read

from .models import Assignment, AssignmentNotice

ASSIGNED, WITHDRAWN = "assigned", "withdrawn"


def tell(assignments: Iterable[Assignment], key: str, at: datetime) -> None:
    """Tell each person of hers, once. What was told of it before no longer asks for anything."""
    rows = list(assignments)
    AssignmentNotice.objects.filter(assignment__in=rows, read_at__isnull=True).exclude(key=key).update(read_at=at)
    AssignmentNotice.objects.bulk_create(
        [AssignmentNotice(recipient_id=row.person_id, assignment=row, key=key, made_at=at) for row in rows],
        ignore_conflicts=True,
    )


def unread_of(person: Person) -> dict[int, AssignmentNotice]:
    """Return what she has been told and not put away, by assignment."""
    rows = AssignmentNotice.objects.filter(recipient=person, read_at__isnull=True)
    return {row.assignment_id: row for row in rows}


def put_away(person: Person, uuid: UUID, at: datetime) -> int:
    """Note that she has read a notice. Another's, or one already put away, changes nothing."""
    return mark_read(AssignmentNotice, person, uuid, at)
