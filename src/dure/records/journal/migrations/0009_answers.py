"""Who gains by a decision never answers it, and a large amount is approved by two people: checked where the answer is filed."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, trigger

# `two_from`: the amount from which two people answer; none: one is enough.
LIMIT = "ALTER TABLE journal_authority ADD COLUMN two_from bigint"
# The organisations for which a person acts then, those that turned out to be the same, and all with the same beneficial owner.
ACTS_FOR = """
CREATE FUNCTION journal_acts_for(person bigint, at_ timestamptz) RETURNS text[] LANGUAGE sql STABLE AS $$
  WITH stays AS (
    SELECT DISTINCT coalesce(o.merged_into_id, o.id) AS id
    FROM parties_role r JOIN parties_organisation o ON o.id = r.organisation_id
    WHERE r.person_id = person AND journal_holds(r, at_)),
  own AS (
    SELECT each AS id FROM parties_organisation o JOIN stays USING (id), unnest(o.joined || o.id || o."group") each WHERE each <> '')
  SELECT coalesce(array_agg(DISTINCT id), '{}') FROM (
    SELECT id FROM own UNION SELECT o.id FROM parties_organisation o WHERE o."group" IN (SELECT id FROM own)) acting
$$;
"""
# Whose proposal or application it is, the records say: facts may have been edited.
GAINERS = """
CREATE FUNCTION journal_gainers(decision_ text, plan jsonb) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN coalesce(CASE decision_
    WHEN 'portfolio' THEN (
      SELECT array_agg(DISTINCT provider_id) FROM procurement_proposal
      WHERE id IN (SELECT each ->> 'proposal' FROM jsonb_array_elements(plan -> 'awards') each))
    WHEN 'settlement' THEN (SELECT array_agg(each ->> 'provider') FROM jsonb_array_elements(plan -> 'providers') each)
    ELSE (
      SELECT array_agg(DISTINCT organisation_id) FROM demand_application WHERE id IN (
        SELECT each ->> 'application' FROM jsonb_array_elements(plan -> CASE decision_ WHEN 'reclaim' THEN 'regrants' ELSE 'grants' END)
          each))
    END, '{}');
END $$;
CREATE FUNCTION journal_gains(entry bigint, decision_ text, person bigint, at_ timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE acts_for text[];
BEGIN
  IF decision_ NOT IN ('portfolio', 'allocation', 'reclaim', 'settlement') THEN
    RETURN false;
  END IF;
  acts_for := journal_acts_for(person, at_);
  RETURN acts_for <> '{}' AND acts_for && journal_gainers(decision_, journal_plan(entry));
END $$;
"""
AMOUNT = """
CREATE FUNCTION journal_amount(decision_ text, plan jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT (CASE decision_ WHEN 'budget' THEN plan ->> 'appropriation_won' WHEN 'portfolio' THEN plan ->> 'spent_won'
    WHEN 'settlement' THEN plan -> 'totals' ->> 'list_won' END)::numeric
$$;
CREATE FUNCTION journal_needs_two(entry bigint, decision_ text, at_ timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE two_from_ bigint;
BEGIN
  SELECT two_from INTO two_from_ FROM journal_authority WHERE act = 'answers' AND decision = decision_ AND from_at <= at_
    ORDER BY from_at DESC LIMIT 1;
  RETURN two_from_ IS NOT NULL AND coalesce(journal_amount(decision_, journal_plan(entry)) >= two_from_, false);
END $$;
"""
# The first signature is committed, or made in this transaction; whoever signed was looked at then.
ANSWER = """
  IF NEW.refers_to_id IS NULL THEN
    RETURN NEW;
  ELSIF journal_gains(NEW.refers_to_id, NEW.decision, NEW.who_id, NEW.at) THEN
    RAISE EXCEPTION 'whoever answers entry % acts for an organisation that gains by it', NEW.refers_to_id USING ERRCODE = '23514';
  ELSIF NEW.kind = 'approval' AND journal_needs_two(NEW.refers_to_id, NEW.decision, NEW.at) AND NOT EXISTS (
      SELECT FROM journal_signature WHERE entry_id = NEW.refers_to_id AND who_id <> NEW.who_id AND at <= NEW.at) THEN
    RAISE EXCEPTION 'entry % needs the signatures of two people', NEW.refers_to_id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
SIGNATURE = """
  IF journal_gains(NEW.entry_id, (SELECT decision FROM journal_entry WHERE seq = NEW.entry_id), NEW.who_id, NEW.at) THEN
    RAISE EXCEPTION 'whoever answers entry % acts for an organisation that gains by it', NEW.entry_id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0008_boundary"),
        ("parties", "0008_numbers_and_mergers"),
        ("procurement", "0001_initial"),
        ("demand", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(LIMIT, "ALTER TABLE journal_authority DROP COLUMN two_from"),
        migrations.RunSQL(ACTS_FOR, "DROP FUNCTION journal_acts_for(bigint, timestamptz)"),
        migrations.RunSQL(
            GAINERS,
            "DROP FUNCTION journal_gains(bigint, text, bigint, timestamptz); DROP FUNCTION journal_gainers(text, jsonb)",
        ),
        migrations.RunSQL(
            AMOUNT, "DROP FUNCTION journal_needs_two(bigint, text, timestamptz); DROP FUNCTION journal_amount(text, jsonb)"
        ),
        trigger("answer_is_allowed", "journal_entry", when="BEFORE INSERT", body=ANSWER, definer=True),
        trigger("answer_is_allowed", "journal_signature", when="BEFORE INSERT", body=SIGNATURE, definer=True),
        pin_functions(),
    ]
