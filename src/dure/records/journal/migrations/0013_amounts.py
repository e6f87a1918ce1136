"""Amounts are named without a currency: functions and triggers are redefined, and older recommendations read like newer ones.

PostgreSQL follows the renaming of a column wherever it keeps a reference, and not in the texts of functions and the arguments of
triggers. A recommendation that was filed before keeps its bytes; `journal_plan` renames its keys as it reads it, as
`formats.versions` does for the rest of dure.
"""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from dure.records.journal.guards import pin_functions

OLDER = "('budget', 'burden', 'demand', 'outcomes', 'portfolio', 'settlement')"
IN_TEXTS = r"""
DO $do$
DECLARE named record;
BEGIN
  FOR named IN
    SELECT pg_get_functiondef(p.oid) AS text FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f' AND p.prosrc ~ '\m(\w+_)?won\M'
  LOOP
    EXECUTE regexp_replace(regexp_replace(regexp_replace(
      named.text, '% won\M', '%', 'g'), '\m(\w+)_won\M', '\1_amount', 'g'), '\mwon\M', 'amount', 'g');
  END LOOP;
  FOR named IN
    SELECT t.tgname AS name, t.tgrelid::regclass AS of_table, pg_get_triggerdef(t.oid) AS text FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace AND encode(t.tgargs, 'escape') ~ '\m(\w+_)?won\M'
  LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', named.name, named.of_table);
    EXECUTE regexp_replace(named.text, '\m(\w+)_won\M', '\1_amount', 'g');
  END LOOP;
END $do$;
"""
PLAN = rf"""
CREATE OR REPLACE FUNCTION journal_plan(entry bigint) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE found record;
BEGIN
  SELECT d.plain, e.format_version = 1 AND e.decision IN {OLDER} AS is_older INTO found
  FROM journal_entry e JOIN journal_document d ON d.digest = e.recommendation_id WHERE e.seq = entry;
  IF found.plain IS NULL THEN
    RAISE EXCEPTION 'journal entry % has no recommendation that the database can read', entry USING ERRCODE = '23514';
  END IF;
  IF found.is_older THEN
    RETURN regexp_replace(found.plain, '"(\w+_)?won"\s*:', '"\1amount":', 'g')::jsonb;
  END IF;
  RETURN found.plain::jsonb;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0012_statements_by_act"),
        ("demand", "0008_amounts"),
        ("funding", "0004_amounts"),
        ("outcomes", "0008_amounts"),
        ("procurement", "0004_amounts"),
        ("settlement", "0008_amounts"),
    ]

    operations = [
        RunSQL(IN_TEXTS, RunSQL.noop),
        RunSQL(PLAN, RunSQL.noop),
        pin_functions(),
    ]
