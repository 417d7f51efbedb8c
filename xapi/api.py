"""All that other rooms may import from the record store."""

from __future__ import annotations

from . import vocabulary
from .asking import Asker, asker_of, endpoint, signed_in
from .bulk import Insert, insert, moment_value
from .credentials import create_credential
from .disposal import (
    Decision,
    Disposal,
    Hold,
    dispose,
    erase_actor,
    hold,
    holds_in_force,
    would_dispose,
    would_erase_actor,
)
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
from .forwarding import (
    ForwardState,
    UnusableTarget,
    add_forward,
    all_forwards,
    forwards_of,
    on_queued,
    pause_forward,
    refused_by,
    remove_forward,
    resend_forward,
    resume_forward,
)
from .models import Credential, Scope
from .partitions import PartitionReport, open_months, partition, partition_report
from .queries import (
    StoredStatement,
    each_statement_about,
    full_statement,
    full_statements,
    statement,
    statements_about,
    statements_in,
)
from .rules import administers_connections
from .sending import send_due
from .services import on_recorded, record, record_entries

__all__ = [
    "PLATFORM",
    "PLATFORM_AUTHORITY",
    "Asker",
    "Credential",
    "Decision",
    "Disposal",
    "Entry",
    "ForwardState",
    "Hold",
    "Insert",
    "InvalidStatements",
    "PartitionReport",
    "Recorded",
    "Scope",
    "StatementConflict",
    "StatementRow",
    "StoredStatement",
    "UnusableTarget",
    "VoidedRow",
    "add_forward",
    "administers_connections",
    "all_forwards",
    "asker_of",
    "create_credential",
    "dispose",
    "each_statement_about",
    "endpoint",
    "erase_actor",
    "forwards_of",
    "full_statement",
    "full_statements",
    "hold",
    "holds_in_force",
    "insert",
    "moment_value",
    "on_queued",
    "on_recorded",
    "open_months",
    "partition",
    "partition_report",
    "pause_forward",
    "record",
    "record_entries",
    "refused_by",
    "remove_forward",
    "resend_forward",
    "resume_forward",
    "send_due",
    "signed_in",
    "statement",
    "statements_about",
    "statements_in",
    "vocabulary",
    "would_dispose",
    "would_erase_actor",
]
