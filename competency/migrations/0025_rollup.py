import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def mark_everybody(apps, _schema_editor):
    """Nobody has been counted yet: whoever was ever employed waits for the worker."""
    people = apps.get_model("people", "Employment").objects.order_by("person").values_list("person", flat=True)
    mark = apps.get_model("competency", "DirtyMark")
    at = timezone.now()
    mark.objects.bulk_create((mark(person_id=pk, made_at=at) for pk in people.distinct()), batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('competency', '0030_inspection'),
        ('people', '0003_title_rights'),
    ]

    operations = [
        migrations.CreateModel(
            name='RollUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('people', models.SmallIntegerField(default=0)),
                ('met', models.SmallIntegerField(default=0)),
                ('on_the_way', models.SmallIntegerField(default=0)),
                ('missing', models.SmallIntegerField(default=0)),
                ('lapsing', models.SmallIntegerField(default=0)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'day', 'people', 'met', 'on_the_way', 'missing', 'lapsing'], name='roll_up_by_unit')],
                'constraints': [models.UniqueConstraint(fields=('person', 'unit', 'day'), name='roll_up_one_per_person_unit_day')],
            },
        ),
        migrations.RunPython(mark_everybody, migrations.RunPython.noop),
    ]
