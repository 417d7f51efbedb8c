"""All that other rooms may import from the record store."""

from __future__ import annotations

from . import vocabulary
from .queries import StoredStatement, full_statement, statement, statements_about, statements_in
from .services import (
    PLATFORM,
    Entry,
    InvalidStatements,
    Recorded,
    StatementConflict,
    StatementRow,
    VoidedRow,
    on_recorded,
    record,
    record_entries,
)

__all__ = [
    "PLATFORM",
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
