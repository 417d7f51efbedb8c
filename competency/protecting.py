"""For migrations: tables whose rows the database itself refuses to change or remove, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.db.migrations import RunPython


def append_only(*tables: str, verbs: Sequence[str] = ("update", "delete")) -> RunPython:
    """Return the operation that gives `tables` the same triggers as the law book has (migration 0002)."""
    law = import_module("competency.migrations.0002_append_only")
    each = [(table, verb) for table in tables for verb in verbs]

    def protect(apps: Any, schema_editor: Any) -> None:
        statement = law.POSTGRESQL if schema_editor.connection.vendor == "postgresql" else law.SQLITE
        for table, verb in each:
            schema_editor.execute(statement.format(table=table, verb=verb))

    def unprotect(apps: Any, schema_editor: Any) -> None:
        on = " ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        for table, verb in each:
            schema_editor.execute(f"DROP TRIGGER {table}_refuses_{verb}" + on.format(table=table))

    return RunPython(protect, unprotect)
