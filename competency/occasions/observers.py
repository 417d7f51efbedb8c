"""Who may observe or confirm somebody's competence at a place: by roles and licences held today, never by a title.

The question of `queries.assessors` from the other end, answered by the same functions for all of them at once.
Licensed people are looked for among those employed in a licensed profession, and among those with a role there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q

from people.api import (
    EmploymentTerms,
    Organisation,
    Person,
    Role,
    RoleGrant,
    end_of_day,
    held_grants,
    responsible_provider,
)

from ..book import book
from ..delegation.facts import licence_periods
from ..models import Competency
from ..queries.assessors import CHIEFS, able, called, counts_licences, reaches
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
    employer, provider = place.employer, responsible_provider(place, on)
    reached = _reached(place, provider, on)
    terms = _employed(reached, employer, provider, on)
    people = Person.objects.in_bulk({*reached, *terms})
    licensed = [pk for pk in people if _counts(reached[pk], terms[pk], employer, provider)]
    licences = _licences([people[pk] for pk in sorted(licensed)], on)
    found = [
        Observer(person, tuple(sorted(called(reached[pk], licences.get(pk, ())))), _unit(terms[pk], place))
        for pk, person in people.items()
    ]
    return sorted(
        (each for each in found if each.roles),
        key=lambda each: (each.unit != place, each.person.family_name, each.person.given_name),
    )


def judging(observers: Iterable[Observer], competency: Competency, moment: datetime) -> list[Observer]:
    """Return those who may judge a competency, as what they may: where it is asked that they hold it, who do."""
    rows = list(observers)
    left = able({each.person.pk: frozenset(each.roles) for each in rows}, competency, moment)
    narrowed = [replace(each, roles=tuple(sorted(left[each.person.pk]))) for each in rows]
    return [each for each in narrowed if each.roles]


def _reached(place: Organisation, provider: Organisation | None, on: date) -> dict[int, set[str]]:
    """Return the roles that reach the place, by their holders."""
    near = Q(role__in=[Role.MANAGER, Role.ASSESSOR], node__path__in=_above(place))
    if provider:
        near |= Q(role__in=CHIEFS, node__path__in=_above(provider))
    found: dict[int, set[str]] = defaultdict(set)
    for grant in held_grants(RoleGrant.objects.dated(on).filter(near).select_related("node"), on):
        if reaches(grant, place, provider):
            found[grant.person_id].add(grant.role)
    return found


def _employed(
    reached: Iterable[int], employer: Organisation, provider: Organisation | None, on: date
) -> dict[int, list[EmploymentTerms]]:
    """Return the employments of those with a role, and of those in licensed professions who work for the place's
    employer or for whoever answers for its care."""
    there = Q(employment__organisation=employer)
    if provider:
        there |= Q(employment__organisation__path__startswith=provider.path)
    licensed = Q(profession__in=[row.code for row in book().professions if row.licensed])
    rows = EmploymentTerms.objects.in_force(on).current(on).filter(there, licensed | Q(employment__person__in=reached))
    found: dict[int, list[EmploymentTerms]] = defaultdict(list)
    for row in rows.select_related("employment__organisation", "unit"):
        found[row.employment.person_id].append(row)
    return found


def _counts(
    reached: set[str], terms: list[EmploymentTerms], employer: Organisation, provider: Organisation | None
) -> bool:
    return counts_licences(reached, [row.employment.organisation for row in terms], employer, provider)


def _licences(people: list[Person], on: date) -> dict[int, set[str]]:
    moment = end_of_day(on)
    return {
        pk: {code for code, periods in held.items() if any(start < moment <= end for start, end in periods)}
        for pk, held in licence_periods(people).items()
    }


def _unit(terms: list[EmploymentTerms], place: Organisation) -> Organisation | None:
    """Return where she works: at the place itself, if that is one of them."""
    units = [row.unit for row in terms]
    return next((unit for unit in units if unit == place), units[0] if units else None)


def _above(node: Organisation) -> list[str]:
    step = Organisation.steplen
    return [node.path[:length] for length in range(step, len(node.path) + 1, step)]
