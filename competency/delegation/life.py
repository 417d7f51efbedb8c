"""The life of a delegation, folded from its events and from dated facts about the two people. Pure.

There is no status anywhere: whoever wants to know asks `live` about a moment. What a delegation rests on (the receiver
works within its scope, the giver works for whoever answers for the care there, and holds a licence that the task asks
for) must hold without a break from its first moment. A delegation that was interrupted does not wake by itself.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from people.clock import end_of_day, start_of_day

from ..law import FOREVER, Period

MOST_MONTHS = 12


class Kind(StrEnum):
    """What may happen to a delegation (semantics 21). Before it holds, `revoked` is a withdrawn offer or draft and
    `returned` an offer that was declined."""

    DRAFTED = "drafted"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    SIGNED = "signed"
    SUSPENDED = "suspended"
    RETURNED = "returned"
    REVOKED = "revoked"
    EXPIRED = "expired"
    TAKEN_OVER = "taken_over"


class State(StrEnum):
    DRAFT = "draft"
    OFFERED = "offered"
    UPCOMING = "upcoming"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    RETURNED = "returned"
    REVOKED = "revoked"
    EXPIRED = "expired"
    REPLACED = "replaced"


class Cause(StrEnum):
    """Why a delegation is suspended."""

    RECEIVER = "receiver"
    GIVER = "giver"
    LICENCE = "licence"


ENDS = {Kind.RETURNED: State.RETURNED, Kind.REVOKED: State.REVOKED, Kind.TAKEN_OVER: State.REPLACED}
"""The events that end a delegation, whatever else is true of it."""

OPEN = frozenset({State.DRAFT, State.OFFERED, State.UPCOMING, State.ACTIVE, State.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: what, when, and the primary key of whoever did it (None: the calendar)."""

    kind: Kind
    at: datetime
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: who gives, who receives, and from which day to which."""

    giver: int
    receiver: int
    first_day: date
    last_day: date

    @property
    def starts(self) -> datetime:
        return start_of_day(self.first_day)

    @property
    def ends(self) -> datetime:
        return end_of_day(self.last_day)

    @property
    def is_lawful(self) -> bool:
        """Whether anybody could ever give it: to somebody else, days in order, at most twelve months."""
        days_in_order = self.first_day <= self.last_day < latest_end(self.first_day)
        return self.giver != self.receiver and days_in_order


@dataclass(frozen=True, slots=True)
class Facts:
    """Periods in which each thing holds that the delegation rests on."""

    receiver: tuple[Period, ...] = ()
    """She is employed within the scope."""
    giver: tuple[Period, ...] = ()
    """She is employed by whoever answers for the care there."""
    licence: tuple[Period, ...] = ()
    """She holds a licence that the task asks for."""


@dataclass(frozen=True, slots=True)
class Life:
    """How it stands at a moment. `since`: from when; `until`: the first moment when it ends, of one that holds."""

    state: State
    since: datetime | None = None
    until: datetime | None = None
    cause: Cause | None = None
    ends_by: Cause | None = None
    """What will end one that holds before its last day, if anything does."""

    @property
    def is_active(self) -> bool:
        return self.state is State.ACTIVE


def latest_end(first_day: date) -> date:
    """Return the first day that a delegation from `first_day` may no longer hold: the same day a year later."""
    month = first_day.month - 1 + MOST_MONTHS
    year, month = first_day.year + month // 12, month % 12 + 1
    return date(year, month, min(first_day.day, calendar.monthrange(year, month)[1]))


def live(decision: Decision, happened: Iterable[Happening], facts: Facts, moment: datetime) -> Life:
    """Return how a delegation stands at `moment`. Total: any events, in any order, give an answer."""
    past = sorted((each for each in happened if each.at <= moment), key=lambda each: each.at)
    ended = next((each for each in past if each.kind in ENDS), None)
    if ended:
        return Life(ENDS[ended.kind], ended.at)
    agreed = agreed_at(decision, past)
    if moment >= decision.ends:
        return Life(State.EXPIRED, decision.ends)
    if agreed is None or not decision.is_lawful:
        offered = next((each for each in past if each.kind is Kind.OFFERED), None)
        return Life(State.OFFERED, offered.at) if offered else Life(State.DRAFT)
    return _of_agreed(decision, max(agreed, decision.starts), facts, moment)


def agreed_at(decision: Decision, happened: Iterable[Happening]) -> datetime | None:
    """Return when both had signed: the giver by `signed`, the receiver by `accepted`. Nobody signs for another."""
    happened = list(happened)
    signed = [each.at for each in happened if each.kind is Kind.SIGNED and each.by == decision.giver]
    accepted = [each.at for each in happened if each.kind is Kind.ACCEPTED and each.by == decision.receiver]
    return max(min(signed), min(accepted)) if signed and accepted else None


def _of_agreed(decision: Decision, begins: datetime, facts: Facts, moment: datetime) -> Life:
    if moment < begins:
        return Life(State.UPCOMING, begins)
    broken_at, cause = first_break(facts, begins)
    if moment >= broken_at:
        return Life(State.SUSPENDED, broken_at, cause=cause)
    if broken_at < decision.ends:
        return Life(State.ACTIVE, begins, broken_at, ends_by=cause)
    return Life(State.ACTIVE, begins, decision.ends)


def first_break(facts: Facts, begins: datetime) -> tuple[datetime, Cause]:
    """Return when, from `begins` on, something that the delegation rests on first fails, and what it is."""
    breaks = (
        (_holds_until(facts.receiver, begins), Cause.RECEIVER),
        (_holds_until(facts.giver, begins), Cause.GIVER),
        (_holds_until(facts.licence, begins), Cause.LICENCE),
    )
    return min(breaks, key=lambda each: each[0])


def _holds_until(periods: tuple[Period, ...], begins: datetime) -> datetime:
    """Return until when what holds at `begins` goes on holding: `begins` itself if it does not hold."""
    return next((end for start, end in periods if start <= begins < end), begins)


def is_endless(moment: datetime) -> bool:
    return moment == FOREVER
