"""Who may judge what: by the roles and licences that somebody holds on a day, never by a title."""

from __future__ import annotations

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
        reached = {grant.role for grant in self.grants(on) if _reaches(grant, learner.unit, provider)}
        found = {code for code, role in ROLES.items() if role in reached}
        if "mas" in found:
            found.add(NURSE)
        if Role.ASSESSOR in reached or self._works_for(learner.employment.organisation, provider, on):
            found |= self.licences(on, known_at)
        return frozenset(found)

    def roles_in(
        self, competency: Competency, learner: EmploymentTerms, on: date, known_at: datetime | None = None
    ) -> frozenset[str]:
        """Return what she may judge the competency as: those of her roles for which she holds it herself, if asked."""
        roles, law_book, moment = self.roles_towards(learner, on, known_at), book(), known_at or end_of_day(on)
        asked = {role: law_book.own_level_for(competency.pk, role, moment) for role in roles}
        if not any(asked.values()):
            return roles
        held = self._own_level(competency, moment)
        return frozenset(role for role in roles if asked[role] <= held)

    def _own_level(self, competency: Competency, moment: datetime) -> int:
        """Return the highest level that she holds with any employer."""
        rows = Standing.objects.filter(person=self.person, competency=competency)
        found = [row_at(row.segments, text_of(moment)) for row in rows]
        return max((segment[LEVEL] for segment in found if segment), default=0)

    @cached_property
    def _evidence(self) -> list[Evidence]:
        return evidence_about([self.person], book())[self.person.pk]

    def _works_for(self, employer: Organisation, provider: Organisation | None, on: date) -> bool:
        own = [terms.employment.organisation for terms in self.terms(on)]
        return any(each.pk == employer.pk or (provider and each.path.startswith(provider.path)) for each in own)


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


def _reaches(grant: RoleGrant, unit: Organisation, provider: Organisation | None) -> bool:
    if grant.role not in CHIEFS:
        return unit.path.startswith(grant.node.path)
    return provider is not None and provider.path.startswith(grant.node.path)


def _is_qualification(item: Evidence) -> bool:
    return item.kind == Kind.QUALIFICATION and item.authority == PLATFORM_AUTHORITY


def _is_withdrawn(item: Evidence, held: list[Evidence]) -> bool:
    return any(
        not other.positive and other.licence in item.licences and other.happened_at >= item.happened_at
        for other in held
    )
