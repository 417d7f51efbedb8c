"""All that other rooms may import from the record store."""

from __future__ import annotations

from . import vocabulary
from .disposal import Decision, Disposal, dispose, erase_actor, hold, would_dispose, would_erase_actor
from .entries import (
    PLATFORM,
    PLATFORM_AUTHORITY,
    Entry,
    InvalidStatements,
    Recorded,
    StatementConflict,
    StatementRow,
    VoidedRow,
)
from .queries import StoredStatement, full_statement, statement, statements_about, statements_in
from .services import on_recorded, record, record_entries

__all__ = [
    "PLATFORM",
    "PLATFORM_AUTHORITY",
    "Decision",
    "Disposal",
    "Entry",
    "InvalidStatements",
    "Recorded",
    "StatementConflict",
    "StatementRow",
    "StoredStatement",
    "VoidedRow",
    "dispose",
    "erase_actor",
    "full_statement",
    "hold",
    "on_recorded",
    "record",
    "record_entries",
    "statement",
    "statements_about",
    "statements_in",
    "vocabulary",
    "would_dispose",
    "would_erase_actor",
]
