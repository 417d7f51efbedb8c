"""The database itself refuses to change or remove a decision to delegate and what happened to it.

A later migration that makes SQLite rebuild one of these tables drops its triggers: run `protect` again after it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import migrations

TABLES = ("competency_delegation", "competency_delegationevent", "competency_delegationpolicy")
# The same refusals as for the law; on PostgreSQL their function is there already.
law = import_module("competency.migrations.0002_append_only")


def protect(apps: Any, schema_editor: Any) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table, verb in _each():
        statement = law.POSTGRESQL if postgresql else law.SQLITE
        schema_editor.execute(statement.format(table=table, verb=verb))


def unprotect(apps: Any, schema_editor: Any) -> None:
    on = " ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
    for table, verb in _each():
        schema_editor.execute(f"DROP TRIGGER {table}_refuses_{verb}" + on.format(table=table))


def _each() -> list[tuple[str, str]]:
    return [(table, verb) for table in TABLES for verb in ("update", "delete")]


class Migration(migrations.Migration):
    dependencies = [("competency", "0005_delegations")]
    operations = [migrations.RunPython(protect, unprotect)]
