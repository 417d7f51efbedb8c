
import django.db.models.deletion
import uuid
from importlib import import_module
from typing import Any

from django.db import migrations, models


TABLES = ("competency_assignment", "competency_assignmentwithdrawal")
# The same refusals as for the law; on PostgreSQL their function is there already.
law = import_module("competency.migrations.0002_append_only")


def protect(apps: Any, schema_editor: Any) -> None:
    """What was assigned is never changed. A migration that rebuilds a table on SQLite must do this again."""
    statement = law.POSTGRESQL if schema_editor.connection.vendor == "postgresql" else law.SQLITE
    for table in TABLES:
        for verb in ("update", "delete"):
            schema_editor.execute(statement.format(table=table, verb=verb))


def unprotect(apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_refuses_{verb}" + on)


class Migration(migrations.Migration):

    dependencies = [
        ('competency', '0017_observing'),
        ('people', '0003_title_rights'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField()),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('key', models.UUIDField()),
                ('level', models.PositiveSmallIntegerField()),
                ('by_day', models.DateField()),
                ('reason', models.TextField()),
                ('assigned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('competency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competency.competency')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='people.person')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
            options={
                'ordering': ['by_day', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AssignmentWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField()),
                ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='competency.assignment')),
                ('withdrawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(fields=('key', 'person'), name='an_assignment_is_given_once'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 4)), name='assignment_level_on_scale'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='an_assignment_has_a_reason'),
        ),
        migrations.RunPython(protect, unprotect),
    ]
