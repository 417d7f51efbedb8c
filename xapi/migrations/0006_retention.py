"""Rules of retention and the record of how they were applied: rows that the database lets nobody change."""

import django.db.models.deletion
from django.db import migrations, models


TABLES = ["xapi_retentionrule", "xapi_retentionrun", "xapi_retentionbatch"]


def sqlite() -> list[str]:
    refuse = "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f"CREATE TRIGGER {table}_{name} BEFORE {event} {refuse.format(table=table)}"
        for table in TABLES
        for name, event in (
            ("no_update", f"UPDATE ON {table}"),
            ("no_delete", f"DELETE ON {table}"),
            ("no_replace", f"INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"),
        )
    ]


def postgresql() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} {each} EXECUTE FUNCTION xapi_refuse()"
        for table in TABLES
        for name, event, each in (
            ("no_change", "UPDATE OR DELETE", "FOR EACH ROW"),
            ("no_truncate", "TRUNCATE", "FOR EACH STATEMENT"),
        )
    ]


def add_triggers(apps, schema_editor):
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]():
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_append_only'),
        ('xapi', '0005_attachments_and_targets'),
    ]

    operations = [
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('answers', 'Answers'), ('assessments', 'Assessments'), ('everything', 'Everything')], max_length=16)),
                ('months', models.PositiveSmallIntegerField(null=True)),
                ('valid_from', models.DateField()),
                ('ground', models.CharField(max_length=500)),
                ('decided_by', models.CharField(max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.DateTimeField()),
                ('ground', models.CharField(max_length=500)),
                ('decided_by', models.CharField(max_length=200)),
                ('started_at', models.DateTimeField()),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='xapi.retentionrule')),
            ],
        ),
        migrations.CreateModel(
            name='RetentionBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('up_to', models.BigIntegerField()),
                ('statements', models.PositiveIntegerField()),
                ('identifiers', models.PositiveIntegerField()),
                ('is_last', models.BooleanField()),
                ('made_at', models.DateTimeField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='xapi.retentionrun')),
            ],
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('months', None), ('months__gt', 0), _connector='OR'), name='retention_months'),
        ),
        # Backwards, the tables go and their triggers with them.
        migrations.RunPython(add_triggers, migrations.RunPython.noop),
    ]
