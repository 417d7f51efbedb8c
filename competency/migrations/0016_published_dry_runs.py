"""How many people a published change concerns, so that its page can say how many are left to compute anew."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("competency", "0020_plans")]
    operations = [migrations.AddField("dryrun", "marked", models.PositiveIntegerField(default=0))]
