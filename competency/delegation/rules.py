"""Who may give, see and end delegations. A licence and an employment decide, never a title.

Sight follows the responsible care provider (semantics 4), limited to delegations: a licensed colleague of the provider
sees what may become hers to take over, a chief nurse everything that her provider answers for, a manager what concerns
her own staff, and everybody what she gives and receives. A draft is its giver's alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from people.api import Answered, EmploymentTerms, Organisation, Person, Role, employments_of, has_role, roles_of, today

from .facts import facts_of_new, grounds, licence_periods
from .life import Kind
from .models import DelegableTask, Delegation, DelegationEvent

CHIEFS = frozenset({Role.CHIEF_NURSE, Role.CHIEF_REHAB})
OVERSEERS = frozenset({Role.MANAGER, Role.AUDITOR})


@dataclass(frozen=True)
class Sight:
    """What one person's employments, licences and roles let her do with delegations on a day."""

    person: Person
    licences: frozenset[str]
    employers: tuple[str, ...]
    chief_of: tuple[str, ...]
    oversees: tuple[str, ...]

    @property
    def gives(self) -> bool:
        return bool(self.licences and self.employers)

    def is_colleague(self, provider_path: str) -> bool:
        """Whether she is licensed and works for the care provider."""
        return self.gives and any(path.startswith(provider_path) for path in self.employers)

    def is_chief(self, provider_path: str) -> bool:
        return any(provider_path.startswith(path) for path in self.chief_of)

    def seen(self, on: date) -> Q:
        """Narrow `Delegation` rows to those that she may see."""
        mine = Q(receiver=self.person) | Q(giver=self.person)
        others = Q(pk__in=[])
        for path in self.chief_of:
            others |= Q(provider__path__startswith=path)
        if self.gives:
            others |= Q(provider__path__in=_prefixes(self.employers))
        for path in self.oversees:
            others |= _staff_below(path, on)
        offered = Exists(DelegationEvent.objects.filter(delegation=OuterRef("pk"), kind=Kind.OFFERED))
        return Q(giver=self.person) | (Q(offered) & (mine | others))

    def may_revoke(self, delegation: Delegation) -> bool:
        """The giver; any licensed colleague of hers, since safety may not wait for one person; the chief nurse."""
        if self.person.pk == delegation.giver_id:
            return True
        if self.person.pk == delegation.receiver_id:
            return False
        is_licensed = not self.licences.isdisjoint(delegation.task.decided_by)
        return self.is_chief(delegation.provider.path) or (is_licensed and self.is_colleague(delegation.provider.path))


def sees_delegations_at(person: Person, unit: Organisation, on: date) -> bool:
    """Whether a role of hers shows her what is delegated at a unit: manager, auditor, chief nurse or chief rehab."""
    return any(has_role(person, role, unit, on) for role in CHIEFS | OVERSEERS)


def sight_of(person: Person, at: datetime) -> Sight:
    on = today(at)
    grants = roles_of(person, on)
    licences = licence_periods([person])[person.pk]
    return Sight(
        person=person,
        licences=frozenset(
            code for code, periods in licences.items() if any(start <= at < end for start, end in periods)
        ),
        employers=tuple(terms.employment.organisation.path for terms in employments_of(person, on)),
        chief_of=tuple(grant.node.path for grant in grants if grant.role in CHIEFS),
        oversees=tuple(grant.node.path for grant in grants if grant.role in OVERSEERS),
    )


def may_give(giver: Person, task: DelegableTask, scope: Organisation, provider: Organisation, at: datetime) -> bool:
    """Whether she is licensed for the task and works for the provider, now."""
    facts = facts_of_new(giver, giver, scope, task.decided_by, provider)
    return _holds(facts.giver, at) and _holds(facts.licence, at)


def units_given_in(person: Person, at: datetime) -> list[Organisation]:
    """Return the units whose health care her employer answers for now, by name: where she may delegate."""
    on = today(at)
    employers = [terms.employment.organisation.path for terms in employments_of(person, on)]
    units = list(Organisation.objects.units())
    read = grounds([], [], [unit.path for unit in units])
    providers = {unit.pk: read.answered_at(unit.path, on) for unit in units}
    found = [unit for unit in units if _works_for(employers, providers[unit.pk])]
    return sorted(found, key=lambda unit: (unit.name.casefold(), unit.pk))


def _works_for(employers: list[str], answers: Answered | None) -> bool:
    return answers is not None and any(path.startswith(answers.provider_path) for path in employers)


def is_colleague_for(person: Person, delegation: Delegation, at: datetime) -> bool:
    """Whether she could give this very delegation herself, now."""
    read = grounds([person], [person.pk], [delegation.scope.path])
    facts = read.facts(person.pk, person.pk, delegation.scope, delegation.task.decided_by, delegation.provider_id)
    return _holds(facts.giver, at) and _holds(facts.licence, at)


def _holds(periods: tuple[tuple[datetime, datetime], ...], at: datetime) -> bool:
    return any(start <= at < end for start, end in periods)


def _prefixes(paths: tuple[str, ...]) -> set[str]:
    step = Organisation.steplen
    return {path[:length] for path in paths for length in range(step, len(path) + 1, step)}


def _staff_below(path: str, on: date) -> Q:
    """Match delegations to those who work (or worked last) below a path, for a place on the same branch."""
    there = EmploymentTerms.objects.in_force(on).filter(
        employment__person=OuterRef("receiver"), unit__path__startswith=path
    )
    return Q(Exists(there)) & (Q(scope__path__startswith=path) | Q(scope__path__in=_prefixes((path,))))
