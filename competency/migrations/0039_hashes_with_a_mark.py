"""Room for the mark before a hash of what was shown.

SQLite does not measure text, and would drop the triggers of a table that it rebuilds: there is nothing to do there.
"""

from typing import Any

from django.db import migrations, models

TABLES = {"delegationevent": "competency_delegationevent", "planevent": "competency_planevent"}


def widen(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES.values():
            schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN shown_hash TYPE varchar(80)")


class Migration(migrations.Migration):
    dependencies = [("competency", "0031_assignments")]
    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunPython(widen, migrations.RunPython.noop)],
            [
                migrations.AlterField(model, "shown_hash", models.CharField(blank=True, max_length=80))
                for model in TABLES
            ],
        )
    ]
