"""What the pages about credentials show: each with its state, and what has been done with it, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from people.api import NotFound, today

from ..audit import events_of
from ..credentials import has_old_secret
from ..models import ConnectionEventKind, Credential, CredentialQuerySet
from .desk import Desk, Did, told
from .words import SCOPES, Text


class State(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


def state_of(credential: Credential, at: datetime) -> State:
    if credential.revoked_at is not None and credential.revoked_at <= at:
        return State.REVOKED
    if credential.expires_at is not None and credential.expires_at <= at:
        return State.EXPIRED
    return State.ACTIVE


@dataclass(frozen=True, slots=True)
class Connection:
    """A credential as an administrator sees it. It never holds a secret."""

    credential: Credential
    state: State
    history: tuple[Did, ...]
    has_old_secret: bool

    @property
    def is_active(self) -> bool:
        return self.state is State.ACTIVE

    @property
    def scopes(self) -> list[Text]:
        return [name for scope, (name, _allows) in SCOPES.items() if scope in self.credential.scopes]

    @property
    def pseudonymises(self) -> bool:
        return self.credential.pseudonym_mark is not None

    @property
    def last_day(self) -> date | None:
        until = self.credential.expires_at
        return today(until - datetime.resolution) if until else None

    @property
    def over_since(self) -> datetime | None:
        """When it ended or will end, whichever comes first."""
        ends = [each for each in (self.credential.revoked_at, self.credential.expires_at) if each]
        return min(ends, default=None)

    @property
    def made(self) -> Did | None:
        return self._last(ConnectionEventKind.MADE)

    @property
    def ended(self) -> Did | None:
        return self._last(ConnectionEventKind.REVOKED)

    def _last(self, kind: ConnectionEventKind) -> Did | None:
        return next((did for did in reversed(self.history) if did.kind == kind), None)


def connections_of(desk: Desk, at: datetime) -> list[Connection]:
    """All that she administers, by name, in three queries."""
    return _told(desk, Credential.objects.administered_in(desk.reach), at)


def connection_of(desk: Desk, uuid: UUID, at: datetime) -> Connection:
    """One of them. Raises NotFound for any other."""
    found = _told(desk, Credential.objects.administered_in(desk.reach).filter(uuid=uuid), at)
    if not found:
        raise NotFound
    return found[0]


def _told(desk: Desk, credentials: CredentialQuerySet, at: datetime) -> list[Connection]:
    rows = list(credentials.select_related("organisation").order_by("name", "pk"))
    events = events_of(row.uuid for row in rows)
    names = desk.names_of(event.by for each in events.values() for event in each if event.by)
    return [Connection(row, state_of(row, at), told(events[row.uuid], names), has_old_secret(row, at)) for row in rows]
