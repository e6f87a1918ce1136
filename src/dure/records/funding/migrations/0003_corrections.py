"""An amount that was recorded wrongly can be corrected by an act, as long as no approved budget divides it."""

from django.db import migrations

from dure.records.journal.guards import needs_act, pin_functions, redefine

NOT_DIVIDED = """
  IF NEW.won <> OLD.won AND EXISTS (SELECT FROM funding_budgetline WHERE appropriation_id = NEW.id) THEN
    RAISE EXCEPTION 'an approved budget divides the appropriation of %', NEW.appropriated_on USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# As in 0002; and a budget divides the appropriation that it is about. Until now its subject was the programme, which had one.
ENVELOPE = """
  IF TG_OP = 'UPDATE' AND NEW.entry_id < OLD.entry_id THEN
    RAISE EXCEPTION 'budget line % follows a later budget than that of entry %', NEW.name, NEW.entry_id USING ERRCODE = '23514';
  ELSIF NOT EXISTS (
    SELECT FROM jsonb_array_elements(journal_plan(NEW.entry_id) -> 'envelopes') e
    WHERE e ->> 'line' = NEW.name AND (e ->> 'won')::bigint = NEW.won
  ) OR NOT EXISTS (
    SELECT FROM journal_entry e JOIN funding_appropriation a ON a.id = NEW.appropriation_id
    WHERE e.seq = NEW.entry_id AND e.subject IN (a.appropriated_on::text, e.programme)
  ) THEN
    RAISE EXCEPTION '% is not what journal entry % approved', TG_TABLE_NAME, NEW.entry_id USING ERRCODE = '23514',
      HINT = 'Approval carries a recommendation out as it was filed; file another.';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0002_boundary")]

    operations = [
        redefine("funding_appropriation_still_covers", NOT_DIVIDED),
        redefine("funding_budgetline_is_as_approved", ENVELOPE),
        migrations.RunSQL("DROP TRIGGER needs_its_act ON funding_appropriation", migrations.RunSQL.noop),
        needs_act("funding_appropriation", "appropriate", "ministry", when="INSERT OR UPDATE"),
        pin_functions(),
    ]
