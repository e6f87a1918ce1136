"""A panel's criteria and seed, and its approved ranking."""

import django.db.models.deletion
import dure.records.journal.fields
from django.db import migrations, models

from dure.records.journal.guards import grant_rights, needs_approval, only_grows


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0003_drop_texts'),
        ('review', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='panel',
            name='criteria',
            field=models.JSONField(default=list, help_text="Criteria with weights, as the evaluation's facts have them."),
        ),
        migrations.AddField(
            model_name='panel',
            name='draw_seed',
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.CreateModel(
            name='Ranked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=160)),
                ('rank', models.IntegerField(blank=True, null=True)),
                ('total', dure.records.journal.fields.ExactField(blank=True, decimal_places=9, max_digits=24, null=True)),
                ('technical', dure.records.journal.fields.ExactField(blank=True, decimal_places=9, max_digits=24, null=True)),
                ('passed', models.BooleanField()),
                ('criteria', models.JSONField(default=dict, help_text='Averaged points per criterion, as decimal text.')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.entry')),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ranking', to='review.panel')),
            ],
            options={
                'ordering': ['panel', 'rank', 'item'],
                'constraints': [models.UniqueConstraint(fields=('panel', 'entry', 'item'), name='ranked_once_per_entry'), models.CheckConstraint(condition=models.Q(('rank', None), ('rank__gte', 1), _connector='OR'), name='rank_starts_at_one')],
            },
        ),
        only_grows("review_ranked"),
        needs_approval("review_ranked", "evaluation"),
        grant_rights(),
    ]
