"""What time and the register do to delegations: the event rows that follow, the reminders, whoever must be told.

The live answer waits for none of this: it reckons from dates. The rows are the record, and what people are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from people.api import Person, person_by_actor_key, today
from xapi.api import StatementRow, vocabulary

from .facts import lives
from .life import Kind, Life, State
from .models import Delegation, DelegationEvent, DelegationRound
from .notices import outdate, tell_about
from .services import happen, life_now

REMIND_DAYS = (7, 30, 60)
AT_ONCE = 200


def settle(at: datetime, person_pks: Iterable[int] | None = None) -> int:
    """Record what has been suspended or has ended by now, and tell whom it concerns. Return how many events there are.

    With `person_pks`, only the delegations that those people give or receive.
    """
    rows = Delegation.objects.not_ended()
    if person_pks is not None:
        people = list(person_pks)
        rows = rows.filter(Q(giver__in=people) | Q(receiver__in=people))
    return sum(_settle_one(delegation, at) for delegation, life in _each(rows, at) if _is_news(life))


def on_people_changed(person_pks: frozenset[int], at: datetime) -> None:
    """Look through what these people give and receive, as soon as the change is committed.

    Robust: the answers are right without it, and the round of the day finds what is left.
    """
    rows = Delegation.objects.filter(Q(giver__in=person_pks) | Q(receiver__in=person_pks))
    if rows.exists():
        # A partial has no name, and Django stumbles where it tells which one failed.
        transaction.on_commit(lambda: settle(at, person_pks), robust=True)


def permitted(person_pks: frozenset[int], moment: datetime) -> dict[int, frozenset[int]]:
    """Return the delegations that these people give or receive and that are active at a moment, with both of each."""
    rows = Delegation.objects.not_ended().filter(Q(giver__in=person_pks) | Q(receiver__in=person_pks))
    return {
        delegation.pk: frozenset({delegation.giver_id, delegation.receiver_id})
        for delegation, life in _each(rows, moment)
        if life.is_active
    }


def on_recorded(rows: list[StatementRow]) -> None:
    """A licence that is withdrawn suspends what its holder has given."""
    keys = {row.actor_key for row in rows if row.verb == vocabulary.VERIFIED}
    keys |= {row.voids.actor_key for row in rows if row.voids}
    people = {person.pk for key in keys if (person := person_by_actor_key(key))}
    if people:
        on_people_changed(frozenset(people), max(row.stored for row in rows))


def round_of_the_day(at: datetime) -> int:
    """Go through every open delegation once a day: what has ended, and the reminders. Return how many people are told.

    A day that was begun and cut off is gone through again; nobody is told twice, since each notice has its key.
    """
    if DelegationRound.objects.filter(day=today(at)).exists():
        return 0
    settle(at)
    told = sum(_remind(delegation, life, at) for delegation, life in _each(Delegation.objects.not_ended(), at))
    DelegationRound.objects.get_or_create(day=today(at), defaults={"done_at": at})
    return told


def _each(rows: Iterable[Delegation], at: datetime) -> Iterator[tuple[Delegation, Life]]:
    pks = list(rows.values_list("pk", flat=True))  # type: ignore[attr-defined]
    for start in range(0, len(pks), AT_ONCE):
        some = Delegation.objects.filter(pk__in=pks[start : start + AT_ONCE])
        yield from lives(some.with_names().prefetch_related("events"), at)


def _is_news(life: Life) -> bool:
    return life.state in (State.SUSPENDED, State.EXPIRED)


def _settle_one(delegation: Delegation, at: datetime) -> int:
    """Look again under the lock, and write what is not yet written. Two workers at once write it once."""
    try:
        with transaction.atomic():
            Person.objects.select_for_update().get(pk=delegation.receiver_id)
            life = life_now(delegation, at)
            return _record(delegation, life, at)
    except IntegrityError:
        return 0


def _record(delegation: Delegation, life: Life, at: datetime) -> int:
    if not _is_news(life) or life.since is None:
        return 0
    kind = Kind.SUSPENDED if life.state is State.SUSPENDED else Kind.EXPIRED
    known = DelegationEvent.objects.filter(delegation=delegation, kind=kind)
    if (known.filter(happened_at=life.since) if kind is Kind.SUSPENDED else known).exists():
        return 0
    details = {"cause": life.cause.value} if life.cause else {}
    outdate(delegation, at)
    event = happen(delegation, kind, None, at, happened_at=life.since, details=details)
    if kind is Kind.SUSPENDED:
        people = [delegation.receiver_id, delegation.giver_id]
        tell_about(delegation, f"suspended-{event.happened_at:%Y%m%d}", people, at, with_manager=True)
    return 1


def _remind(delegation: Delegation, life: Life, at: datetime) -> int:
    """Tell giver, receiver and manager that it lapses: at 60, 30 and 7 days, once each.

    The nearest mark that has been passed is told; those before it are not made up for, nor are marks that had passed
    before it began to hold.
    """
    if life.state is not State.ACTIVE:
        return 0
    left = (delegation.last_day - today(at)).days
    begun = today(life.since) if life.since else today(at)
    for days in REMIND_DAYS:
        if left <= days:
            if delegation.last_day - timedelta(days=days) < begun:
                return 0
            people = [delegation.giver_id, delegation.receiver_id]
            outdate(delegation, at, keys=[f"lapses-{more}" for more in REMIND_DAYS if more > days])
            return tell_about(delegation, f"lapses-{days}", people, at, with_manager=True)
    return 0
