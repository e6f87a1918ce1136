"""A round's runs in the background: one at a time, ended in one way, and then never altered."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from dure.records.journal.guards import grant_rights, trigger

ENDED = """
  IF OLD.finished_at IS NOT NULL THEN
    RAISE EXCEPTION 'solve % has ended and stays as it is', OLD.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
OF_ITS_ROUND = """
  IF NEW.entry_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM journal_entry WHERE seq = NEW.entry_id AND kind = 'recommendation' AND stage = 'allocation'
      AND subject = NEW.round_id
  ) THEN
    RAISE EXCEPTION 'journal entry % is no allocation of round %', NEW.entry_id, NEW.round_id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('allocation', '0001_initial'),
        ('journal', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Solve',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('stage', models.CharField(blank=True, max_length=40)),
                ('figure', models.BigIntegerField(blank=True, null=True)),
                ('steps', models.IntegerField(default=0)),
                ('heard_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_asked_at', models.DateTimeField(blank=True, null=True)),
                ('stopped_step', models.IntegerField(blank=True, null=True)),
                ('files_best', models.BooleanField(default=False, help_text='Stopped by a person who wants the best plan so far filed.')),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.TextField(blank=True)),
                ('cancelled', models.BooleanField(default=False)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.entry')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='solves', to='allocation.allocationround')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('finished_at', None)), fields=('round',), name='round_is_solved_once_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled', False), ('entry', None), ('failure', ''), ('finished_at', None)), models.Q(('cancelled', False), ('entry__isnull', False), ('failure', ''), ('finished_at__isnull', False)), models.Q(('cancelled', False), ('entry', None), ('finished_at__isnull', False), models.Q(('failure', ''), _negated=True)), models.Q(('cancel_asked_at__isnull', False), ('cancelled', True), ('entry', None), ('failure', ''), ('finished_at__isnull', False)), _connector='OR'), name='solve_ends_in_one_way'), models.CheckConstraint(condition=models.Q(('steps__gte', 0), models.Q(('files_best', False), ('cancel_asked_at__isnull', False), _connector='OR')), name='solve_is_stopped_by_asking')],
            },
        ),
        trigger("stays_as_it_ended", "allocation_solve", when="BEFORE UPDATE", body=ENDED),
        trigger("files_its_round", "allocation_solve", when="BEFORE INSERT OR UPDATE OF entry_id", body=OF_ITS_ROUND),
        grant_rights(),
    ]
