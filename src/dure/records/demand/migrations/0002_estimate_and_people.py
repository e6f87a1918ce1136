"""A survey's approved estimate, and who will work on an application's cluster."""

import django.contrib.postgres.fields
import django.db.models.deletion
import dure.records.journal.fields
from django.db import migrations, models

from dure.records.journal.guards import grant_rights, needs_approval, only_grows


class Migration(migrations.Migration):

    dependencies = [
        ('demand', '0001_initial'),
        ('journal', '0003_drop_texts'),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='people',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=160), blank=True, default=list, help_text='Account names of those who will work on the cluster.', size=None),
        ),
        migrations.AddField(
            model_name='survey',
            name='past',
            field=models.JSONField(default=list, help_text='What the last survey estimated and what then came, by sector.'),
        ),
        migrations.CreateModel(
            name='SurveyEstimate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gpus', dure.records.journal.fields.ExactField(decimal_places=6, max_digits=24)),
                ('low', dure.records.journal.fields.ExactField(decimal_places=6, max_digits=24)),
                ('high', dure.records.journal.fields.ExactField(decimal_places=6, max_digits=24)),
                ('response_rate', dure.records.journal.fields.ExactField(decimal_places=18, max_digits=19)),
                ('shares', models.JSONField(help_text="Each sector's part of the demand, as decimal text.")),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.entry')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='demand.survey')),
            ],
            options={
                'ordering': ['survey', 'entry'],
                'constraints': [models.UniqueConstraint(fields=('survey', 'entry'), name='estimate_once_per_entry'), models.CheckConstraint(condition=models.Q(('gpus__lte', models.F('high')), ('low__lte', models.F('gpus'))), name='estimate_is_in_its_interval')],
            },
        ),
        only_grows("demand_surveyestimate"),
        needs_approval("demand_surveyestimate", "demand"),
        grant_rights(),
    ]
