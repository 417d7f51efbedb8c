"""Who decides about a file that waits, and who may look at it."""

from __future__ import annotations

from datetime import date

from people.models import Organisation, Person, Role
from people.reviewing.models import WaitingImport
from people.rules import may_import_for
from people.visibility import CARE_ROLES, has_role, roles_of

READERS = frozenset({Role.HR, Role.ADMIN, *CARE_ROLES})


def may_decide(person: Person, waiting: WaitingImport, on: date) -> bool:
    """HR of every employer that it speaks of: whoever could have imported it."""
    return all(may_import_for(person, node, on) for node in waiting.organisations.all())


def may_read(person: Person, waiting: WaitingImport, on: date) -> bool:
    """Also the chiefs who answer for the care where somebody concerned works."""
    if may_decide(person, waiting, on):
        return True
    units = Organisation.objects.filter(pk__in=waiting.concerned.values("employment__terms__unit"))
    return any(has_role(person, role, unit, on) for unit in units for role in CARE_ROLES)


def waiting_for(person: Person, on: date) -> list[WaitingImport]:
    """Return the files that wait and that she may look at. Whoever has no such role is not even asked about."""
    if not any(grant.role in READERS for grant in roles_of(person, on)):
        return []
    rows = WaitingImport.objects.filter(fate=WaitingImport.Fate.WAITING).prefetch_related("organisations")
    return [row for row in rows.select_related("handed_in_by").defer("data") if may_read(person, row, on)]
