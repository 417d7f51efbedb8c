"""The draft of the competency framework, and its review."""

import courses.framework
import django.db.models.deletion
import wagtail.fields
import wagtail.models.preview
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0003_two_answers_to_begin_with'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FrameworkReviewTask',
            fields=[
                ('task_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.task')),
            ],
            options={
                'verbose_name': 'review of the framework',
                'verbose_name_plural': 'reviews of the framework',
            },
            bases=('wagtailcore.task',),
        ),
        migrations.CreateModel(
            name='FrameworkDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('locked', models.BooleanField(default=False, editable=False, verbose_name='locked')),
                ('locked_at', models.DateTimeField(editable=False, null=True, verbose_name='locked at')),
                ('label', models.CharField(help_text='What this version will be called: a day, for example.', max_length=40, verbose_name='version')),
                ('based_on', models.PositiveIntegerField(editable=False)),
                ('level_scale', wagtail.fields.StreamField([('level', 4)], blank=True, block_lookup={0: ('wagtail.blocks.IntegerBlock', (), {'label': 'Level', 'max_value': 4, 'min_value': 0}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Name', 'max_length': 80}), 2: ('wagtail.blocks.CharBlock', (), {'label': 'Name in English', 'max_length': 80, 'required': False}), 3: ('wagtail.blocks.TextBlock', (), {'label': 'Descriptor', 'required': False, 'rows': 3}), 4: ('wagtail.blocks.StructBlock', [[('level', 0), ('name_sv', 1), ('name_en', 2), ('descriptor_sv', 3)]], {})}, verbose_name='levels')),
                ('areas', wagtail.fields.StreamField([('area', 4)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Code', 'max_length': 20}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 200}), 2: ('wagtail.blocks.CharBlock', (), {'label': 'Title in English', 'max_length': 200, 'required': False}), 3: ('wagtail.blocks.TextBlock', (), {'label': 'Description', 'required': False, 'rows': 2}), 4: ('wagtail.blocks.StructBlock', [[('code', 0), ('title_sv', 1), ('title_en', 2), ('description_sv', 3)]], {})}, verbose_name='areas')),
                ('competencies', wagtail.fields.StreamField([('competency', 11)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'help_text': 'Never used for anything else again: HYG-10, for example.', 'label': 'Code', 'max_length': 20}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': 'The code of the area.', 'label': 'Area', 'max_length': 20}), 2: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 200}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Title in English', 'max_length': 200, 'required': False}), 4: ('wagtail.blocks.TextBlock', (), {'label': 'Description', 'required': False, 'rows': 3}), 5: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('knowledge', 'Knowledge'), ('skill', 'Skill'), ('practical', 'Practical task')], 'label': 'Kind'}), 6: ('wagtail.blocks.IntegerBlock', (), {'help_text': 'How much harm a gap may do: 1 to 3.', 'label': 'Risk', 'max_value': 10, 'min_value': 1}), 7: ('wagtail.blocks.IntegerBlock', (), {'help_text': 'Empty: it does not end.', 'label': 'Valid for months', 'max_value': 1200, 'min_value': 1, 'required': False}), 8: ('wagtail.blocks.BooleanBlock', (), {'label': 'May need a delegation', 'required': False}), 9: ('wagtail.blocks.TextBlock', (), {'label': 'Note on delegation', 'required': False, 'rows': 2}), 10: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.framework.competency_choices, 'help_text': 'For a new competency: shown by what shows this one. Empty: as the one it takes over from.', 'label': 'Rules to begin with', 'required': False}), 11: ('wagtail.blocks.StructBlock', [[('code', 0), ('area', 1), ('title_sv', 2), ('title_en', 3), ('description_sv', 4), ('kind', 5), ('risk', 6), ('validity_months', 7), ('may_require_delegation', 8), ('delegation_note_sv', 9), ('rules_like', 10)]], {})}, help_text='Take one away to retire it. What people have shown of it stays, and counts on where another takes over.', verbose_name='competencies')),
                ('successions', wagtail.fields.StreamField([('succession', 8)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'help_text': 'The code of what is retired.', 'label': 'Earlier competency', 'max_length': 20}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': 'The code of what counts from now on.', 'label': 'Competency that takes over', 'max_length': 20}), 2: ('wagtail.blocks.IntegerBlock', (), {'label': 'Level 1 counts as', 'max_value': 4, 'min_value': 1, 'required': False}), 3: ('wagtail.blocks.IntegerBlock', (), {'label': 'Level 2 counts as', 'max_value': 4, 'min_value': 1, 'required': False}), 4: ('wagtail.blocks.IntegerBlock', (), {'label': 'Level 3 counts as', 'max_value': 4, 'min_value': 1, 'required': False}), 5: ('wagtail.blocks.IntegerBlock', (), {'label': 'Level 4 counts as', 'max_value': 4, 'min_value': 1, 'required': False}), 6: ('wagtail.blocks.DateBlock', (), {'help_text': 'Empty: when this version is published.', 'label': 'From', 'required': False}), 7: ('wagtail.blocks.TextBlock', (), {'help_text': 'Everybody whose level is carried over can read it.', 'label': 'Reason', 'rows': 2}), 8: ('wagtail.blocks.StructBlock', [[('old', 0), ('new', 1), ('level_1', 2), ('level_2', 3), ('level_3', 4), ('level_4', 5), ('since', 6), ('reason', 7)]], {})}, help_text='One line for each competency that takes over: a competency that is split has several.', verbose_name='what takes over from what')),
                ('latest_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision')),
                ('live_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision')),
                ('locked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='locked_%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='locked by')),
            ],
            options={
                'verbose_name': 'competency framework',
                'verbose_name_plural': 'competency frameworks',
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
    ]
