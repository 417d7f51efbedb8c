"""What other organisations have found may count, and a rule says who published it."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from competency.protecting import append_only

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [("competency", "0006_delegations_append_only"), ("people", "0003_title_rights")]
    operations = [
        migrations.AddField(
            "evidencerule", "decided_by", models.ForeignKey("people.person", PROTECT, null=True, related_name="+")
        ),
        migrations.CreateModel(
            name="AcceptedEquivalent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField()),
                ("level", models.PositiveSmallIntegerField()),
                ("freshness_months", models.PositiveSmallIntegerField(null=True)),
                ("valid_from", models.DateTimeField()),
                ("withdrawn", models.BooleanField(default=False)),
                ("reason", models.TextField(blank=True)),
                ("competency", models.ForeignKey("competency.competency", PROTECT, null=True, related_name="+")),
                ("decided_by", models.ForeignKey("people.person", PROTECT, null=True, related_name="+")),
                ("giver", models.ForeignKey("people.organisation", PROTECT, related_name="+")),
                ("node", models.ForeignKey("people.organisation", PROTECT, related_name="+")),
            ],
            options={
                "ordering": ["valid_from", "recorded_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__gte", 1), ("level__lte", 4)), name="equivalent_level_on_scale"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("freshness_months__isnull", True), ("freshness_months__gte", 1), _connector="OR"
                        ),
                        name="equivalent_freshness_is_positive",
                    ),
                ],
            },
        ),
        append_only("competency_acceptedequivalent"),
    ]
