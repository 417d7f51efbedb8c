"""Credentials whose statements are pseudonymised at the door keep the mark of the key that this is done with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("xapi", "0008_pause_causes"),
    ]

    operations = [
        migrations.AddField(
            model_name="credential",
            name="pseudonym_mark",
            field=models.BinaryField(editable=False, max_length=32, null=True),
        ),
    ]
