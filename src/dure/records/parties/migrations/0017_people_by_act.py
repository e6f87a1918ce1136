"""A person enters by the act that adds them, or that accepts their invitation, and leaves by an act on their account."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, trigger

# The act of an invitation is that person's own, who sat at no desk before.
ENTERS = """
  IF journal_is_owner() OR EXISTS (
    SELECT FROM journal_act a
    WHERE a.transaction = pg_current_xact_id() AND CASE a.command
      WHEN 'accept_invitation' THEN a.person_id = NEW.id AND a.result = to_jsonb(NEW.uid)
      WHEN 'add_person' THEN a.about = 'person/' || NEW.uid AND EXISTS (
        SELECT FROM parties_role r
        WHERE r.person_id = a.person_id AND r.desk = 'agency' AND journal_holds(r, a.at) AND r.given_at < a.at)
      ELSE false END
  ) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'a person is entered by an act of the agency, or by accepting an invitation' USING ERRCODE = '23514';
"""
LEAVES = """
  IF journal_is_owner() OR NEW.is_active = OLD.is_active OR (NOT NEW.is_active AND EXISTS (
    SELECT FROM journal_act a JOIN parties_role r ON r.person_id = a.person_id
    WHERE a.transaction = pg_current_xact_id() AND a.about = 'person/' || NEW.uid
      AND a.command IN ('close_account', 'confirm_person_merger')
      AND r.desk IN ('agency', 'ministry') AND journal_holds(r, a.at) AND r.given_at < a.at
  )) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'an account is closed by an act on it, and stays closed' USING ERRCODE = '23514';
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0016_addresses_by_act"), ("journal", "0010_who_gains")]

    operations = [
        trigger("enters_by_act", "parties_person", when="AFTER INSERT", body=ENTERS, deferred=True, definer=True),
        trigger("leaves_by_act", "parties_person", when="AFTER UPDATE OF is_active", body=LEAVES, deferred=True, definer=True),
        pin_functions(),
    ]
