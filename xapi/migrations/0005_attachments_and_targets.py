"""The data of attachments, which may go when nothing undisposed leads to it, and the ways of StatementRefs."""

import django.db.models.deletion
from django.db import migrations, models

# Each table with the rows that the database lets go; all refuse to be changed.
MAY_GO = {
    "xapi_statementtarget": "1 = 0",
    "xapi_statementattachment": (
        "EXISTS (SELECT 1 FROM xapi_redactablepart p WHERE p.statement_id = OLD.statement_id AND p.tombstone)"
    ),
    "xapi_attachmentpiece": "NOT EXISTS (SELECT 1 FROM xapi_statementattachment a WHERE a.data_id = OLD.data_id)",
    "xapi_attachmentdata": "NOT EXISTS (SELECT 1 FROM xapi_statementattachment a WHERE a.data_id = OLD.id)",
}

# SQLite's INSERT OR REPLACE removes the old row without asking its DELETE trigger, so the second insert is refused.
UNIQUE_BY = {
    "xapi_statementattachment": "statement_id = NEW.statement_id AND sha2 = NEW.sha2",
    "xapi_attachmentpiece": "data_id = NEW.data_id AND number = NEW.number",
    "xapi_attachmentdata": 'id = NEW.id OR "key" = NEW."key"',
}


def sqlite() -> list[str]:
    refuse = "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    statements = []
    for table, may_go in MAY_GO.items():
        say = refuse.format(table=table)
        statements += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {say}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT ({may_go}) {say}",
        ]
    for table, same in UNIQUE_BY.items():
        say = refuse.format(table=table)
        statements.append(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {say}"
        )
    return statements


def postgresql() -> list[str]:
    statements = []
    for table, may_go in MAY_GO.items():
        refuse = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'"
        statements += [
            f"CREATE FUNCTION {table}_door() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF NOT ({may_go}) THEN {refuse}; END IF; RETURN OLD; END $$",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION xapi_refuse()",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_door()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION xapi_refuse()",
        ]
    return statements


def add_triggers(apps, schema_editor):
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]():
        schema_editor.execute(statement, None)


def remove_triggers(apps, schema_editor):
    """Removing the migration removes the guard: the tables go in the step before."""
    for table in MAY_GO:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {table}_no_update ON {table}")
            schema_editor.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
            schema_editor.execute(f"DROP FUNCTION {table}_door() CASCADE")
            continue
        schema_editor.execute(f"DROP TRIGGER {table}_no_update")
        schema_editor.execute(f"DROP TRIGGER {table}_no_delete")
        if table in UNIQUE_BY:
            schema_editor.execute(f"DROP TRIGGER {table}_no_replace")


class Migration(migrations.Migration):

    dependencies = [
        ('xapi', '0004_disposal'),
    ]

    operations = [
        migrations.CreateModel(
            name='AttachmentData',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.BinaryField(max_length=32, unique=True)),
                ('length', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='AttachmentPiece',
            fields=[
                ('pk', models.CompositePrimaryKey('data_id', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('content', models.BinaryField()),
                ('data', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='xapi.attachmentdata')),
            ],
        ),
        migrations.CreateModel(
            name='StatementAttachment',
            fields=[
                ('pk', models.CompositePrimaryKey('statement_id', 'sha2', blank=True, editable=False, primary_key=True, serialize=False)),
                ('sha2', models.CharField(max_length=128)),
                ('data', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statement_links', to='xapi.attachmentdata')),
                ('statement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attachment_links', to='xapi.statement')),
            ],
        ),
        migrations.CreateModel(
            name='StatementTarget',
            fields=[
                ('pk', models.CompositePrimaryKey('statement_id', 'target_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('statement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='target_links', to='xapi.statement')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrer_links', to='xapi.statement')),
            ],
        ),
        migrations.RunPython(add_triggers, remove_triggers),
    ]
