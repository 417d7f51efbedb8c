from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('xapi', '0007_forwards'),
    ]

    operations = [
        migrations.AddField(
            model_name='forward',
            name='pause_cause',
            field=models.CharField(blank=True, choices=[('by_hand', 'Paused by somebody'), ('no_access', 'It does not let us in'), ('moved', 'It has moved'), ('refusals', 'It refused many statements in a row'), ('secret', 'Its secret cannot be read, because SECRET_KEY is another; add the forward again')], default='', max_length=16),
        ),
    ]
