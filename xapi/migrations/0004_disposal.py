"""Disposal of foreign identifiers under permits, legal holds, and the database's own refusal to go around either.

An agent row may change in one way: its identifier is replaced by its stand-in account, once, under an unused permit, and
when no document and no statement that is not disposed of needs it. No permit can be written against a hold in force.
"""

import django.db.models.deletion
import uuid
from django.db import migrations, models


AGENT = "xapi_agent"
APPEND_ONLY = ["xapi_identifierpermit", "xapi_legalhold"]

# SQLite's INSERT OR REPLACE removes the old row without asking its DELETE trigger, so the second insert is refused.
UNIQUE_BY = {
    AGENT: "id = NEW.id OR uuid = NEW.uuid OR key = NEW.key",
    "xapi_identifierpermit": "id = NEW.id OR use_id = NEW.use_id",
    "xapi_legalhold": "id = NEW.id",
}

UNUSED_PERMIT = """
    FROM xapi_identifierpermit p
    WHERE p.agent_id = OLD.id AND NOT EXISTS (SELECT 1 FROM xapi_disposaluse u WHERE u.number = p.use_id)
"""
UNLAWFUL = f"""
    NEW.id <> OLD.id OR NEW.uuid <> OLD.uuid OR NEW.is_group <> OLD.is_group OR NEW.key = OLD.key
    OR NEW.ifi_kind <> 'account' OR NEW.home_page NOT LIKE '%/pseudonyms' OR NEW.ifi_value <> {{number}}
    OR NOT EXISTS (SELECT 1 {UNUSED_PERMIT})
    OR EXISTS (SELECT 1 FROM xapi_document d WHERE d.agent_id = OLD.id)
    OR EXISTS (
        SELECT 1 FROM xapi_statementagent l JOIN xapi_redactablepart r ON r.statement_id = l.statement_id
        WHERE l.agent_id = OLD.id AND NOT r.tombstone
    )
"""
USE_PERMIT = f"INSERT INTO xapi_disposaluse (number) SELECT p.use_id {UNUSED_PERMIT}"

# The newest hold of each organisation and agent counts, if it lasts.
HOLD_IN_FORCE = """
    h.until > NEW.made_at AND NOT EXISTS (
        SELECT 1 FROM xapi_legalhold n
        WHERE n.id > h.id AND COALESCE(n.organisation_id, 0) = COALESCE(h.organisation_id, 0)
        AND COALESCE(n.agent_id, 0) = COALESCE(h.agent_id, 0)
    )
"""
HELD = {
    "xapi_disposalpermit": f"""
        EXISTS (
            SELECT 1 FROM xapi_legalhold h JOIN xapi_statement s ON s.id = NEW.part_id
            WHERE {HOLD_IN_FORCE} AND (h.organisation_id IS NULL OR h.organisation_id = s.organisation_id)
            AND (h.agent_id IS NULL OR EXISTS (
                SELECT 1 FROM xapi_statementagent l WHERE l.statement_id = s.id AND l.agent_id = h.agent_id
            ))
        )
    """,
    "xapi_identifierpermit": f"""
        EXISTS (
            SELECT 1 FROM xapi_legalhold h
            WHERE {HOLD_IN_FORCE} AND (h.agent_id IS NULL OR h.agent_id = NEW.agent_id)
            AND (h.organisation_id IS NULL OR EXISTS (
                SELECT 1 FROM xapi_statementagent l JOIN xapi_statement s ON s.id = l.statement_id
                WHERE l.agent_id = NEW.agent_id AND s.organisation_id = h.organisation_id
            ))
        )
    """,
}


def sqlite() -> list[str]:
    refuse = "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    unlawful = UNLAWFUL.format(number="OLD.uuid")
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
    statements += [
        f"CREATE TRIGGER {table}_hold BEFORE INSERT ON {table} WHEN {held}"
        " BEGIN SELECT RAISE(ABORT, 'a legal hold is in force'); END"
        for table, held in HELD.items()
    ]
    return [
        *statements,
        f"CREATE TRIGGER {AGENT}_no_delete BEFORE DELETE ON {AGENT} {refuse.format(table=AGENT)}",
        f"CREATE TRIGGER {AGENT}_door BEFORE UPDATE ON {AGENT} WHEN {unlawful} {refuse.format(table=AGENT)}",
        f"CREATE TRIGGER {AGENT}_used AFTER UPDATE ON {AGENT} BEGIN {USE_PERMIT}; END",
    ]


def postgresql() -> list[str]:
    refuse = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
    on_hold = "RAISE EXCEPTION 'a legal hold is in force' USING ERRCODE = 'restrict_violation';"
    unlawful = UNLAWFUL.format(number="replace(OLD.uuid::text, '-', '')")
    bodies = {
        "xapi_agent_door": f"BEGIN IF {unlawful} THEN {refuse} END IF; RETURN NEW; END",
        "xapi_use_identifier_permit": f"BEGIN {USE_PERMIT}; RETURN NULL; END",
        **{f"{table}_on_hold": f"BEGIN IF {held} THEN {on_hold} END IF; RETURN NEW; END" for table, held in HELD.items()},
    }
    statements = [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$" for name, body in bodies.items()
    ]
    statements += [
        f"CREATE TRIGGER {table}_hold BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_on_hold()"
        for table in HELD
    ]
    for table in APPEND_ONLY:
        statements += [
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION xapi_refuse()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION xapi_refuse()",
        ]
    return [
        *statements,
        f"CREATE TRIGGER {AGENT}_no_delete BEFORE DELETE ON {AGENT} FOR EACH ROW EXECUTE FUNCTION xapi_refuse()",
        f"CREATE TRIGGER {AGENT}_no_truncate BEFORE TRUNCATE ON {AGENT} EXECUTE FUNCTION xapi_refuse()",
        f"CREATE TRIGGER {AGENT}_door BEFORE UPDATE ON {AGENT} FOR EACH ROW EXECUTE FUNCTION xapi_agent_door()",
        f"CREATE TRIGGER {AGENT}_used AFTER UPDATE ON {AGENT} FOR EACH ROW EXECUTE FUNCTION xapi_use_identifier_permit()",
    ]


def add_triggers(apps, schema_editor):
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]():
        schema_editor.execute(statement, None)


def remove_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for function in ("xapi_agent_door", "xapi_use_identifier_permit", *(f"{table}_on_hold" for table in HELD)):
            schema_editor.execute(f"DROP FUNCTION {function}() CASCADE")
        schema_editor.execute(f"DROP TRIGGER {AGENT}_no_delete ON {AGENT}")
        schema_editor.execute(f"DROP TRIGGER {AGENT}_no_truncate ON {AGENT}")
        return
    for name in ("no_delete", "door", "used", "no_replace"):
        schema_editor.execute(f"DROP TRIGGER {AGENT}_{name}")
    schema_editor.execute("DROP TRIGGER xapi_disposalpermit_hold")


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_append_only'),
        ('xapi', '0003_documents'),
    ]

    operations = [
        migrations.CreateModel(
            name='IdentifierPermit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(max_length=500)),
                ('decided_by', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='permits', to='xapi.agent')),
                ('use', models.OneToOneField(default=uuid.uuid4, on_delete=django.db.models.deletion.PROTECT, related_name='identifier_permit', to='xapi.disposaluse')),
            ],
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
                ('ground', models.CharField(max_length=500)),
                ('decided_by', models.CharField(max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('agent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='xapi.agent')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('organisation__isnull', False), ('agent__isnull', False), _connector='OR'), name='legal_hold_holds_something')],
            },
        ),
        migrations.RunPython(add_triggers, remove_triggers),
    ]
