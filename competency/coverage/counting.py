"""How many of a unit can do one thing, and whether that is enough. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FRAGILE_AT: Final = 2
"""Held by so few or fewer, a competency is fragile: one sick leave from being nobody's."""


class State(StrEnum):
    """How a unit stands in one competency, worst first."""

    NOBODY = "nobody"
    SHORT = "short"
    """Fewer than the unit has said that it needs."""
    FRAGILE = "fragile"
    ENOUGH = "enough"


@dataclass(frozen=True, slots=True)
class Level:
    """What one person holds of a competency, what her work asks (0: nothing), and whether she may.

    `may` is None where no delegation is needed.
    """

    person: int
    held: int
    asked: int
    may: bool | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """Who of a unit counts: whoever may, where a delegation is needed, else whoever holds at least `level`.

    `asked_of`: of how many something is asked. `may_not`: who holds the level but lacks the permission. `unproven`:
    who has the permission but not the level (any more).
    """

    level: int
    asked_of: int
    holders: tuple[int, ...]
    may_not: tuple[int, ...] = ()
    unproven: tuple[int, ...] = ()

    def state(self, needed: int = 0) -> State:
        """Return the first that matches; `needed` is how many the unit says it needs, at any part of the day."""
        if not self.holders:
            return State.NOBODY
        if len(self.holders) < needed:
            return State.SHORT
        return State.FRAGILE if len(self.holders) <= FRAGILE_AT else State.ENOUGH


def count(levels: Iterable[Level], *, without: Collection[int] = (), level: int | None = None) -> Count:
    """Count those who hold a competency, or may do what it is about, and are not among `without`.

    What counts is `level`, or else the lowest that is asked of anybody, `without` or not: who leaves takes her
    competence along, not the work.
    """
    each = list(levels)
    asked = [one.asked for one in each if one.asked]
    counted = level if level is not None else min(asked, default=1)
    left = [one for one in each if one.person not in without]
    return Count(
        level=counted,
        asked_of=sum(1 for one in left if one.asked),
        holders=tuple(one.person for one in left if (one.held >= counted if one.may is None else one.may)),
        may_not=tuple(one.person for one in left if one.held >= counted and one.may is False),
        unproven=tuple(one.person for one in left if one.held < counted and one.may),
    )
