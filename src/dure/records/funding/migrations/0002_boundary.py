"""Budget lines are as approved, commitments stay within their plan, and the counters are moved by nobody's log-in."""

from django.db import migrations

from dure.records.journal.guards import as_approved, keeps, needs_act, pin_functions, redefine, trigger

ENVELOPE = """
  IF TG_OP = 'UPDATE' AND NEW.entry_id < OLD.entry_id THEN
    RAISE EXCEPTION 'budget line % follows a later budget than that of entry %', NEW.name, NEW.entry_id USING ERRCODE = '23514';
  ELSIF NOT EXISTS (
    SELECT FROM jsonb_array_elements(journal_plan(NEW.entry_id) -> 'envelopes') e
    WHERE e ->> 'line' = NEW.name AND (e ->> 'won')::bigint = NEW.won
  ) THEN
    RAISE EXCEPTION '% is not what journal entry % approved', TG_TABLE_NAME, NEW.entry_id USING ERRCODE = '23514',
      HINT = 'Approval carries a recommendation out as it was filed; file another.';
  END IF;
  RETURN NEW;
"""
COMMITTED = """
  SELECT c.entry_id INTO wrong FROM funding_commitment c JOIN journal_entry e ON e.seq = c.entry_id
    WHERE c.entry_id IN (SELECT entry_id FROM made) AND e.decision = 'portfolio'
    GROUP BY c.entry_id HAVING sum(c.won) > coalesce((journal_plan(c.entry_id) ->> 'spent_won')::bigint, 0) LIMIT 1;
"""
# As in the first migration, but by the owner's right: no log-in has any on the counters.
COUNTS_COMMITMENT = """
  UPDATE funding_budgetline SET committed_won = committed_won + NEW.won WHERE id = NEW.line_id;
  RETURN NEW;
"""
PAYMENT_VARIABLES = "promised record; paid bigint;"
COUNTS_PAYMENT = """
  SELECT line_id, won INTO promised FROM funding_commitment WHERE id = NEW.commitment_id;
  UPDATE funding_budgetline SET paid_won = paid_won + NEW.won WHERE id = promised.line_id;
  SELECT coalesce(sum(won), 0) INTO paid FROM funding_payment WHERE commitment_id = NEW.commitment_id;
  IF paid + NEW.won > promised.won THEN
    RAISE EXCEPTION 'payments of % won exceed the commitment of % won', paid + NEW.won, promised.won USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial"), ("journal", "0008_boundary")]

    operations = [
        keeps("funding_appropriation", "id", "programme", "appropriated_on"),
        needs_act("funding_appropriation", "appropriate", "ministry"),
        keeps("funding_budgetline", "id", "appropriation_id", "name"),
        trigger("is_as_approved", "funding_budgetline", when="BEFORE INSERT OR UPDATE OF won, entry_id", body=ENVELOPE),
        as_approved("funding_commitment", COMMITTED),
        redefine("funding_commitment_counts", COUNTS_COMMITMENT, definer=True),
        redefine("funding_payment_counts", COUNTS_PAYMENT, declare=PAYMENT_VARIABLES, definer=True),
        needs_act("funding_payment", "pay_commitment", "agency"),
        pin_functions(),
    ]
