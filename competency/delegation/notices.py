"""Who is told of what: rows, written with what they tell, each once for its reader (semantics 26)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import Length

from people.api import EmploymentTerms, Organisation, Person, Role, RoleGrant, today
from people.api import put_away as mark_read

from .models import Delegation, DelegationNotice


def tell_about(
    delegation: Delegation, key: str, person_pks: Iterable[int], at: datetime, *, with_manager: bool = False
) -> int:
    """Tell people once; those who were told the same before are left alone. Return how many are told now."""
    people = set(person_pks)
    if with_manager:
        people |= managers_of(delegation.receiver_id, delegation.scope, today(at))
    told = DelegationNotice.objects.filter(delegation=delegation, key=key, recipient__in=people)
    people -= set(told.values_list("recipient", flat=True))
    rows = [DelegationNotice(recipient_id=pk, delegation=delegation, key=key, made_at=at) for pk in sorted(people)]
    # Another worker may tell them at this very moment: then the database keeps one.
    DelegationNotice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def managers_of(receiver: int, scope: Organisation, on: date) -> set[int]:
    """Return who manages somebody where a delegation holds: whom HR names, else the nearest with the role."""
    terms = (
        EmploymentTerms.objects.in_force(on)
        .filter(employment__person=receiver, unit__path__startswith=scope.path)
        .values_list("unit__path", "manager__person")
    )
    found = set()
    for path, manager in terms:
        found |= {manager} if manager else nearest_managers(path, on)
    return found - {receiver}


def nearest_managers(path: str, on: date) -> set[int]:
    """Return who holds the role of manager nearest above a unit, by the path of the unit."""
    step = Organisation.steplen
    above = [path[:length] for length in range(step, len(path) + 1, step)]
    grants = RoleGrant.objects.dated(on).filter(role=Role.MANAGER, node__path__in=above)
    rows = list(grants.annotate(depth=Length("node__path")).values_list("depth", "person"))
    deepest = max((depth for depth, _person in rows), default=0)
    return {person for depth, person in rows if depth == deepest}


def outdate(delegation: Delegation, at: datetime, *, keys: Iterable[str] = ()) -> None:
    """Put away what no longer asks for anything: these notices, or all that were given before something ended it."""
    rows = DelegationNotice.objects.filter(delegation=delegation, read_at__isnull=True)
    (rows.filter(key__in=list(keys)) if keys else rows).update(read_at=at)


def unread_notices(person: Person) -> QuerySet[DelegationNotice]:
    """Return what she has been told and not yet put away, the newest first."""
    rows = DelegationNotice.objects.filter(recipient=person, read_at__isnull=True)
    return rows.select_related(
        "delegation__task", "delegation__scope", "delegation__giver", "delegation__receiver", "delegation__provider"
    ).order_by(F("made_at").desc(), "-pk")


def put_away(person: Person, uuid: UUID, at: datetime) -> int:
    """Note that she has read a notice. Another's, or one already put away, changes nothing."""
    return mark_read(DelegationNotice, person, uuid, at)
