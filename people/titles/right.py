"""Who may carry the title undersköterska on a day, until when and why. Pure: answers from rows and employments alone.

The title is protected since 2023-07-01. A certificate of Socialstyrelsen gives the right without end; whoever was
permanently employed with the title on that day has it by the transition rule through 2033-06-30, also in another job.
Who has applied waits, and must not carry the title meanwhile. The HR title proves nothing (domain 3.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from people.csv_file import fold

PROTECTED_SINCE = date(2023, 7, 1)
TRANSITION_ENDS = date(2033, 6, 30)
"""The last day on which the transition rule gives the right."""
PROFESSIONS = frozenset({"underskoterska", "specialistunderskoterska"})
"""Those who are called undersköterska at work."""


class Ground(StrEnum):
    """What a registered fact says."""

    CERTIFICATE = "certificate"
    TRANSITION = "transition"
    APPLIED = "applied"
    NONE = "none"


class State(StrEnum):
    """How somebody stands; in the order in which it asks for something to be done."""

    UNKNOWN = "unknown"
    NONE = "none"
    WAITING = "waiting"
    TRANSITION = "transition"
    CERTIFICATE = "certificate"
    UNPROTECTED = "unprotected"
    """The day lies before the title was protected."""


@dataclass(frozen=True)
class Fact:
    """One registered row: a ground from a day on, written down at a moment, with what it rests on."""

    ground: Ground
    valid_from: date
    recorded_at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Job:
    """An employment as it was on the day from which the title is protected; `form` in the words of the HR system."""

    profession: str
    form: str
    starts_on: date
    ends_on: date | None = None

    @property
    def is_permanent(self) -> bool:
        """A trial employment is not permanent, nor is one for a time or by the hour."""
        return fold(self.form).startswith("tillsvidare")

    @property
    def gives_transition(self) -> bool:
        begun = self.starts_on <= PROTECTED_SINCE
        lasts = self.ends_on is None or self.ends_on >= PROTECTED_SINCE
        return begun and lasts and self.is_permanent and self.profession in PROFESSIONS


@dataclass(frozen=True)
class Right:
    """The answer for a day. `until` is the last day, None where no end is set or there is no right."""

    state: State
    until: date | None = None
    ground: Fact | None = None
    """The row that made it so; None where nothing is registered."""
    applied: Fact | None = None
    """An application that no later row has answered."""
    employed_here: bool = False
    """Whether our own records show a permanent employment on the day that the transition rule asks about."""

    @property
    def may_carry(self) -> bool:
        return self.state in (State.CERTIFICATE, State.TRANSITION, State.UNPROTECTED)

    @property
    def transition_is_over(self) -> bool:
        return not self.may_carry and self.ground is not None and self.ground.ground is Ground.TRANSITION


def right_on(facts: Iterable[Fact], jobs: Iterable[Job], on: date, known_at: datetime | None = None) -> Right:
    """Return what right somebody has on a day, by what was written down (by `known_at`, or at all).

    Of the rows that hold on the day, the one written down last counts, whatever day it begins: a certificate that turns
    up late is not outdone by the "none" that was believed meanwhile. An application takes no right away.
    """
    employed_here = any(job.gives_transition for job in jobs)
    if on < PROTECTED_SINCE:
        return Right(State.UNPROTECTED, employed_here=employed_here)
    ground, applied = _last(facts, on, known_at)
    state = _state(ground, applied, on)
    until = TRANSITION_ENDS if state is State.TRANSITION else None
    return Right(state, until, ground, applied, employed_here)


def _last(facts: Iterable[Fact], on: date, known_at: datetime | None) -> tuple[Fact | None, Fact | None]:
    """Return the row that decides, and the application that waits for its answer."""
    ground = applied = None
    for fact in sorted(facts, key=lambda each: each.recorded_at):
        if fact.valid_from > on or (known_at is not None and fact.recorded_at > known_at):
            continue
        if fact.ground is Ground.APPLIED:
            applied = fact
        else:
            # A transition rule answers no application: she still waits for her certificate.
            ground, applied = fact, applied if fact.ground is Ground.TRANSITION else None
    return ground, applied


def _state(ground: Fact | None, applied: Fact | None, on: date) -> State:
    if ground is not None and ground.ground is Ground.CERTIFICATE:
        return State.CERTIFICATE
    if ground is not None and ground.ground is Ground.TRANSITION and on <= TRANSITION_ENDS:
        return State.TRANSITION
    if applied is not None:
        return State.WAITING
    return State.UNKNOWN if ground is None else State.NONE
