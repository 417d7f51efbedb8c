"""Writing to the store: `record`, the one way in for every statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from people.api import Conflict, DomainError, Organisation

from .models import Credential

PLATFORM: Final = None
"""The source of what the platform itself writes."""


class InvalidStatements(DomainError):
    """Some statements break the specification; `errors` says which, where and why. Nothing was stored."""

    code = "invalid_statements"
    default_message = _("The statements do not follow the specification; nothing was stored.")


class StatementConflict(Conflict):
    """Another statement is already stored under this id. Nothing was stored."""

    code = "statement_conflict"
    default_message = _("Another statement is already stored under this id; nothing was stored.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement to record, with the employer it was earned under and the store's clock.

    `not_before` is the earliest time that is believed of it: when our own player issued the attempt.
    """

    body: dict[str, Any]
    organisation: Organisation | None
    at: datetime
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    statement_id: UUID
    is_new: bool


@dataclass(frozen=True, slots=True)
class VoidedRow:
    """Whose statement was voided."""

    statement_id: UUID
    actor_key: str
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class StatementRow:
    """What receivers are told of one new statement. `actor_key` as in `StoredStatement`.

    `voids` is set when the statement voids another that is already stored: then it is the actor of *that* one whose
    competence may change (semantics 6).
    """

    pk: int
    statement_id: UUID
    actor_key: str
    verb: str
    activity: str | None
    registration: UUID | None
    organisation_id: int | None
    happened_at: datetime
    stored: datetime
    voids: VoidedRow | None


Receiver = Callable[[list[StatementRow]], None]


def on_recorded(receiver: Receiver) -> Receiver:
    """Call `receiver` with the new statements of every record(), inside its transaction."""
    raise NotImplementedError


def record(
    bodies: Iterable[dict[str, Any]],
    *,
    organisation: Organisation | None,
    source: Credential | None = PLATFORM,
    at: datetime,
    not_before: datetime | None = None,
) -> list[Recorded]:
    """Validate and append statements, all or none. Return every id, new or already known."""
    raise NotImplementedError


def record_entries(entries: Iterable[Entry], *, source: Credential | None = PLATFORM) -> list[Recorded]:
    """As `record`, for statements of several organisations or moments in one batch (imports, the demo's past)."""
    raise NotImplementedError
