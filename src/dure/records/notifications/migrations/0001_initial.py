"""Notices, how each person wants them, and the outbox: what was told or sent stays as it was."""
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import keeps, pin_functions, trigger

FINISHED = """
  IF OLD.sent_at IS NOT NULL OR OLD.given_up_at IS NOT NULL THEN
    RAISE EXCEPTION 'a mail that was sent or given up stays so' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('parties', '0008_numbers_and_mergers'),
        ('journal', '0008_boundary'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('message_id', models.CharField(max_length=250, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('about', models.CharField(max_length=200)),
                ('to', models.EmailField(max_length=254)),
                ('language', models.CharField(max_length=8)),
                ('enclosed', models.TextField(blank=True)),
                ('urgent', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('attempts', models.SmallIntegerField(default=0)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('given_up_at', models.DateTimeField(blank=True, null=True)),
                ('fault', models.CharField(blank=True, help_text='What the last attempt met with.', max_length=400)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('about', models.CharField(max_length=200)),
                ('facts', models.JSONField(default=dict)),
                ('cause', models.CharField(max_length=80)),
                ('urgent', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, help_text='By when the person has to act.', null=True)),
                ('way', models.CharField(choices=[('portal', 'Portal'), ('digest', 'Digest'), ('at_once', 'At Once')], max_length=8)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('mail', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notifications', to='notifications.mail')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notifications', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=8)),
                ('hour', models.SmallIntegerField(default=8)),
                ('zone', models.CharField(max_length=64)),
                ('ways', models.JSONField(default=dict)),
                ('digested_on', models.DateField(blank=True, help_text='Day of the last mail of the day.', null=True)),
                ('calendar_digest', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('saved_at', models.DateTimeField()),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='preference', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(condition=models.Q(('given_up_at', None), ('sent_at', None)), fields=['-urgent', 'due_at', 'id'], name='mail_that_waits'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(fields=['person', 'kind', '-made_at'], name='mail_by_person'),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to', ''), _negated=True), models.Q(('kind', ''), _negated=True)), name='mail_has_an_address'),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at', None), models.Q(('enclosed', ''), ('given_up_at', None)), _connector='OR'), name='mail_is_sent_or_given_up'),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=models.CheckConstraint(condition=models.Q(('claimed_at', None), ('attempts__gte', 1), _connector='OR'), name='mail_counts_its_attempts'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(fields=['person', '-made_at', '-id'], name='notification_by_person'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['person'], name='notification_unread'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('mail', None), ('read_at', None), ('way', 'digest')), fields=['person'], name='notification_for_digest'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('person', 'kind', 'about', 'cause'), name='notification_is_made_once'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(('way__in', ['portal', 'digest', 'at_once'])), name='notification_goes_a_known_way'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(('read_at', None), ('read_at__gte', models.F('made_at')), _connector='OR'), name='notification_is_read_after'),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.CheckConstraint(condition=models.Q(('hour__lte', 23)), name='preference_hour_is_of_the_day'),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.CheckConstraint(condition=models.Q(('calendar_digest', None), ('calendar_digest__regex', '^[0-9a-f]{64}$'), _connector='OR'), name='calendar_is_known_by_its_sha256'),
        ),
        keeps(
            "notifications_notification",
            *("id", "person_id", "kind", "about", "facts", "cause", "urgent", "made_at", "until", "way"),
        ),
        keeps(
            "notifications_mail",
            *("id", "message_id", "kind", "about", '"to"', "language", "person_id", "urgent", "made_at"),
        ),
        trigger("stays_finished", "notifications_mail", when="BEFORE UPDATE", body=FINISHED),
        pin_functions(),
    ]
