"""All that other rooms may import from the record store."""

from __future__ import annotations

from . import vocabulary
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
    "Entry",
    "InvalidStatements",
    "Recorded",
    "StatementConflict",
    "StatementRow",
    "StoredStatement",
    "VoidedRow",
    "full_statement",
    "on_recorded",
    "record",
    "record_entries",
    "statement",
    "statements_about",
    "statements_in",
    "vocabulary",
]
