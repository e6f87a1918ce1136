"""The log of readings: only ever added to, kept for two years at least, and read by those who may through two views."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations import RunSQL

from dure.records.journal.guards import pin_functions, trigger

NOW = """
  IF NOT journal_is_owner() THEN
    NEW.at := clock_timestamp();
  END IF;
  RETURN NEW;
"""
KEPT = """
  IF TG_OP = 'UPDATE' OR OLD.at > now() - interval '2 years' THEN
    RAISE EXCEPTION 'a reading stays on record for two years: % is refused', TG_OP USING ERRCODE = '23000';
  END IF;
  RETURN OLD;
"""
NEVER_EMPTIED = (
    "CREATE TRIGGER is_never_emptied BEFORE TRUNCATE ON readings_reading EXECUTE FUNCTION journal_refuse_change();",
    "DROP TRIGGER is_never_emptied ON readings_reading;",
)
# A page that asks for its own progress every second shows the same people: does the log say so already? The app may not read it.
AGAIN = """
CREATE FUNCTION readings_again(who bigint, there varchar, whose varchar[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT FROM readings_reading
    WHERE reader_id = who AND at > now() - interval '10 minutes' AND route = there AND subjects @> whose)
$$;
"""
# Most readings tell of few officials; without their share in the statistics the others are sought row by row.
STATISTICS = (
    "ALTER TABLE readings_reading ALTER subjects SET STATISTICS 1000, ALTER reader_id SET STATISTICS 1000;",
    "ALTER TABLE readings_reading ALTER subjects SET STATISTICS -1, ALTER reader_id SET STATISTICS -1;",
)
# Views show what their owner may read, so that the app needs no right on the table. One's own are numbered for oneself: the
# numbers of the table would tell how much is read of others.
OWN = """
CREATE VIEW readings_own AS
  SELECT row_number() OVER (ORDER BY at, id) AS id, at, desk, route, form, data, count, whole, purpose FROM readings_reading
  WHERE reader_id <> journal_reader() AND (
    whole OR subjects @> ARRAY['person/' || (SELECT uid FROM parties_person WHERE id = journal_reader())]::varchar[]);
"""
OVERSEEN = """
CREATE VIEW readings_overseen AS
  SELECT id, at, desk, route, form, data, count, whole, purpose, reader_id, subjects, asked, reason, request, network
  FROM readings_reading
  WHERE EXISTS (
    SELECT FROM parties_role r WHERE r.person_id = journal_reader() AND r.desk = 'auditor' AND journal_holds(r, now()));
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('journal', '0008_boundary'),
        ('parties', '0009_renewals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReadingOfOwn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('desk', models.CharField(max_length=16)),
                ('route', models.CharField(max_length=80)),
                ('form', models.CharField(max_length=8)),
                ('data', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)),
                ('count', models.IntegerField()),
                ('whole', models.BooleanField(default=False)),
                ('purpose', models.CharField(max_length=40)),
            ],
            options={
                'db_table': 'readings_own',
                'ordering': ['-at', '-id'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='ReadingOverseen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('desk', models.CharField(max_length=16)),
                ('route', models.CharField(max_length=80)),
                ('form', models.CharField(max_length=8)),
                ('data', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)),
                ('count', models.IntegerField()),
                ('whole', models.BooleanField(default=False)),
                ('purpose', models.CharField(max_length=40)),
                ('subjects', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=180), size=None)),
                ('asked', models.TextField(blank=True, max_length=4000)),
                ('reason', models.TextField(blank=True, max_length=1000)),
                ('request', models.CharField(max_length=64)),
                ('network', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'db_table': 'readings_overseen',
                'ordering': ['-at', '-id'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('desk', models.CharField(max_length=16)),
                ('route', models.CharField(max_length=80)),
                ('form', models.CharField(max_length=8)),
                ('data', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)),
                ('count', models.IntegerField()),
                ('whole', models.BooleanField(default=False)),
                ('purpose', models.CharField(max_length=40)),
                ('subjects', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=180), size=None)),
                ('asked', models.TextField(blank=True, max_length=4000)),
                ('reason', models.TextField(blank=True, max_length=1000)),
                ('request', models.CharField(max_length=64)),
                ('network', models.CharField(blank=True, max_length=64)),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['-at', '-id'], name='reading_by_time'), models.Index(fields=['reader', '-at', '-id'], name='reading_by_reader'), models.Index(condition=models.Q(('whole', True)), fields=['-at', '-id'], name='reading_in_bulk'), django.contrib.postgres.indexes.GinIndex(fields=['subjects'], name='reading_by_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(('count__gte', 1), models.Q(('whole', True), models.Q(('subjects', []), _negated=True), _connector='OR')), name='reading_says_of_whom'), models.CheckConstraint(condition=models.Q(models.Q(('data', []), _negated=True), models.Q(('purpose', ''), _negated=True), models.Q(('route', ''), _negated=True)), name='reading_says_what_and_why')],
            },
        ),
        trigger("is_dated_now", "readings_reading", when="BEFORE INSERT", body=NOW),
        trigger("is_kept", "readings_reading", when="BEFORE UPDATE OR DELETE", body=KEPT),
        RunSQL(*NEVER_EMPTIED),
        RunSQL(*STATISTICS),
        RunSQL(AGAIN, "DROP FUNCTION readings_again(bigint, varchar, varchar[])"),
        RunSQL(OWN, "DROP VIEW readings_own"),
        RunSQL(OVERSEEN, "DROP VIEW readings_overseen"),
        pin_functions(),
    ]
