"""The versions of a framework and what took over from what: rows that are only added. A competency is never deleted.

A later migration that makes SQLite rebuild one of these tables drops its triggers: run `protect` again after it.
"""

import django.db.models.deletion
from django.db import migrations, models

from competency.protecting import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('competency', '0015_equivalents'),
    ]

    operations = [
        migrations.CreateModel(
            name='FrameworkVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField()),
                ('number', models.PositiveIntegerField()),
                ('label', models.CharField(max_length=40)),
                ('content', models.JSONField()),
                ('framework', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='competency.framework')),
            ],
            options={
                'ordering': ['framework', 'number'],
                'constraints': [models.UniqueConstraint(fields=('framework', 'number'), name='framework_version_is_one')],
            },
        ),
        migrations.CreateModel(
            name='Succession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField()),
                ('levels', models.JSONField()),
                ('valid_from', models.DateTimeField()),
                ('withdrawn', models.BooleanField(default=False)),
                ('reason', models.TextField()),
                ('new', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='competency.competency')),
                ('old', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='competency.competency')),
            ],
            options={
                'ordering': ['valid_from', 'recorded_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('old', models.F('new')), _negated=True), name='succession_is_of_another'), models.CheckConstraint(condition=models.Q(('valid_from__gte', models.F('recorded_at'))), name='succession_not_before_published')],
            },
        ),
        append_only("competency_frameworkversion", "competency_succession"),
        # Statements refer to it, and no foreign key could say so.
        append_only("competency_competency", verbs=["delete"]),
    ]
