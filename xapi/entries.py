"""What goes into `record` and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from people.api import Conflict, DomainError, Organisation

from .statement import Statement, StatementError

Json = dict[str, Any]

PLATFORM: Final = None
"""The source of what the platform itself writes."""


PLATFORM_AUTHORITY: Final = "platform"
"""The account name that stands as authority on the platform's own statements, and their `authority_key`."""


class InvalidStatements(DomainError):
    """Some statements break the specification; `errors` says which, where and why. Nothing was stored."""

    code = "invalid_statements"

    def __init__(self, errors: list[StatementError]) -> None:
        self.errors = errors
        super().__init__(_("The statements do not follow the specification; nothing was stored."))

    def __str__(self) -> str:
        return f"{self.message} {'; '.join(map(str, self.errors[:20]))}"


class StatementConflict(Conflict):
    """Another statement is already stored under this id. Nothing was stored."""

    code = "statement_conflict"
    default_message = _("Another statement is already stored under this id; nothing was stored.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement to record, with the employer it was earned under and the store's clock.

    `not_before` is the earliest time that is believed of it: when our own player issued the attempt. `version` is
    that of the specification whose rules it is judged by.
    """

    body: Json
    organisation: Organisation | None
    at: datetime
    not_before: datetime | None = None
    version: str = "2.0.0"


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
    """What receivers are told of one new statement. `actor_key` and `authority_key` as in `StoredStatement`.

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
    authority_key: str
    happened_at: datetime
    stored: datetime
    voids: VoidedRow | None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A valid statement on its way in, with the id and version that it will have."""

    id: UUID
    statement: Statement
    entry: Entry
    version: str

    @property
    def organisation_id(self) -> int | None:
        return self.entry.organisation.pk if self.entry.organisation else None
