"""What differs between what somebody holds by two laws, from a moment on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from ..standing import Folded


class Outcome(StrEnum):
    """What a change means for one person and one competency, what hurts most first."""

    LOSES = "loses"
    """Meets what is asked, and would not."""
    NEW_GAP = "new-gap"
    """Nothing was asked; now it is, and she does not meet it."""
    FALLS = "falls"
    """A lower level; what is asked is met, or not met, as before."""
    GAINS = "gains"
    """Does not meet what is asked, and would."""
    NEW_MET = "new-met"
    """Nothing was asked; now it is, and she meets it."""
    RISES = "rises"
    NO_LONGER_ASKED = "no-longer-asked"


@dataclass(frozen=True, slots=True)
class Side:
    """What is held and asked by one of the two laws; asked 0: nothing is."""

    held: int
    asked: int

    @property
    def is_met(self) -> bool | None:
        return None if not self.asked else self.held >= self.asked


@dataclass(frozen=True, slots=True)
class Effect:
    """The first difference: from `since` on, until `until` (None: as far as can be seen)."""

    outcome: Outcome
    since: datetime
    until: datetime | None
    before: Side
    after: Side


class _Stretch(NamedTuple):
    """From a moment until the next turn of either law."""

    since: datetime
    before: Side
    after: Side
    outcome: Outcome | None


def effect(before: Folded, after: Folded, asked_before: int, asked_after: int, since: datetime) -> Effect | None:
    """Return what changes first from `since` on: what is asked met or not, before a mere change of level."""
    stretches = list(_stretches(before, after, asked_before, asked_after, since))
    found = [each for each in stretches if each.outcome]
    weighty = [each for each in found if each.before.is_met is not each.after.is_met]
    for first in [*weighty, *found][:1]:
        assert first.outcome is not None
        later = (each.since for each in stretches if each.since > first.since and each.outcome is not first.outcome)
        return Effect(first.outcome, first.since, next(later, None), first.before, first.after)
    return None


def _stretches(
    before: Folded, after: Folded, asked_before: int, asked_after: int, since: datetime
) -> Iterator[_Stretch]:
    for moment in _moments(before, after, since):
        first, second = Side(_level(before, moment), asked_before), Side(_level(after, moment), asked_after)
        yield _Stretch(moment, first, second, _outcome(first, second))


def _moments(before: Folded, after: Folded, since: datetime) -> list[datetime]:
    """Return `since` and every later moment at which a level turns, by either law."""
    segments = [*before.segments, *after.segments]
    turns = {moment for segment in segments for moment in (segment.start, segment.end) if moment and moment > since}
    return [since, *sorted(turns)]


def _level(folded: Folded, moment: datetime) -> int:
    """Return the level held from `moment` on."""
    held = (each for each in folded.segments if each.start <= moment and (each.end is None or moment < each.end))
    return next((segment.level for segment in held), 0)


def _outcome(before: Side, after: Side) -> Outcome | None:
    if before.is_met is not after.is_met:
        return _turned(before, after)
    if before.held == after.held:
        return None
    return Outcome.RISES if after.held > before.held else Outcome.FALLS


def _turned(before: Side, after: Side) -> Outcome:
    if after.is_met is None:
        return Outcome.NO_LONGER_ASKED
    if before.is_met is None:
        return Outcome.NEW_MET if after.is_met else Outcome.NEW_GAP
    return Outcome.GAINS if after.is_met else Outcome.LOSES
