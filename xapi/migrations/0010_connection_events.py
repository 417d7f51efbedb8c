"""A credential may have a secret from before while a new one is brought in, and what people do with connections is kept."""

import django.db.models.deletion
from django.db import migrations, models

TABLE = "xapi_connectionevent"
REFUSE = f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
TRIGGERS = {
    "sqlite": [
        f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} {REFUSE}",
        f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} {REFUSE}",
        f"CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE}"
        f" WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) {REFUSE}",
    ],
    "postgresql": [
        f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION xapi_refuse()",
        f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} EXECUTE FUNCTION xapi_refuse()",
    ],
}


def add_triggers(apps, schema_editor):
    for statement in TRIGGERS[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_append_only"),
        ("xapi", "0009_pseudonyms"),
    ]

    operations = [
        migrations.AddField(
            model_name="credential",
            name="old_secret_hash",
            field=models.CharField(blank=True, default="", max_length=128),
        ),
        migrations.AddField(
            model_name="credential",
            name="old_secret_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="credential",
            name="old_secret_used_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="ConnectionEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("connection", models.UUIDField(db_index=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("made", "Made"),
                            ("secret_changed", "Given a new secret"),
                            ("old_secret_ended", "The old secret was ended"),
                            ("revoked", "Ended"),
                            ("paused", "Paused"),
                            ("resumed", "Resumed"),
                            ("resent", "Sent again"),
                            ("removed", "Removed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("by", models.UUIDField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
        ),
        # Backwards, the table goes and its triggers with it.
        migrations.RunPython(add_triggers, migrations.RunPython.noop),
    ]
