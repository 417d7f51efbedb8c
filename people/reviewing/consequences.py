"""What a staff file would do to those who work today, and whether it may do so before somebody has looked. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from people.models import EmploymentTerms
from people.reviewing.models import Concerned

MOST_PER_CENT: Final = 2
Permissions = Mapping[int, frozenset[int]]
"""Something that is permitted, and whose it is: the people whose employments it rests on."""


@dataclass(frozen=True)
class Consequences:
    """`ended`: by silence; `suspended`: changed so that a permission is lost; `staff`: how many each employer has.

    `suspends`: whether any permission is lost, by either.
    """

    ended: tuple[EmploymentTerms, ...] = ()
    suspended: tuple[EmploymentTerms, ...] = ()
    suspends: bool = False
    staff: Mapping[int, int] | None = None

    @property
    def must_wait(self) -> bool:
        return self.suspends or any(self._ends_many())

    @property
    def by_employment(self) -> dict[int, str]:
        """Return why each employment is concerned. What is ended is not named twice."""
        found = {terms.employment_id: Concerned.Why.SUSPENDS.value for terms in self.suspended}
        return found | {terms.employment_id: Concerned.Why.ENDS.value for terms in self.ended}

    def _ends_many(self) -> Iterable[bool]:
        gone = Counter(terms.employment.organisation_id for terms in self.ended)
        for organisation, number in gone.items():
            yield 100 * number > MOST_PER_CENT * (self.staff or {}).get(organisation, 0)


def lost(before: Permissions, after: Permissions, leaving: Collection[int]) -> list[frozenset[int]]:
    """Return whose each permission is that is lost. Who has a last day in the file loses it by that, without review."""
    gone = [people for key, people in before.items() if key not in after]
    return [people for people in gone if people.isdisjoint(leaving)]
