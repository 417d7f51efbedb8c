"""What the pages about delegations show, put together for the one who reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from people.api import Organisation, Person, today

from .life import Cause, Kind, State
from .models import Delegation, DelegationNotice, DelegationPolicy
from .notices import unread_notices
from .queries import Line, lines_of, seen_by
from .rules import Sight, sight_of
from .words import cause_words, notice_words

RECENT = timedelta(days=90)
CURRENT = frozenset({State.ACTIVE, State.UPCOMING, State.SUSPENDED})


@dataclass(frozen=True)
class Told:
    """A notice with its words."""

    notice: DelegationNotice

    @property
    def words(self) -> str:
        return notice_words(self.notice.key)

    @property
    def delegation(self) -> Delegation:
        return self.notice.delegation


@dataclass(frozen=True)
class Overview:
    """Everybody's first page of delegations: what she may do, what she gives, what waits for her."""

    sight: Sight
    notices: tuple[Told, ...]
    offers: tuple[Line, ...] = ()
    mine: tuple[Line, ...] = ()
    ended: tuple[Line, ...] = ()
    to_sign: tuple[Line, ...] = ()
    waiting: tuple[Line, ...] = ()
    warned: tuple[Line, ...] = ()
    lapsing: tuple[Line, ...] = ()
    given: tuple[Line, ...] = ()
    queue: tuple[Line, ...] = ()
    leads: bool = field(default=False)

    @property
    def receives(self) -> bool:
        return bool(self.offers or self.mine or self.ended)


def overview_of(person: Person, at: datetime) -> Overview:
    sight = sight_of(person, at)
    lines = [line for line in lines_of(_concerning(person, sight, at), at) if _is_recent(line, at)]
    given = [line for line in lines if line.delegation.giver_id == person.pk]
    received = [line for line in lines if line.delegation.receiver_id == person.pk]
    return Overview(
        sight=sight,
        notices=told(person),
        offers=_in(received, {State.OFFERED}),
        mine=_in(received, CURRENT),
        ended=tuple(line for line in received if not line.is_open),
        to_sign=_in(given, {State.DRAFT}),
        waiting=_in(given, {State.OFFERED}),
        warned=tuple(line for line in given if line.warnings),
        lapsing=tuple(line for line in given if line.is_lapsing),
        given=tuple(line for line in given if line.state in CURRENT and not line.is_lapsing),
        queue=queue_of(person, sight, at),
        leads=bool(sight.chief_of or sight.oversees),
    )


def told(person: Person) -> tuple[Told, ...]:
    return tuple(Told(notice) for notice in unread_notices(person)[:20])


def _concerning(person: Person, sight: Sight, at: datetime) -> Iterable[Delegation]:
    rows = seen_by(person, at, sight)
    return (rows.filter(receiver=person) | rows.filter(giver=person)).order_by("last_day", "pk")


def _in(lines: Iterable[Line], states: Iterable[State]) -> tuple[Line, ...]:
    wanted = frozenset(states)
    return tuple(line for line in lines if line.state in wanted)


def _is_recent(line: Line, at: datetime) -> bool:
    return line.is_open or (line.life.since is not None and at - line.life.since < RECENT)


# --- When the giver goes ----------------------------------------------------------------------------------------------


def queue_of(person: Person, sight: Sight, at: datetime) -> tuple[Line, ...]:
    """Return what must be taken over: of givers whose known last day is near, or who may no longer give.

    For the chief nurse always, and for licensed colleagues where the care provider has set it so. What already has
    a new decision on its way is left out.
    """
    if not (sight.chief_of or sight.gives):
        return ()
    rows = seen_by(person, at, sight).not_ended().exclude(receiver=person)
    lines = [line for line in lines_of(rows, at) if _loses_its_giver(line)]
    policies = policies_for({line.delegation.provider for line in lines}, today(at))
    followed = _followed(lines, at)
    return tuple(
        line
        for line in lines
        if line.delegation.pk not in followed
        and _is_near(line, policies[line.delegation.provider_id], today(at))
        and _is_for(sight, line, policies[line.delegation.provider_id])
    )


def _loses_its_giver(line: Line) -> bool:
    if line.state is State.SUSPENDED:
        return line.life.cause in (Cause.GIVER, Cause.LICENCE)
    return (
        line.life.is_active
        and line.through < line.delegation.last_day
        and line.life.ends_by in (Cause.GIVER, Cause.LICENCE)
    )


def _is_near(line: Line, policy: DelegationPolicy, on: date) -> bool:
    return line.state is State.SUSPENDED or line.through <= on + timedelta(days=policy.queue_days)


def _is_for(sight: Sight, line: Line, policy: DelegationPolicy) -> bool:
    if sight.is_chief(line.delegation.provider.path):
        return True
    is_another_s = line.delegation.giver_id != sight.person.pk
    return policy.queue_colleagues and is_another_s and sight.is_colleague(line.delegation.provider.path)


def _followed(lines: list[Line], at: datetime) -> set[int]:
    """Return those in whose place a new decision is offered or agreed."""
    rows = Delegation.objects.filter(follows__in=[line.delegation.pk for line in lines], takes_over=True)
    rows = rows.with_names().prefetch_related("events")
    return {line.delegation.follows_id for line in lines_of(rows, at) if line.is_open and line.delegation.follows_id}


def policies_for(providers: Iterable[Organisation], on: date) -> dict[int, DelegationPolicy]:
    """Return how each care provider handles its delegations: the newest row of the nearest node, else the defaults."""
    nodes = list(providers)
    step = Organisation.steplen
    above = {node.path[:length] for node in nodes for length in range(step, len(node.path) + 1, step)}
    rows = DelegationPolicy.objects.filter(node__path__in=above, valid_from__lte=on).select_related("node")
    newest = {row.node.path: row for row in rows}
    return {node.pk: _nearest(node, newest, on) for node in nodes}


def _nearest(node: Organisation, newest: dict[str, DelegationPolicy], on: date) -> DelegationPolicy:
    step = Organisation.steplen
    for length in range(len(node.path), 0, -step):
        if node.path[:length] in newest:
            return newest[node.path[:length]]
    return DelegationPolicy(node=node, valid_from=on)


# --- Units ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitLines:
    """What holds, waits and lapses at one unit or in one area."""

    scope: Organisation
    lines: tuple[Line, ...]

    @property
    def active(self) -> int:
        return sum(line.life.is_active for line in self.lines)

    @property
    def lapsing(self) -> int:
        return sum(line.is_lapsing for line in self.lines)

    @property
    def suspended(self) -> int:
        return sum(line.state is State.SUSPENDED for line in self.lines)

    @property
    def employer(self) -> Organisation:
        return self.scope.employer


def units_of(person: Person, at: datetime) -> list[UnitLines]:
    """Return the open delegations that a chief nurse answers for, or a manager's staff have, by unit."""
    sight = sight_of(person, at)
    rows = seen_by(person, at, sight).not_ended().exclude(receiver=person)
    if not sight.chief_of:
        rows = rows.exclude(giver=person)
    grouped: dict[int, list[Line]] = {}
    for line in lines_of(rows.order_by("last_day", "pk"), at):
        if line.state not in (State.DRAFT, State.EXPIRED):
            grouped.setdefault(line.delegation.scope_id, []).append(line)
    found = [UnitLines(lines[0].delegation.scope, tuple(lines)) for lines in grouped.values()]
    return sorted(found, key=lambda each: each.scope.path)


@dataclass(frozen=True)
class Step:
    """One event of the history, in words."""

    kind: str
    label: str
    happened_at: datetime
    actor: Person | None
    reason: str
    receipt: str
    cause: str


def history_of(delegation: Delegation) -> list[Step]:
    return [
        Step(
            event.kind,
            event.get_kind_display(),
            event.happened_at,
            event.actor,
            event.reason,
            str(event.uuid),
            cause_words(event.details.get("cause", "")),
        )
        for event in delegation.events.select_related("actor")
        if event.kind != Kind.OFFERED
    ]
