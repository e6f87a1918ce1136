"""Invitations; roles that a second person confirms and that may end; sessions that end at once."""
import datetime
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import grant_rights


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0005_log_in_attempts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('name_ko', models.CharField(max_length=120)),
                ('name_en', models.CharField(blank=True, max_length=120)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('desk', models.CharField(choices=[('ministry', 'Ministry'), ('agency', 'Agency'), ('reviewer', 'Reviewer'), ('provider', 'Provider'), ('applicant', 'Applicant'), ('operator', 'Operator'), ('auditor', 'Auditor')], max_length=16)),
                ('until', models.DateTimeField(blank=True, help_text='Last instant of the role.', null=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-made_at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='person',
            name='sessions_ended',
            field=models.IntegerField(default=0, help_text='How often all sessions were ended at once.'),
        ),
        migrations.AddField(
            model_name='role',
            name='alone',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='role',
            name='confirmed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='role',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='role',
            name='given_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='role',
            name='until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(
            "UPDATE parties_role SET confirmed_at = given_at", migrations.RunSQL.noop
        ),  # roles from before two people were asked for are in force
        migrations.AddConstraint(
            model_name='role',
            constraint=models.CheckConstraint(condition=models.Q(('given_by', None), ('confirmed_by', None), models.Q(('given_by', models.F('confirmed_by')), _negated=True), _connector='OR'), name='role_is_confirmed_by_another'),
        ),
        migrations.AddConstraint(
            model_name='role',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('desk__in', ('ministry', 'agency', 'operator', 'auditor', 'reviewer')), _negated=True), ('given_by', None), ('confirmed_at', None), ('alone', True), ('confirmed_by__isnull', False), _connector='OR'), name='role_of_official_has_two_people'),
        ),
        migrations.AddConstraint(
            model_name='role',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('given_at')), _connector='OR'), name='role_lasts_some_time'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='invited_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='parties.organisation'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='person',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitation', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$'), ('digest__startswith', models.F('id'))), name='invitation_is_known_by_its_sha256'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at')), ('expires_at__lte', django.db.models.expressions.CombinedExpression(models.F('made_at'), '+', models.Value(datetime.timedelta(days=30))))), name='invitation_expires_within_30_days'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at', None), ('person', None)), models.Q(('accepted_at__isnull', False), ('accepted_at__lte', models.F('expires_at')), ('person__isnull', False), ('withdrawn_at', None)), _connector='OR'), name='invitation_is_accepted_once_in_time'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('desk__in', ('provider', 'applicant')), _negated=True), ('organisation__isnull', False), _connector='OR'), name='invitation_to_provider_or_applicant_has_an_organisation'),
        ),
        grant_rights(),
    ]
