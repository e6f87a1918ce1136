"""What a round's allocation reads and only a person can state; what its approved plans come to, and why."""

import django.contrib.postgres.fields
import django.db.models.deletion
import dure.records.journal.fields
from django.db import migrations, models

from dure.records.journal.guards import grant_rights, needs_approval, only_grows


class Migration(migrations.Migration):

    dependencies = [
        ('allocation', '0003_solve_bound'),
        ('demand', '0002_estimate_and_people'),
        ('journal', '0003_drop_texts'),
    ]

    operations = [
        migrations.AddField(
            model_name='allocationround',
            name='draw_seed',
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.AddField(
            model_name='allocationround',
            name='pools',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=160), default=list, help_text='Pools whose public servers are allocated.', size=None),
        ),
        migrations.AddField(
            model_name='allocationround',
            name='sectors',
            field=models.JSONField(default=list, help_text="Sectors with share, floor and ceiling, as allocation's facts have them."),
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(max_length=160)),
                ('objective', models.BigIntegerField()),
                ('bound', models.BigIntegerField()),
                ('gap', dure.records.journal.fields.ExactField(decimal_places=18, max_digits=24)),
                ('idle_gpu_weeks', models.BigIntegerField()),
                ('applications', models.IntegerField()),
                ('sector_use', models.JSONField(help_text='GPU-weeks granted and leased within the round, by sector.')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.entry')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='allocation.allocationround')),
            ],
            options={
                'ordering': ['round', 'entry'],
            },
        ),
        migrations.CreateModel(
            name='RoundReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60)),
                ('detail', models.JSONField(default=dict, help_text='The figures behind the reason, as the recommendation has them.')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reasons', to='demand.application')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reasons', to='allocation.plan')),
            ],
            options={
                'ordering': ['plan', 'application', 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('applications__gte', 0), ('objective__lte', models.F('bound'))), name='plan_is_within_its_bound'),
        ),
        migrations.AddIndex(
            model_name='roundreason',
            index=models.Index(fields=['application', '-plan'], name='reason_by_application'),
        ),
        only_grows("allocation_plan"),
        only_grows("allocation_roundreason"),
        needs_approval("allocation_plan", "allocation"),
        grant_rights(),
    ]
