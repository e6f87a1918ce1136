"""Lost log-ins are renewed by a link that another person makes, and for officials a third one confirms."""
import datetime
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import keeps, needs_act, pin_functions, trigger

USED = """
  IF OLD.used_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL THEN
    RAISE EXCEPTION 'a renewal that was used or withdrawn stays so' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
CONFIRMED = """
  IF NOT journal_is_owner() AND NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id AND (
    OLD.confirmed_by_id IS NOT NULL OR NOT EXISTS (
    SELECT FROM journal_act a JOIN parties_role r ON r.person_id = a.person_id
    WHERE a.transaction = pg_current_xact_id() AND a.command = 'confirm_renewal' AND a.person_id = NEW.confirmed_by_id
      AND r.desk IN ('agency', 'ministry') AND journal_holds(r, a.at) AND r.given_at < a.at
  )) THEN
    RAISE EXCEPTION 'a renewal is confirmed once, by an act of whoever confirms it' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0008_numbers_and_mergers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Renewal',
            fields=[
                ('id', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('reason', models.TextField(max_length=4000)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('of_official', models.BooleanField()),
                ('alone', models.BooleanField(default=False)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$'), ('digest__startswith', models.F('id'))), name='renewal_is_known_by_its_sha256'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at')), ('expires_at__lte', django.db.models.expressions.CombinedExpression(models.F('made_at'), '+', models.Value(datetime.timedelta(days=3))))), name='renewal_expires_within_3_days'), models.CheckConstraint(condition=models.Q(models.Q(('made_by', models.F('person')), _negated=True), models.Q(models.Q(('confirmed_at', None), ('confirmed_by', None)), models.Q(('confirmed_at__isnull', False), models.Q(('confirmed_by', models.F('made_by')), _negated=True), models.Q(('confirmed_by', models.F('person')), _negated=True)), _connector='OR')), name='renewal_is_made_and_confirmed_by_others'), models.CheckConstraint(condition=models.Q(('used_at', None), models.Q(('used_at__lte', models.F('expires_at')), ('withdrawn_at', None), models.Q(('of_official', False), ('alone', True), ('confirmed_by__isnull', False), _connector='OR')), _connector='OR'), name='renewal_is_used_in_time_and_confirmed')],
            },
        ),
        keeps(
            "parties_renewal",
            *("id", "digest", "person_id", "reason", "made_by_id", "made_at", "expires_at", "of_official", "alone"),
        ),
        trigger("stays_used", "parties_renewal", when="BEFORE UPDATE", body=USED),
        trigger("is_confirmed_by_act", "parties_renewal", when="AFTER UPDATE", body=CONFIRMED, deferred=True, definer=True),
        needs_act("parties_renewal", "renew_access", "agency,ministry"),
        pin_functions(),
    ]
