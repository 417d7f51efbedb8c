"""Who may judge what: by the roles and licences that somebody holds on a day, never by a title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cached_property

from people.api import (
    EmploymentTerms,
    Organisation,
    Person,
    Role,
    RoleGrant,
    employments_of,
    end_of_day,
    responsible_provider,
    roles_of,
)
from xapi.api import PLATFORM_AUTHORITY

from ..book import book
from ..evidence import with_implied
from ..models import Competency, Standing
from ..segments import LEVEL, row_at, text_of
from ..standing import Evidence, Kind, narrow
from ..trees import CONFIRMATION, OBSERVATION, leaves
from .evidence import evidence_about

ROLES = {"enhetschef": Role.MANAGER, "mas": Role.CHIEF_NURSE, "mar": Role.CHIEF_REHAB}
"""The roles that a rule may name, as the framework's `evidence_roles` explains them."""

CHIEFS = frozenset({Role.CHIEF_NURSE, Role.CHIEF_REHAB})
NURSE = "sjukskoterska"


class Assessor:
    """Somebody who may judge. What is known of her is read once, so keep one for a batch, as imports and demos do."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._grants: dict[date, list[RoleGrant]] = {}
        self._terms: dict[date, list[EmploymentTerms]] = {}

    def grants(self, on: date) -> list[RoleGrant]:
        if on not in self._grants:
            self._grants[on] = roles_of(self.person, on)
        return self._grants[on]

    def terms(self, on: date) -> list[EmploymentTerms]:
        if on not in self._terms:
            self._terms[on] = employments_of(self.person, on)
        return self._terms[on]

    def licences(self, on: date, known_at: datetime | None = None) -> frozenset[str]:
        """Return the licences and degrees verified by any employer, with those they imply."""
        held = [item for item in narrow(self._evidence, end_of_day(on), known_at) if _is_qualification(item)]
        return with_implied(item.licence for item in held if item.positive and not _is_withdrawn(item, held))

    def roles_towards(self, learner: EmploymentTerms, on: date, known_at: datetime | None = None) -> frozenset[str]:
        """Return what she may be called in a rule about somebody in this employment.

        Roles reach as `people` says: a manager's by the employer tree, a chief's by the responsible care provider. A
        licence counts where its holder works for the learner's employer or for whoever answers for the care at her
        unit, or is an assessor there.
        """
        provider = responsible_provider(learner.unit, on)
        reached = {grant.role for grant in self.grants(on) if reaches(grant, learner.unit, provider)}
        employers = [terms.employment.organisation for terms in self.terms(on)]
        if not counts_licences(reached, employers, learner.employment.organisation, provider):
            return called(reached)
        return called(reached, self.licences(on, known_at))

    def roles_in(
        self, competency: Competency, learner: EmploymentTerms, on: date, known_at: datetime | None = None
    ) -> frozenset[str]:
        """Return what she may judge the competency as: those of her roles for which she holds it herself, if asked."""
        roles = self.roles_towards(learner, on, known_at)
        return able({self.person.pk: roles}, competency, known_at or end_of_day(on))[self.person.pk]

    @cached_property
    def _evidence(self) -> list[Evidence]:
        return evidence_about([self.person], book())[self.person.pk]


# What follows is asked of one assessor above, and of everybody at a place in `occasions.observers`: one truth.


def reaches(grant: RoleGrant, unit: Organisation, provider: Organisation | None) -> bool:
    """Whether a role reaches a unit whose care `provider` answers for."""
    if grant.role not in CHIEFS:
        return unit.path.startswith(grant.node.path)
    return provider is not None and provider.path.startswith(grant.node.path)


def counts_licences(
    reached: Collection[str], employers: Iterable[Organisation], employer: Organisation, provider: Organisation | None
) -> bool:
    """Whether her licences count at a place, by her roles there or by whom she works for."""
    if Role.ASSESSOR in reached:
        return True
    return any(each.pk == employer.pk or (provider and each.path.startswith(provider.path)) for each in employers)


def called(reached: Collection[str], licences: Iterable[str] = ()) -> frozenset[str]:
    """Return what a rule may call somebody by the roles that reach a place and the licences that count there."""
    found = {code for code, role in ROLES.items() if role in reached}
    return frozenset({*found, *licences, *([NURSE] if "mas" in found else [])})


def able(roles: Mapping[int, frozenset[str]], competency: Competency, moment: datetime) -> dict[int, frozenset[str]]:
    """Return, by person, those of their roles for which they hold the competency themselves, if that is asked.

    What counts is the highest level that they hold with any employer. One question, and none where nothing is asked.
    """
    law_book = book()
    asked = {role: law_book.own_level_for(competency.pk, role, moment) for each in roles.values() for role in each}
    if not any(asked.values()):
        return dict(roles)
    held: dict[int, int] = defaultdict(int)
    rows = Standing.objects.filter(person__in=roles, competency=competency)
    for person, segments in rows.values_list("person", "segments"):
        segment = row_at(segments, text_of(moment))
        held[person] = max(held[person], segment[LEVEL] if segment else 0)
    return {pk: frozenset(role for role in each if asked[role] <= held[pk]) for pk, each in roles.items()}


def licences_of(person: Person, as_of: date, known_at: datetime | None = None) -> frozenset[str]:
    """Return the licences and degrees verified for a person, by any employer, with those they imply."""
    return Assessor(person).licences(as_of, known_at)


def judgeable(competency: str, kind: str, roles: frozenset[str], moment: datetime) -> list[int]:
    """Return the levels whose rule, in force at `moment`, lets one of `roles` observe (or confirm)."""
    found = []
    for level, versions in book().rules.get(competency, {}).items():
        in_force = [rule for rule in versions if rule.valid_from <= moment] or versions[:1]
        if any(leaf.kind == kind and not roles.isdisjoint(leaf.by) for leaf in leaves(in_force[-1].tree)):
            found.append(level)
    return found


def may_judge(competency: str, kind: str, level: int, roles: frozenset[str], moment: datetime, positive: bool) -> bool:
    """Whether the level may be said to be shown, or failed: who may judge a level may fail it and those below."""
    levels = judgeable(competency, kind, roles, moment)
    return level in levels if positive else any(level <= each for each in levels)


def assessable_levels(assessor: Person, person: Person, competency: Competency, as_of: date) -> dict[str, list[int]]:
    """Return, for `observation` and `confirmation`, the levels that the assessor may judge for this person on a day.

    Nothing for herself, and nothing where neither role nor licence lets her.
    """
    found: dict[str, set[int]] = {OBSERVATION: set(), CONFIRMATION: set()}
    if assessor.pk != person.pk:
        judge = Assessor(assessor)
        for terms in employments_of(person, as_of):
            roles = judge.roles_in(competency, terms, as_of)
            for kind, levels in found.items():
                levels.update(judgeable(competency.code, kind, roles, end_of_day(as_of)))
    return {kind: sorted(levels) for kind, levels in found.items()}


def _is_qualification(item: Evidence) -> bool:
    return item.kind == Kind.QUALIFICATION and item.authority == PLATFORM_AUTHORITY


def _is_withdrawn(item: Evidence, held: list[Evidence]) -> bool:
    return any(
        not other.positive and other.licence in item.licences and other.happened_at >= item.happened_at
        for other in held
    )
