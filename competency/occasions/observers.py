"""Who may observe or confirm somebody's competence at a place: by roles and licences held today, never by a title.

The same people as `Assessor.roles_towards` lets judge, found from the other end, with few questions however many they
are. Licensed people are looked for among those whose employment is in a licensed profession, and among assessors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from people.api import EmploymentTerms, Organisation, Person, Role, RoleGrant, end_of_day, responsible_provider

from ..book import book
from ..delegation.facts import licence_periods
from ..queries.assessors import NURSE, ROLES
from ..words import ROLE_LABELS


@dataclass(frozen=True)
class Observer:
    """Somebody who may judge there, with what a rule may call her, and where she works."""

    person: Person
    roles: tuple[str, ...]
    unit: Organisation | None

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(str(ROLE_LABELS.get(code, code)) for code in self.roles)

    def may(self, by: Iterable[str]) -> bool:
        return not set(self.roles).isdisjoint(by)


def observers_at(place: Organisation, on: date) -> list[Observer]:
    """Return who may judge those who work at a unit, those of the unit itself first, then by name."""
    provider = responsible_provider(place, on)
    roles: dict[int, set[str]] = defaultdict(set)
    assessors = _by_role(place, provider, on, roles)
    units = _works_for(place, provider, on)
    _by_licence({*units, *assessors}, on, roles)
    people = Person.objects.in_bulk(list(roles))
    found = [Observer(people[pk], tuple(sorted(held)), units.get(pk)) for pk, held in roles.items() if held]
    return sorted(found, key=lambda each: (each.unit != place, each.person.family_name, each.person.given_name))


def _by_role(place: Organisation, provider: Organisation | None, on: date, roles: dict[int, set[str]]) -> set[int]:
    """Note the holders of roles that reach the place, and return those who are assessors there."""
    reach = Q(role__in=[Role.MANAGER, Role.ASSESSOR], node__path__in=_above(place))
    if provider:
        reach |= Q(role__in=[Role.CHIEF_NURSE, Role.CHIEF_REHAB], node__path__in=_above(provider))
    codes = {role: code for code, role in ROLES.items()}
    assessors = set()
    for grant in _held(RoleGrant.objects.dated(on).filter(reach).select_related("node"), on):
        if grant.role == Role.ASSESSOR:
            assessors.add(grant.person_id)
            continue
        roles[grant.person_id].add(codes[Role(grant.role)])
        if grant.role == Role.CHIEF_NURSE:
            roles[grant.person_id].add(NURSE)
    return assessors


def _held(grants: Iterable[RoleGrant], on: date) -> list[RoleGrant]:
    """A role at an employer that somebody has worked for ends with her employment there (people, decision 13)."""
    rows = list(grants)
    terms = EmploymentTerms.objects.in_force(on).filter(employment__person__in=[row.person_id for row in rows])
    employed: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    for person, path, starts_on, ends_on in terms.values_list(
        "employment__person", "employment__organisation__path", "starts_on", "ends_on"
    ):
        employed[person].append((path, starts_on <= on and (ends_on is None or on <= ends_on)))
    found = []
    for row in rows:
        there = [is_now for path, is_now in employed[row.person_id] if row.node.path.startswith(path)]
        if not there or any(there):
            found.append(row)
    return found


def _works_for(place: Organisation, provider: Organisation | None, on: date) -> dict[int, Organisation]:
    """Return where those in licensed professions work, of the place's employer and of whoever answers for its care."""
    there = Q(employment__organisation=place.employer)
    if provider:
        there |= Q(employment__organisation__path__startswith=provider.path)
    licensed = [row.code for row in book().professions if row.licensed]
    terms = EmploymentTerms.objects.in_force(on).current(on).filter(there, profession__in=licensed)
    return {row.employment.person_id: row.unit for row in terms.select_related("employment", "unit")}


def _by_licence(pks: Iterable[int], on: date, roles: dict[int, set[str]]) -> None:
    moment = end_of_day(on)
    people = list(Person.objects.filter(pk__in=sorted(set(pks))))
    for pk, licences in licence_periods(people).items():
        roles[pk] |= {code for code, periods in licences.items() if any(a < moment <= b for a, b in periods)}


def _above(node: Organisation) -> list[str]:
    step = Organisation.steplen
    return [node.path[:length] for length in range(step, len(node.path) + 1, step)]
