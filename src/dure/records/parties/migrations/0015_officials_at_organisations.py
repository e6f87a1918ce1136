"""An official acts for an organisation only once a second person has confirmed it, and so does the other way round."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, redefine

# As in 0014, with the last branch; who acts for an organisation is never the second official that one person seats alone.
BY_ANOTHER = """
  IF journal_is_owner() THEN
    RETURN NULL;
  ELSIF NOT EXISTS (
    SELECT FROM journal_act a JOIN parties_role r ON r.person_id = a.person_id
    WHERE a.transaction = pg_current_xact_id() AND a.person_id = NEW.given_by_id AND a.person_id <> NEW.person_id
      AND r.desk IN ('agency', 'ministry') AND journal_holds(r, a.at) AND r.given_at < a.at
  ) AND NOT EXISTS (
    SELECT FROM parties_invitation i WHERE i.person_id = NEW.person_id AND i.accepted_at = NEW.given_at AND i.desk = NEW.desk
      AND i.organisation_id IS NOT DISTINCT FROM NEW.organisation_id AND i.until IS NOT DISTINCT FROM NEW.until
      AND i.invited_by_id IS NOT DISTINCT FROM NEW.given_by_id
  ) THEN
    RAISE EXCEPTION 'a role is given by another person, at the agency or the ministry' USING ERRCODE = '23514';
  ELSIF NEW.desk IN ('ministry', 'agency', 'operator', 'auditor', 'reviewer') AND NEW.confirmed_at IS NOT NULL AND (
    NEW.desk NOT IN ('agency', 'ministry') OR EXISTS (
      SELECT FROM parties_role r WHERE r.desk IN ('agency', 'ministry') AND r.person_id <> NEW.person_id
        AND r.person_id IS DISTINCT FROM NEW.given_by_id AND r.confirmed_at IS NOT NULL
        AND coalesce(least(r.ended_at, r.until), 'infinity') > NEW.given_at - interval '7 days')
    OR EXISTS (
      SELECT FROM parties_role r WHERE r.person_id = NEW.person_id AND r.organisation_id IS NOT NULL
        AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > NEW.given_at))
  ) THEN
    RAISE EXCEPTION 'an official role begins when a second person has confirmed it' USING ERRCODE = '23514';
  ELSIF NEW.desk IN ('provider', 'applicant') AND NEW.confirmed_at IS NOT NULL AND EXISTS (
    SELECT FROM parties_role r WHERE r.person_id = NEW.person_id AND r.ended_at IS NULL
      AND r.desk IN ('ministry', 'agency', 'operator', 'auditor', 'reviewer') AND (r.until IS NULL OR r.until > NEW.given_at)
  ) THEN
    RAISE EXCEPTION 'an official acts for an organisation when a second person has confirmed it' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0014_still_two")]
    operations = [redefine("parties_role_is_given_by_another", BY_ANOTHER, definer=True), pin_functions()]
