"""The address of a person's mails changes only by an act, of the person or the agency, which tells them so."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, trigger

BY_ACT = """
  IF journal_is_owner() OR NEW.email = OLD.email OR EXISTS (
    SELECT FROM journal_act a
    WHERE a.transaction = pg_current_xact_id() AND a.command = 'set_address' AND a.about = 'person/' || NEW.uid
      AND (a.person_id = NEW.id OR EXISTS (
        SELECT FROM parties_role r
        WHERE r.person_id = a.person_id AND r.desk = 'agency' AND journal_holds(r, a.at) AND r.given_at < a.at))
  ) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'an address changes only by an act of the person or of the agency' USING ERRCODE = '23514';
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0015_officials_at_organisations")]
    operations = [
        trigger("address_by_act", "parties_person", when="AFTER UPDATE OF email", body=BY_ACT, deferred=True, definer=True),
        pin_functions(),
    ]
