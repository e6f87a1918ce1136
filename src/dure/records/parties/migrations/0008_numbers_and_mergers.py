"""Numbers of organisations; organisations that turn out to be one, by two people and for good."""
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import keeps, needs_act, pin_functions, trigger

MERGED = """
  IF OLD.number <> '' AND NEW.number <> OLD.number THEN
    RAISE EXCEPTION 'a registration number stays with its organisation' USING ERRCODE = '23514';
  ELSIF OLD.merged_into_id IS NOT NULL AND NEW.merged_into_id IS NULL THEN
    RAISE EXCEPTION 'an organisation that was merged stays merged' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# At the end of the transaction: the merger was confirmed, and both rows agree.
AGREES = """
  IF EXISTS (SELECT FROM parties_organisation o WHERE o.id = NEW.id AND (
    o.merged_into_id IS NOT NULL AND NOT (
      EXISTS (SELECT FROM parties_merger m WHERE m.organisation_id = o.id AND m.confirmed_at IS NOT NULL)
      AND EXISTS (SELECT FROM parties_organisation s WHERE s.id = o.merged_into_id AND s.merged_into_id IS NULL
        AND o.id = ANY (s.joined)))
    OR EXISTS (SELECT FROM unnest(o.joined) j WHERE NOT EXISTS (
      SELECT FROM parties_organisation g WHERE g.id = j AND g.merged_into_id = o.id))
    OR EXISTS (SELECT FROM parties_organisation g WHERE g.merged_into_id = o.id AND NOT g.id = ANY (o.joined)))
  ) THEN
    RAISE EXCEPTION 'organisations are one by a confirmed merger, and both say so' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
ANSWERED = """
  IF OLD.confirmed_at IS NOT NULL OR OLD.dropped_at IS NOT NULL THEN
    RAISE EXCEPTION 'a merger that was confirmed or dropped stays so' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0007_boundary'),
    ]

    operations = [
        migrations.CreateModel(
            name='Merger',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=4000)),
                ('proposed_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-proposed_at', '-id'],
            },
        ),
        migrations.AddField(
            model_name='organisation',
            name='joined',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=160), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='organisation',
            name='merged_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='organisation',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.organisation'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='number',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='organisation_number_is_one_organisations'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('merged_at', None), ('merged_into', None)), models.Q(('joined', []), ('merged_at__isnull', False), ('merged_into__isnull', False), models.Q(('merged_into', models.F('id')), _negated=True)), _connector='OR'), name='organisation_is_merged_into_another_once'),
        ),
        migrations.AddField(
            model_name='merger',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='merger',
            name='into',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.organisation'),
        ),
        migrations.AddField(
            model_name='merger',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mergers', to='parties.organisation'),
        ),
        migrations.AddField(
            model_name='merger',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='merger',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organisation', models.F('into')), _negated=True), models.Q(('reason', ''), _negated=True)), name='merger_is_of_two_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='merger',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('confirmed_by', None)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('dropped_at', None), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='merger_is_confirmed_by_another'),
        ),
        migrations.AddConstraint(
            model_name='merger',
            constraint=models.UniqueConstraint(condition=models.Q(('confirmed_at', None), ('dropped_at', None)), fields=('organisation',), name='merger_of_one_waits_once'),
        ),
        trigger("stays_merged", "parties_organisation", when="BEFORE UPDATE", body=MERGED),
        trigger("agrees_with_others", "parties_organisation", when="AFTER INSERT OR UPDATE", body=AGREES, deferred=True,
                definer=True),
        needs_act("parties_organisation", "confirm_merger", "agency,ministry", when="UPDATE"),
        keeps("parties_merger", "id", "organisation_id", "into_id", "reason", "proposed_by_id", "proposed_at"),
        trigger("stays_answered", "parties_merger", when="BEFORE UPDATE", body=ANSWERED),
        needs_act("parties_merger", "propose_merger,confirm_merger,drop_merger", "agency,ministry", when="INSERT OR UPDATE"),
        pin_functions(),
    ]
