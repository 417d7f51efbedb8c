import django.db.models.deletion
import uuid
from importlib import import_module
from typing import Any

from django.db import migrations, models


law = import_module("competency.migrations.0002_append_only")
TABLE = "competency_assignment"


def protect(apps: Any, schema_editor: Any) -> None:
    """SQLite has rebuilt the table, and its triggers are gone with the old one."""
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_refuses_{verb}")
            schema_editor.execute(law.SQLITE.format(table=TABLE, verb=verb))


class Migration(migrations.Migration):

    dependencies = [
        ('competency', '0039_hashes_with_a_mark'),
        ('people', '0003_title_rights'),
    ]

    operations = [
        # Backwards, this is the last to run: then too the table has been rebuilt.
        migrations.RunPython(migrations.RunPython.noop, protect),
        migrations.RemoveConstraint(
            model_name='assignment',
            name='assignment_level_on_scale',
        ),
        migrations.AddField(
            model_name='assignment',
            name='major',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='assignment',
            name='offer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competency.offer'),
        ),
        migrations.AlterField(
            model_name='assignment',
            name='competency',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competency.competency'),
        ),
        migrations.AlterField(
            model_name='assignment',
            name='level',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('competency__isnull', False), ('level__gte', 1), ('level__lte', 4), ('major', 0), ('offer__isnull', True)), models.Q(('competency__isnull', True), ('level', 0), ('major__gte', 1), ('offer__isnull', False)), _connector='OR'), name='an_assignment_is_a_level_or_a_course'),
        ),
        migrations.CreateModel(
            name='AssignmentNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('key', models.CharField(max_length=60)),
                ('made_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='competency.assignment')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('read_at__isnull', True)), fields=['recipient'], name='assignment_notice_unread')],
                'constraints': [models.UniqueConstraint(fields=('recipient', 'assignment', 'key'), name='an_assignment_notice_is_given_once')],
            },
        ),
        migrations.RunPython(protect, migrations.RunPython.noop),
    ]
