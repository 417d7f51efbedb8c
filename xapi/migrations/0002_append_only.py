"""The database itself refuses to change or remove what is recorded.

One door: a redactable part may become a tombstone under a permit. A permit's `use` row is written by the trigger on
the part, and the foreign key from the permit to it is checked at commit, so an unused permit cannot be committed:
permit and disposal are one transaction.
"""

from django.db import migrations

APPEND_ONLY = [
    "xapi_statement",
    "xapi_statementagent",
    "xapi_statementactivity",
    "xapi_voiding",
    "xapi_disposalpermit",
    "xapi_disposaluse",
]
PART = "xapi_redactablepart"

# SQLite's INSERT OR REPLACE removes the old row without asking its DELETE trigger, so the second insert is refused.
UNIQUE_BY = {
    "xapi_statement": "id = NEW.id OR statement_id = NEW.statement_id",
    "xapi_voiding": "statement_id = NEW.statement_id",
    "xapi_redactablepart": "statement_id = NEW.statement_id",
    "xapi_disposalpermit": "id = NEW.id OR use_id = NEW.use_id",
}

# A part may change in one way: to a tombstone, once, still belonging to its statement, under an unused permit.
UNLAWFUL = """
    NEW.statement_id <> OLD.statement_id OR OLD.tombstone OR NOT NEW.tombstone OR NOT EXISTS (
        SELECT 1 FROM xapi_disposalpermit p
        WHERE p.part_id = OLD.statement_id AND NOT EXISTS (SELECT 1 FROM xapi_disposaluse u WHERE u.number = p.use_id)
    )
"""
USE_PERMIT = """
    INSERT INTO xapi_disposaluse (number)
    SELECT p.use_id FROM xapi_disposalpermit p
    WHERE p.part_id = OLD.statement_id AND NOT EXISTS (SELECT 1 FROM xapi_disposaluse u WHERE u.number = p.use_id)
"""


def sqlite() -> list[str]:
    refuse = "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    statements = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {refuse.format(table=table)}"
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ]
    statements += [
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse.format(table=table)}"
        for table, same in UNIQUE_BY.items()
    ]
    return [
        *statements,
        f"CREATE TRIGGER {PART}_no_delete BEFORE DELETE ON {PART} {refuse.format(table=PART)}",
        f"CREATE TRIGGER {PART}_door BEFORE UPDATE ON {PART} WHEN {UNLAWFUL} {refuse.format(table=PART)}",
        f"CREATE TRIGGER {PART}_used AFTER UPDATE ON {PART} BEGIN {USE_PERMIT}; END",
    ]


def postgresql() -> list[str]:
    refuse = "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END"
    door = f"BEGIN IF {UNLAWFUL} THEN {refuse[6:-4]} END IF; RETURN NEW; END"
    statements = [
        f"CREATE FUNCTION xapi_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$",
        f"CREATE FUNCTION xapi_door() RETURNS trigger LANGUAGE plpgsql AS $$ {door} $$",
        f"CREATE FUNCTION xapi_use_permit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {USE_PERMIT}; RETURN NULL; END $$",
        f"CREATE TRIGGER {PART}_no_delete BEFORE DELETE ON {PART} FOR EACH ROW EXECUTE FUNCTION xapi_refuse()",
        f"CREATE TRIGGER {PART}_no_truncate BEFORE TRUNCATE ON {PART} EXECUTE FUNCTION xapi_refuse()",
        f"CREATE TRIGGER {PART}_door BEFORE UPDATE ON {PART} FOR EACH ROW EXECUTE FUNCTION xapi_door()",
        f"CREATE TRIGGER {PART}_used AFTER UPDATE ON {PART} FOR EACH ROW EXECUTE FUNCTION xapi_use_permit()",
    ]
    for table in APPEND_ONLY:
        statements += [
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION xapi_refuse()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION xapi_refuse()",
        ]
    return statements


def add_triggers(apps, schema_editor):
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]():
        schema_editor.execute(statement, None)


def remove_triggers(apps, schema_editor):
    """Removing the migration removes the guard: the tables go in the step before."""
    if schema_editor.connection.vendor == "postgresql":
        for function in ("xapi_refuse", "xapi_door", "xapi_use_permit"):
            schema_editor.execute(f"DROP FUNCTION {function}() CASCADE")
        return
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}")
    for table in UNIQUE_BY:
        schema_editor.execute(f"DROP TRIGGER {table}_no_replace")
    for name in ("no_delete", "door", "used"):
        schema_editor.execute(f"DROP TRIGGER {PART}_{name}")


class Migration(migrations.Migration):
    dependencies = [("xapi", "0001_initial")]

    operations = [migrations.RunPython(add_triggers, remove_triggers)]
