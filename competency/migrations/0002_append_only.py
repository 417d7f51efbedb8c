"""The database itself refuses to change or remove what competence was judged by, on SQLite and on PostgreSQL.

A later migration that makes SQLite rebuild one of these tables drops its triggers: run `protect` again after it.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

TABLES = (
    "competency_acceptedsource",
    "competency_claim",
    "competency_competencyrisk",
    "competency_evidencerule",
    "competency_policy",
    "competency_profilerequirement",
    "competency_review",
)

SQLITE = """
CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

POSTGRESQL_FUNCTION = """
CREATE FUNCTION competency_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""

POSTGRESQL = """
CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
FOR EACH ROW EXECUTE FUNCTION competency_refuse_change()
"""


def protect(apps: Any, schema_editor: Any) -> None:
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)  # its % is PL/pgSQL's
    for table, verb in _each():
        statement = POSTGRESQL if vendor == "postgresql" else SQLITE
        schema_editor.execute(statement.format(table=table, verb=verb))


def unprotect(apps: Any, schema_editor: Any) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table, verb in _each():
        schema_editor.execute(f"DROP TRIGGER {table}_refuses_{verb}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        schema_editor.execute("DROP FUNCTION competency_refuse_change()")


def _each() -> list[tuple[str, str]]:
    return [(table, verb) for table in TABLES for verb in ("update", "delete")]


class Migration(migrations.Migration):
    dependencies = [("competency", "0001_initial")]
    operations = [migrations.RunPython(protect, unprotect)]
