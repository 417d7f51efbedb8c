"""The steps that observers go through, and what is asked of whoever judges. Rows that are only added."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.db import migrations, models

from competency.protecting import append_only

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [("competency", "0022_plan_notices")]
    operations = [
        migrations.CreateModel(
            name="Checklist",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("steps", models.JSONField()),
                ("valid_from", models.DateTimeField()),
                ("competency", models.ForeignKey("competency.competency", PROTECT, related_name="+")),
                ("decided_by", models.ForeignKey("people.person", PROTECT, null=True, related_name="+")),
            ],
            options={"ordering": ["valid_from", "recorded_at", "pk"]},
        ),
        migrations.CreateModel(
            name="AssessorRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField()),
                ("role", models.CharField(max_length=40)),
                ("own_level", models.PositiveSmallIntegerField()),
                ("valid_from", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
                ("competency", models.ForeignKey("competency.competency", PROTECT, null=True, related_name="+")),
                ("decided_by", models.ForeignKey("people.person", PROTECT, null=True, related_name="+")),
            ],
            options={
                "ordering": ["valid_from", "recorded_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("own_level__lte", 4)), name="assessor_own_level_on_scale"
                    )
                ],
            },
        ),
        append_only("competency_checklist", "competency_assessorrule"),
    ]
