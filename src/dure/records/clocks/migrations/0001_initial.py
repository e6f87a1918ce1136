"""Comparisons of clocks are the worker's, and dated by the database; a deadline moves by the outage rule where they show why."""

import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.migrations import RunSQL

from dure.records.journal.guards import only_grows, pin_functions, redefine, trigger

NOW = """
  IF NOT journal_is_owner() THEN
    NEW.at := now();
  END IF;
  RETURN NEW;
"""
# As `records.clocks.judging` says it, which a test compares. 200,000 is twice 100 ms: half of the round trip may be the error.
JUDGED = """
CREATE FUNCTION clocks_judged(moment timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  WITH newest AS (
    SELECT DISTINCT ON (source) 2 * abs(offset_us) AS twice, round_trip_us AS way FROM clocks_comparison
    WHERE at > moment - interval '5 minutes' AND at <= moment AND offset_us IS NOT NULL ORDER BY source, at DESC, id DESC)
  SELECT CASE
    WHEN count(*) FILTER (WHERE twice + way <= 200000) >= 3 THEN 'agreed'
    WHEN count(*) FILTER (WHERE twice + way <= 200000 OR twice - way > 200000) >= 3 THEN 'not agreed'
    ELSE 'not known' END FROM newest
$$;
CREATE FUNCTION clocks_judged_between(since timestamptz, until_ timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  WITH moments AS (
    SELECT since AS moment WHERE since <= until_
    UNION SELECT until_ WHERE since <= until_
    UNION SELECT at FROM clocks_comparison WHERE at > since AND at < until_
    UNION SELECT at + interval '5 minutes' FROM clocks_comparison
      WHERE at > since - interval '5 minutes' AND at < until_ - interval '5 minutes'),
  said AS MATERIALIZED (SELECT clocks_judged(moment) AS what FROM moments)
  SELECT CASE WHEN bool_or(what = 'not agreed') THEN 'not agreed' WHEN bool_or(what = 'not known') THEN 'not known' ELSE 'agreed' END
  FROM said
$$;
"""
# The value of that rule on that day where the programme's clocks stand, in the rule book by which the installation goes.
RULE = """
CREATE FUNCTION clocks_rule(rule text, moment timestamptz) RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT (value ->> 'value')::integer
  FROM (SELECT content FROM installation_rulebook ORDER BY id DESC LIMIT 1) book,
    jsonb_array_elements(book.content -> 'rules' -> rule) value,
    LATERAL (SELECT (moment AT TIME ZONE (book.content -> 'head' ->> 'zone'))::date AS day) today
  WHERE (value ->> 'since')::date <= today.day AND (value ->> 'until' IS NULL OR today.day < (value ->> 'until')::date)
  ORDER BY (value ->> 'since')::date DESC LIMIT 1
$$;
"""
POSTPONED = """
  IF NEW.about LIKE 'call/%' THEN
    SELECT c.opened_at, c.closes_at INTO opened, due FROM procurement_call c WHERE c.id = substr(NEW.about, 6) FOR UPDATE;
  ELSE
    SELECT c.opens_at, c.closes_at INTO opened, due FROM demand_usercall c WHERE 'user_call/' || c.id = NEW.about FOR UPDATE;
  END IF;
  clock := clock_timestamp();
  SELECT count(*) INTO before FROM clocks_postponement p WHERE p.about = NEW.about;
  IF due IS NULL OR due <> NEW.closed_at THEN
    RAISE EXCEPTION '% is not the deadline of %', NEW.closed_at, NEW.about USING ERRCODE = '23514';
  ELSIF journal_is_owner() THEN
    RETURN NEW;
  ELSIF clock >= due OR clock < due - (CASE WHEN before > 0 THEN interval '10 minutes' ELSE interval '1 hour' END)
      OR NEW.made_at >= due OR NOT journal_is_now(NEW.made_at) THEN
    RAISE EXCEPTION 'the outage rule moves the deadline of % in its last hour alone, and once moved in its last ten minutes', NEW.about
      USING ERRCODE = '23514';
  ELSIF before >= coalesce(clocks_rule('deadlines/clock_extensions_most', clock), 0) OR NEW.closes_at IS DISTINCT FROM
      due + make_interval(mins => clocks_rule('deadlines/clock_extension_minutes', clock)) THEN
    RAISE EXCEPTION 'the rule book does not move the deadline of % to %', NEW.about, NEW.closes_at USING ERRCODE = '23514';
  END IF;
  said := CASE WHEN before > 0 THEN clocks_judged(clock)
    ELSE clocks_judged_between(greatest(due - interval '1 hour', opened + interval '5 minutes'), clock) END;
  IF said = 'agreed' OR said <> NEW.judged OR NOT EXISTS (
      SELECT FROM clocks_comparison c WHERE c.at > clock - interval '5 minutes' AND c.at <= clock) THEN
    RAISE EXCEPTION 'comparisons of clocks do not move the deadline of %: they say %', NEW.about, said USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
BY_ITS_ACT = """
  IF NOT journal_is_owner() AND NOT EXISTS (
      SELECT FROM journal_act a WHERE a.transaction = pg_current_xact_id() AND a.command = 'extend_for_clocks'
        AND a.person_id IS NULL AND a.about = NEW.about AND a.at = NEW.made_at) THEN
    RAISE EXCEPTION 'the outage rule moves the deadline of % by an act in the same transaction', NEW.about USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
# Whoever acts sits at a desk. Nobody does what the outage rule does: there is one such act for each time that it did.
ACT = """
  NEW.transaction := pg_current_xact_id();
  IF NOT journal_is_owner() THEN
    IF NOT journal_is_now(NEW.at) THEN
      RAISE EXCEPTION 'an act is dated %, which is not now', NEW.at USING ERRCODE = '23514';
    ELSIF NEW.person_id IS NULL AND (NEW.command <> 'extend_for_clocks'
        OR NOT EXISTS (SELECT FROM clocks_postponement p WHERE p.about = NEW.about AND p.made_at = NEW.at)
        OR EXISTS (SELECT FROM journal_act a WHERE a.command = NEW.command AND a.about = NEW.about AND a.at = NEW.at)) THEN
      RAISE EXCEPTION 'an act has a person, but for what the outage rule does' USING ERRCODE = '23514';
    ELSIF NEW.person_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM parties_role r JOIN parties_person p ON p.id = r.person_id WHERE r.person_id = NEW.person_id AND p.is_active
        AND journal_holds(r, NEW.at)) AND NOT (NEW.command = 'accept_invitation' AND EXISTS (
      SELECT FROM parties_invitation i WHERE i.person_id = NEW.person_id AND i.accepted_at = NEW.at)) THEN
      RAISE EXCEPTION 'whoever acts sits at no desk' USING ERRCODE = '23514';
    END IF;
    NEW.recorded_at := clock_timestamp();
  END IF;
  RETURN NEW;
"""
_POSTPONED = "EXISTS (SELECT FROM clocks_postponement WHERE about = '{kind}/' || OLD.id AND closed_at = OLD.closes_at AND closes_at = NEW.closes_at)"
DEADLINE = f"""
  IF NEW.closes_at < OLD.closes_at OR NEW.opened_at > OLD.opened_at THEN
    RAISE EXCEPTION 'the deadline of call % only moves later', OLD.id USING ERRCODE = '23514';
  ELSIF NEW.closes_at <> OLD.closes_at AND NOT EXISTS (
      SELECT FROM procurement_extension WHERE call_id = OLD.id AND closes_at = NEW.closes_at AND confirmed_at IS NOT NULL)
      AND NOT {_POSTPONED.format(kind="call")} THEN
    RAISE EXCEPTION 'the deadline of call % moves by two people, for a reason that is published', OLD.id USING ERRCODE = '23514';
  ELSIF NOT journal_is_owner() AND NEW.closes_at <> OLD.closes_at AND clock_timestamp() >= OLD.closes_at THEN
    RAISE EXCEPTION 'the deadline of call % has passed, and does not move any more', OLD.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
OF_USERS = f"""
  IF NEW.closes_at < OLD.closes_at OR NEW.opens_at > OLD.opens_at OR (NOT journal_is_owner() AND (NEW.opens_at <> OLD.opens_at
      OR NEW.closes_at <> OLD.closes_at AND (clock_timestamp() >= OLD.closes_at OR NOT {_POSTPONED.format(kind="user_call")}))) THEN
    RAISE EXCEPTION 'the deadline of user call % only moves later', OLD.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("journal", "0014_acts_by_rule"), ("parties", "0017_people_by_act"), ("procurement", "0005_gpus_of_each_model"),
        ("demand", "0008_amounts"), ("installation", "0002_rule_books"),
    ]  # fmt: skip

    operations = [
        migrations.CreateModel(
            name='Comparison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('source', models.CharField(max_length=128)),
                ('offset_us', models.BigIntegerField(blank=True, null=True)),
                ('round_trip_us', models.BigIntegerField(blank=True, null=True)),
                ('why_none', models.CharField(blank=True, help_text='Why there is no offset; empty where there is one.', max_length=24)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['at', 'source'], name='comparison_by_time')],
                'constraints': [models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='comparison_names_its_source'), models.CheckConstraint(condition=models.Q(models.Q(('offset_us__isnull', False), ('round_trip_us__gte', 0), ('why_none', '')), models.Q(('offset_us', None), ('round_trip_us', None), models.Q(('why_none', ''), _negated=True)), _connector='OR'), name='comparison_has_an_offset_or_says_why_not')],
            },
        ),
        migrations.CreateModel(
            name='Postponement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(max_length=200)),
                ('closed_at', models.DateTimeField(help_text='The deadline until then.')),
                ('closes_at', models.DateTimeField()),
                ('judged', models.CharField(choices=[('agreed', 'Agreed'), ('not agreed', 'Not Agreed'), ('not known', 'Not Known')], max_length=16)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('about', 'closed_at'), name='postponement_is_made_once'), models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('closed_at')), ('made_at__lt', models.F('closed_at'))), name='postponement_moves_later_in_time'), models.CheckConstraint(condition=models.Q(('judged__in', ['not agreed', 'not known'])), name='postponement_says_what_is_wrong')],
            },
        ),
        only_grows("clocks_comparison"),
        only_grows("clocks_postponement"),
        trigger("is_dated_now", "clocks_comparison", when="BEFORE INSERT", body=NOW),
        RunSQL(JUDGED, "DROP FUNCTION clocks_judged_between(timestamptz, timestamptz); DROP FUNCTION clocks_judged(timestamptz)"),
        RunSQL(RULE, "DROP FUNCTION clocks_rule(text, timestamptz)"),
        trigger(
            "is_by_the_outage_rule", "clocks_postponement", when="BEFORE INSERT", body=POSTPONED, definer=True,
            declare="opened timestamptz; due timestamptz; clock timestamptz; before bigint; said text;",
        ),
        trigger("is_by_its_act", "clocks_postponement", when="AFTER INSERT", body=BY_ITS_ACT, deferred=True, definer=True),
        redefine("journal_act_is_dated", ACT, definer=True),
        redefine("procurement_call_only_moves_later", DEADLINE),
        redefine("demand_usercall_only_moves_later", OF_USERS),
        pin_functions(),
    ]
