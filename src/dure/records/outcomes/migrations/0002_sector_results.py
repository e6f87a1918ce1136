"""The sectors' results as approved."""

import django.db.models.deletion
import dure.records.journal.fields
from django.db import migrations, models

from dure.records.journal.guards import grant_rights, needs_approval, only_grows


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0003_drop_texts'),
        ('outcomes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SectorResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.CharField(max_length=160)),
                ('period', models.CharField(max_length=160)),
                ('sector', models.CharField(max_length=80)),
                ('share', dure.records.journal.fields.ExactField(decimal_places=18, max_digits=19)),
                ('counted', models.IntegerField()),
                ('reports_missing', models.IntegerField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.entry')),
            ],
            options={
                'ordering': ['programme', 'entry', 'sector'],
                'constraints': [models.UniqueConstraint(fields=('entry', 'sector'), name='result_once_per_sector'), models.CheckConstraint(condition=models.Q(('counted__gte', 0), ('reports_missing__gte', 0), ('share__gte', 0), ('share__lte', 1)), name='result_is_possible')],
            },
        ),
        only_grows("outcomes_sectorresult"),
        needs_approval("outcomes_sectorresult", "outcomes"),
        grant_rights(),
    ]
