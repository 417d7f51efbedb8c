"""Who may arrange practice, who sees it and who may book. Outside the organisation it is not there.

Arranged by managers, assessors and chief nurses where their roles reach, and by licensed colleagues at the units whose
care their employer answers for. Seen by those who work at the node or below, by those who arrange and assess it, and by
managers above them. Booked by those who work there.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from people.api import Organisation, Person, Role, employments_of, roles_of, today, units_visible_to

from ..delegation.rules import sight_of, units_given_in
from .models import Occasion
from .observers import observers_at

ARRANGERS = frozenset({Role.MANAGER, Role.ASSESSOR, Role.CHIEF_NURSE, Role.CHIEF_REHAB})


def nodes_arranged_by(person: Person, at: datetime) -> list[Organisation]:
    """Return the units that she may arrange practice for, by name."""
    found: dict[int, Organisation] = {}
    if any(grant.role in ARRANGERS for grant in roles_of(person, today(at))):
        units = units_visible_to(person, today(at)).filter(kind=Organisation.Kind.UNIT)
        found |= {unit.pk: unit for unit in units}
    if sight_of(person, at).gives:
        found |= {unit.pk: unit for unit in units_given_in(person, at)}
    return sorted(found.values(), key=lambda unit: (unit.name.casefold(), unit.pk))


def paths_of(person: Person, at: datetime, employer: Organisation | None = None) -> set[str]:
    """Return the paths of the nodes that she works at (for one employer, or for any), and of all above them."""
    held = employments_of(person, today(at))
    units = [row.unit.path for row in held if employer is None or row.employment.organisation_id == employer.pk]
    step = Organisation.steplen
    return {path[:length] for path in units for length in range(step, len(path) + 1, step)}


def seen_by(person: Person, at: datetime) -> Q:
    """Narrow occasions to those that are there for her."""
    managed = [grant.node.path for grant in roles_of(person, today(at)) if grant.role in ARRANGERS]
    seen = Q(node__path__in=paths_of(person, at)) | _led_by(person, at)
    for path in managed:
        seen |= Q(node__path__startswith=path)
    return seen


def may_book(person: Person, occasion: Occasion, at: datetime) -> bool:
    """Whoever works there on the day; those who assess are there anyway."""
    is_assessor = any(each.pk == person.pk for each in occasion.assessors.all())
    return occasion.node.path in paths_of(person, at) and not is_assessor


def may_lead(person: Person, occasion: Occasion, at: datetime) -> bool:
    """Whether she sees who comes, and may call it off: whoever arranged it and those who assess, while they may."""
    is_hers = occasion.made_by_id == person.pk or any(each.pk == person.pk for each in occasion.assessors.all())
    return is_hers and _leads_at(person, occasion.node, at)


def _led_by(person: Person, at: datetime) -> Q:
    hers = Q(made_by=person) | Q(assessors=person)
    nodes = Organisation.objects.filter(pk__in=Occasion.objects.filter(hers).order_by().values("node"))
    return hers & Q(node__in=[node.pk for node in nodes if _leads_at(person, node, at)])


def _leads_at(person: Person, node: Organisation, at: datetime) -> bool:
    """Whether she still may arrange or judge there: what a role or an employment gave ends with it."""
    if any(each.pk == node.pk for each in nodes_arranged_by(person, at)):
        return True
    return any(each.person.pk == person.pk for each in observers_at(node, today(at)))
