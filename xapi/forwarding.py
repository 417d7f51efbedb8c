"""Which other record stores are sent our new statements, and what is waiting for each.

A row per statement and target is written in the transaction of the statement; `sending.py` empties them. While a target
is paused its rows go on gathering, so nothing is lost by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from people.api import STOCKHOLM, Conflict, DomainError, NotFound, Organisation

from .audit import note
from .bulk import CHUNK, Insert, chunks, insert
from .entries import StatementRow
from .models import ConnectionEventKind, Forward, ForwardQuerySet, Outgoing, PauseCause, Statement
from .rules import Reach
from .sealing import seal
from .vocabulary import VOIDED

VERSIONS = ("2.0.0", "1.0.3")
REASON_LENGTH = 500

_listeners: list[Callable[[], None]] = []


class UnusableTarget(DomainError):
    code = "unusable_target"


class UnusableAddress(UnusableTarget):
    """It is the address that cannot be used."""


class AlreadyAdded(Conflict):
    """The same form was sent before."""

    code = "already_added"
    default_message = _("This forward is there already.")


def on_queued(listener: Callable[[], None]) -> Callable[[], None]:
    """Call `listener` inside the transaction that has given the worker something to send. Again is safe."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


@dataclass(frozen=True, slots=True)
class ForwardState:
    """What a page or a command shows of a target. It never holds the secret."""

    forward: Forward
    waiting: int
    set_aside: int


# --- Deciding --------------------------------------------------------------------------------------------------------


def add_forward(
    name: str,
    endpoint: str,
    *,
    key: str,
    secret: str,
    organisation: Organisation | None,
    at: datetime,
    version: str = VERSIONS[0],
    verbs: Iterable[str] = (),
    activities: Iterable[str] = (),
    uuid: UUID | None = None,
    by: UUID | None = None,
) -> Forward:
    """Send new statements to another store from now on; `by` is the account that says so.

    Raises UnusableTarget, and AlreadyAdded if there is one with this `uuid`.
    """
    if version not in VERSIONS:
        raise UnusableTarget(_("Choose one of the versions %(versions)s.") % {"versions": ", ".join(VERSIONS)})
    if not key or not secret or ":" in key:
        raise UnusableTarget(_("Give the key and the secret that the other record store made. A key has no colon."))
    _check_endpoint(endpoint)
    forward = Forward(
        uuid=uuid or uuid4(),
        name=name,
        endpoint=endpoint.rstrip("/"),
        key=key,
        sealed_secret=seal(secret),
        organisation=organisation,
        version=version,
        verbs=list(verbs),
        activities=list(activities),
        created_at=at,
        next_at=at,
    )
    try:
        with transaction.atomic():
            forward.save(force_insert=True)
            note(forward, ConnectionEventKind.MADE, by=by, at=at)
    except IntegrityError as error:
        raise AlreadyAdded from error
    return forward


def _check_endpoint(endpoint: str) -> None:
    """An address of a store: encrypted, and nothing in it that is no part of an endpoint."""
    try:
        parts = urlsplit(endpoint)
        is_plain = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError as error:
        raise UnusableAddress(_("%(endpoint)s is not an address.") % {"endpoint": endpoint}) from error
    is_plain = is_plain and endpoint.isprintable() and " " not in endpoint
    if not is_plain or parts.username is not None or parts.query or parts.fragment:
        raise UnusableAddress(
            _("Give the address of the endpoint alone, such as https://lrs.example.org/xapi, without key or query.")
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.FORWARD_ALLOW_HTTP):
        raise UnusableAddress(_("The address must begin with https://, so that nobody on the way can read along."))


def forwards_of(organisation: Organisation | None) -> list[ForwardState]:
    """The targets of an organisation, or those of the installation itself, by name."""
    return _states(Forward.objects.filter(organisation=organisation))


def forwards_in(reach: Reach) -> list[ForwardState]:
    """The targets that somebody administers, by name."""
    return _states(Forward.objects.administered_in(reach))


def forward_in(reach: Reach, uuid: UUID) -> ForwardState:
    """One of them. Raises NotFound for any other."""
    found = _states(Forward.objects.administered_in(reach).filter(uuid=uuid))
    if not found:
        raise NotFound
    return found[0]


def all_forwards() -> list[ForwardState]:
    return _states(Forward.objects.all())


def _states(forwards: ForwardQuerySet) -> list[ForwardState]:
    rows = (
        forwards.select_related("organisation")
        .order_by("name", "pk")
        .annotate(
            waiting=Count("outgoing", filter=Q(outgoing__answer="")),
            set_aside=Count("outgoing", filter=~Q(outgoing__answer="") & Q(outgoing__isnull=False)),
        )
    )
    return [ForwardState(row, row.waiting, row.set_aside) for row in rows]


def refused_by(forward: Forward, limit: int = 100) -> list[tuple[UUID, str]]:
    """The newest statements that the other store refused, each with its answer."""
    rows = forward.outgoing.exclude(answer="").order_by("-statement_id")
    return list(rows.values_list("statement__statement_id", "answer")[:limit])


def pause_forward(
    forward: Forward,
    reason: str,
    at: datetime,
    *,
    cause: PauseCause = PauseCause.BY_HAND,
    by: UUID | None = None,
) -> None:
    """Send nothing more until it is resumed; what comes meanwhile waits. Again is safe, and changes nothing."""
    running = Forward.objects.filter(pk=forward.pk, paused_at=None)
    with transaction.atomic():
        if running.update(paused_at=at, pause_cause=cause, pause_reason=reason) and cause == PauseCause.BY_HAND:
            note(forward, ConnectionEventKind.PAUSED, by=by, at=at, reason=reason[:REASON_LENGTH])


def resume_forward(forward: Forward, at: datetime, *, by: UUID | None = None) -> None:
    """Go on, and at once."""
    changes = {
        "paused_at": None,
        "pause_cause": "",
        "pause_reason": "",
        "next_at": at,
        "failures": 0,
        "refused_in_a_row": 0,
    }
    with transaction.atomic():
        if Forward.objects.filter(pk=forward.pk).exclude(paused_at=None).exists():
            note(forward, ConnectionEventKind.RESUMED, by=by, at=at)
        Forward.objects.filter(pk=forward.pk).update(**changes)
        _tell()


def remove_forward(forward: Forward, at: datetime, *, by: UUID | None = None) -> None:
    """Forget the target, its secret and what waits for it."""
    with transaction.atomic():
        note(forward, ConnectionEventKind.REMOVED, by=by, at=at, reason=forward.name)
        Outgoing.objects.filter(forward=forward).delete()
        forward.delete()


def resend_forward(forward: Forward, since: datetime, at: datetime, *, by: UUID | None = None) -> int:
    """Queue again what was stored since a moment, what was set aside too. Returns how many statements now wait anew.

    The other store knows by the ids what it has already.
    """
    rows = Statement.objects.filter(stored__gte=since).order_by("pk")
    if forward.organisation_id is not None:
        rows = rows.filter(organisation=forward.organisation_id)
    refused = forward.outgoing.exclude(answer="").filter(statement__stored__gte=since)
    with transaction.atomic():
        note(forward, ConnectionEventKind.RESENT, by=by, at=at, reason=since.astimezone(STOCKHOLM).date().isoformat())
        queued, last = refused.update(answer=""), 0
    # In chunks of one transaction each: statements go on being recorded meanwhile.
    while chunk := list(rows.filter(pk__gt=last).values_list(*_ASKED)[:CHUNK]):
        last = chunk[-1][0]
        queued += _queue_again(forward, [pk for pk, *what in chunk if is_for(forward, *what)])
    return queued


_ASKED = ("pk", "organisation_id", "verb__iri", "activity__iri")


def _queue_again(forward: Forward, pks: list[int]) -> int:
    with transaction.atomic():
        # Whoever resends at the same time waits, so that neither inserts what the other does.
        Forward.objects.select_for_update().get(pk=forward.pk)
        there = set(forward.outgoing.filter(statement__in=pks).values_list("statement", flat=True))
        new = [(forward.pk, pk, "") for pk in pks if pk not in there]
        if new:
            insert(Insert(Outgoing, ("forward", "statement", "answer"), new))
        _tell()
    return len(new)


def forget_answers(statements: Iterable[int]) -> None:
    """Keep only the status of what other stores answered, since they may have quoted what is disposed of.

    Call in the transaction that disposes, with the primary keys of the statements.
    """
    for chunk in chunks(statements):
        Outgoing.objects.filter(statement__in=chunk).exclude(answer="").update(answer=Left("answer", 3))
    quoting = "^[0-9]{3} "
    Forward.objects.filter(last_error__regex=quoting).update(last_error=Left("last_error", 3))
    stopped = Forward.objects.exclude(pause_cause=PauseCause.BY_HAND).filter(pause_reason__regex=quoting)
    stopped.update(pause_reason=Left("pause_reason", 3))


# --- Queueing --------------------------------------------------------------------------------------------------------


def is_for(forward: Forward, organisation_id: int | None, verb: str, activity: str | None) -> bool:
    """Whether a statement is sent there. Never one of another organisation.

    What voids passes every filter: who was sent a statement must hear that it no longer holds.
    """
    if forward.organisation_id is not None and forward.organisation_id != organisation_id:
        return False
    return verb == VOIDED or (_begins(verb, forward.verbs) and _begins(activity or "", forward.activities))


def _begins(iri: str, beginnings: list[str]) -> bool:
    return not beginnings or iri.startswith(tuple(beginnings))


def queue(rows: list[StatementRow]) -> None:
    """Queue new statements, inside their transaction, for the stores that they are forwarded to."""
    outgoing = [
        (forward.pk, row.pk, "")
        for forward in Forward.objects.only("organisation_id", "verbs", "activities")
        for row in rows
        if is_for(forward, row.organisation_id, row.verb, row.activity)
    ]
    if outgoing:
        insert(Insert(Outgoing, ("forward", "statement", "answer"), outgoing))
        _tell()


def _tell() -> None:
    for listener in _listeners:
        listener()
