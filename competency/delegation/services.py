"""What people do with delegations: verbs, each one transaction with its event, its statement and its notices.

Nothing is ever edited. Whoever writes locks the receiver first, so that two phones cannot do contrary things at once;
the database holds each event once as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from people.api import (
    Organisation,
    Person,
    employments_of,
    end_of_day,
    holds_personnummer,
    responsible_provider,
    start_of_day,
    today,
)

from .checks import Check, checks_of, suitability
from .errors import (
    AlreadyOver,
    ChangedMeanwhile,
    DaysOutOfOrder,
    MayNotDelegate,
    NamesAPatient,
    NotNow,
    NotSingle,
    NotThere,
    NotToHerself,
    NotYours,
    ReasonNeeded,
    TooLong,
)
from .facts import facts_of_new, lives
from .life import OPEN, Kind, Life, State, latest_end
from .models import DelegableTask, Delegation, DelegationEvent
from .notices import outdate, tell_about
from .rules import may_give, sight_of
from .statements import say


def draft(
    giver: Person,
    receiver: Person,
    task: DelegableTask,
    scope: Organisation,
    first_day: date,
    last_day: date,
    at: datetime,
    *,
    single_occasion: bool = False,
    note: str = "",
    follows: Delegation | None = None,
    takes_over: bool = False,
    uuid: UUID | None = None,
) -> Delegation:
    """Word a decision, without giving it yet. The same `uuid` twice is one decision.

    Raises MayNotDelegate unless she is licensed for the task and works for whoever answers for the care at `scope`,
    and one of the errors of `Unlawful` for what no reason can make lawful.
    """
    with transaction.atomic():
        known = Delegation.objects.filter(uuid=uuid, giver=giver).first() if uuid else None
        if known:
            return known
        provider = provider_of(scope, today(at))
        check_lawful(giver, receiver, task, scope, provider, first_day, last_day, at, single_occasion, note)
        delegation = Delegation.objects.create(
            uuid=uuid or uuid4(),
            task=task,
            scope=scope,
            provider=provider,
            giver=giver,
            receiver=receiver,
            first_day=first_day,
            last_day=last_day,
            single_occasion=single_occasion,
            note=note,
            follows=follows,
            takes_over=takes_over,
            recorded_at=at,
        )
        happen(delegation, Kind.DRAFTED, giver, at)
        return delegation


def provider_of(scope: Organisation, on: date) -> Organisation:
    """Return who answers for the care at a place. Raises MayNotDelegate where nobody does."""
    provider = responsible_provider(scope, on)
    if provider is None:
        raise MayNotDelegate
    return provider


def check_lawful(
    giver: Person,
    receiver: Person,
    task: DelegableTask,
    scope: Organisation,
    provider: Organisation,
    first_day: date,
    last_day: date,
    at: datetime,
    single_occasion: bool,
    note: str,
) -> None:
    """Raise the sentence for the rule that a decision would break."""
    if giver.pk == receiver.pk:
        raise NotToHerself
    if not may_give(giver, task, scope, provider, at) or task.retired_at is not None:
        raise MayNotDelegate
    if last_day < first_day or (single_occasion and last_day != first_day):
        raise DaysOutOfOrder
    if last_day >= latest_end(first_day):
        raise TooLong
    if end_of_day(last_day) <= at:
        raise AlreadyOver
    if single_occasion and not task.may_be_single:
        raise NotSingle
    if holds_personnummer(note):
        raise NamesAPatient
    begins = max(at, start_of_day(first_day))
    facts = facts_of_new(giver, receiver, scope, task.decided_by, provider)
    if not any(start <= begins < end for start, end in facts.receiver):
        raise NotThere


def sign(
    delegation: Delegation,
    giver: Person,
    at: datetime,
    *,
    shown: str = "",
    expected: str | None = None,
    reason: str = "",
    judged_suited: bool = True,
) -> DelegationEvent:
    """Sign a draft and offer it to its receiver. The preconditions are kept as they stood.

    `shown` is the hash of what the giver read; raises ChangedMeanwhile if it is not `expected`, and ReasonNeeded when a
    precondition is not met and no reason is given.
    """
    with transaction.atomic():
        _lock(delegation)
        if giver.pk != delegation.giver_id:
            raise NotYours
        _require(delegation, {State.DRAFT}, at)
        row = delegation
        check_lawful(
            giver,
            row.receiver,
            row.task,
            row.scope,
            row.provider,
            row.first_day,
            row.last_day,
            at,
            row.single_occasion,
            reason,
        )
        if expected is not None and shown != expected:
            raise ChangedMeanwhile
        checks = (*preconditions(delegation, today(at)), suitability(judged_suited))
        if not reason.strip() and not all(check.is_met for check in checks):
            raise ReasonNeeded
        details = _snapshot(delegation, giver, checks, at)
        event = happen(delegation, Kind.SIGNED, giver, at, shown=shown, reason=reason.strip(), details=details)
        happen(delegation, Kind.OFFERED, giver, at, statement_id=event.statement_id)
        tell_about(delegation, "offered", [delegation.receiver_id], at)
        return event


def preconditions(delegation: Delegation, on: date) -> tuple[Check, ...]:
    employer = employer_in(delegation.receiver, delegation.scope, max(on, delegation.first_day))
    return checks_of(delegation.task, delegation.receiver, employer or delegation.provider, on)


def employer_in(person: Person, scope: Organisation, on: date) -> Organisation | None:
    """Return whose employee she is at a place on a day."""
    found = [terms for terms in employments_of(person, on) if terms.unit.path.startswith(scope.path)]
    return found[0].employment.organisation if found else None


def accept(
    delegation: Delegation, receiver: Person, at: datetime, *, shown: str = "", expected: str | None = None
) -> DelegationEvent:
    """Let the receiver accept and sign what she was offered; it holds from now, or from its first day."""
    with transaction.atomic():
        _lock(delegation)
        if receiver.pk != delegation.receiver_id:
            raise NotYours
        _require(delegation, {State.OFFERED}, at)
        if expected is not None and shown != expected:
            raise ChangedMeanwhile
        event = happen(delegation, Kind.ACCEPTED, receiver, at, shown=shown)
        outdate(delegation, at, keys=["offered"])
        tell_about(delegation, "accepted", [delegation.giver_id], at)
        if delegation.takes_over and delegation.follows:
            _replace(delegation.follows, delegation.giver, at)
        return event


def give_back(delegation: Delegation, receiver: Person, at: datetime, *, reason: str = "") -> DelegationEvent:
    """Let the receiver give a delegation back, or decline the offer: at once, and with or without a reason."""
    with transaction.atomic():
        _lock(delegation)
        if receiver.pk != delegation.receiver_id:
            raise NotYours
        _refuse_personnummer(reason)
        known = _known(delegation, Kind.RETURNED)
        if known:
            return known
        _require(delegation, {State.OFFERED, State.UPCOMING, State.ACTIVE, State.SUSPENDED}, at)
        event = happen(delegation, Kind.RETURNED, receiver, at, reason=reason.strip())
        outdate(delegation, at)
        tell_about(delegation, "returned", [delegation.giver_id], at, with_manager=True)
        return event


def revoke(delegation: Delegation, actor: Person, at: datetime, *, reason: str = "") -> DelegationEvent:
    """End a delegation (or withdraw a draft or an offer) at once, and return the event: its uuid is the receipt.

    Receiver, manager and giver are told. Revoked already answers with the first receipt. Raises NotYours for whoever
    may not, NotNow for what has ended in another way.
    """
    with transaction.atomic():
        _lock(delegation)
        if not sight_of(actor, at).may_revoke(delegation):
            raise NotYours
        _refuse_personnummer(reason)
        known = _known(delegation, Kind.REVOKED)
        if known:
            return known
        life = _require(delegation, OPEN, at)
        event = happen(delegation, Kind.REVOKED, actor, at, reason=reason.strip())
        outdate(delegation, at)
        if life.state is not State.DRAFT:
            concerned = [pk for pk in (delegation.receiver_id, delegation.giver_id) if pk != actor.pk]
            tell_about(delegation, "revoked", concerned, at, with_manager=life.state is not State.OFFERED)
        return event


@transaction.atomic
def take_over(
    giver: Person, delegations: Iterable[Delegation], last_day: date, at: datetime, *, reason: str = ""
) -> list[Delegation]:
    """Make new decisions in the place of a colleague's, all or none, each offered to its receiver to accept.

    Each new one begins today and ends at `last_day`, or at the end of the old one if that is earlier. `reason` is
    needed where a precondition is not met.
    """
    made = []
    for old in delegations:
        days = today(at), min(last_day, old.last_day)
        new = draft(
            giver,
            old.receiver,
            old.task,
            old.scope,
            *days,
            at,
            single_occasion=old.single_occasion,
            note=old.note,
            follows=old,
            takes_over=True,
        )
        sign(new, giver, at, reason=reason)
        made.append(new)
    return made


# --- Beneath ---------------------------------------------------------------------------------------------------------


def _lock(delegation: Delegation) -> None:
    Person.objects.select_for_update().get(pk=delegation.receiver_id)


def life_now(delegation: Delegation, at: datetime) -> Life:
    fresh = Delegation.objects.with_names().prefetch_related("events").filter(pk=delegation.pk)
    return lives(fresh, at)[0][1]


def _require(delegation: Delegation, states: Iterable[State], at: datetime) -> Life:
    life = life_now(delegation, at)
    if life.state not in states:
        raise NotNow
    return life


def _known(delegation: Delegation, kind: Kind) -> DelegationEvent | None:
    return DelegationEvent.objects.filter(delegation=delegation, kind=kind).first()


def happen(
    delegation: Delegation,
    kind: Kind,
    actor: Person | None,
    at: datetime,
    *,
    happened_at: datetime | None = None,
    shown: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
    statement_id: UUID | None = None,
) -> DelegationEvent:
    """Append an event and say it as a statement. A draft is nobody's business yet, and an offer is said as it is
    signed, so these two have no statement of their own."""
    uuid = uuid4()
    moment = happened_at or at
    if kind not in (Kind.DRAFTED, Kind.OFFERED):
        statement_id = say(delegation, kind, uuid, at, happened_at=moment, actor=actor, shown=shown, reason=reason)
    return DelegationEvent.objects.create(
        uuid=uuid,
        delegation=delegation,
        kind=kind,
        actor=actor,
        happened_at=moment,
        recorded_at=at,
        reason=reason,
        shown_hash=shown,
        details=details or {},
        statement_id=statement_id,
    )


def _snapshot(delegation: Delegation, giver: Person, checks: Sequence[Check], at: datetime) -> dict[str, Any]:
    licences = sorted(sight_of(giver, at).licences & set(delegation.task.decided_by))
    return {"checks": [check.as_json() for check in checks], "licences": licences}


def _replace(old: Delegation, giver: Person, at: datetime) -> None:
    if life_now(old, at).state in OPEN:
        happen(old, Kind.TAKEN_OVER, giver, at)


def _refuse_personnummer(text: str) -> None:
    if holds_personnummer(text):
        raise NamesAPatient
