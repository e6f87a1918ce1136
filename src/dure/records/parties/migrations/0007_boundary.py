"""Roles are given by another person, now, and never rewritten; people and tokens keep what they are known by."""

from django.db import migrations

from dure.records.journal.guards import keeps, needs_act, pin_functions, trigger

EVERY_DESK = "ministry,agency,reviewer,provider,applicant,operator,auditor"
GIVEN = """
  IF TG_OP = 'UPDATE' AND OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NULL OR NEW.ended_at > OLD.ended_at) THEN
    RAISE EXCEPTION 'a role that has its end never lasts longer' USING ERRCODE = '23514', HINT = 'Give it anew.';
  ELSIF NOT journal_is_owner() AND (
      (TG_OP = 'INSERT' AND NOT journal_is_now(NEW.given_at))
      OR (TG_OP = 'UPDATE' AND NEW.ended_at < clock_timestamp() - interval '1 hour'
          AND NEW.ended_at IS DISTINCT FROM NEW.until)) THEN
    RAISE EXCEPTION 'a role is given from now on and ends no earlier than now' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# Whoever gives the role acts in the same transaction, holds the right since before, and is not who gets it; or has invited them.
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
        AND r.person_id IS DISTINCT FROM NEW.given_by_id AND journal_holds(r, NEW.given_at))
  ) THEN
    RAISE EXCEPTION 'an official role begins when a second person has confirmed it' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
# Whoever confirms acts in the same transaction, gave it not, and is not who gets it.
CONFIRMED = """
  IF NOT journal_is_owner() AND NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at AND (
    OLD.confirmed_at IS NOT NULL OR NOT EXISTS (
    SELECT FROM journal_act a JOIN parties_role r ON r.person_id = a.person_id
    WHERE a.transaction = pg_current_xact_id() AND a.command = 'confirm_role' AND a.person_id = NEW.confirmed_by_id
      AND a.person_id <> NEW.person_id AND a.person_id IS DISTINCT FROM NEW.given_by_id
      AND r.desk IN ('agency', 'ministry') AND journal_holds(r, a.at) AND r.given_at < a.at
  )) THEN
    RAISE EXCEPTION 'a role is confirmed once, by a second person at the agency or the ministry' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
# An invitation is somebody's, unless it is the first administrator's, which the owner makes; it is used or withdrawn once.
INVITED = """
  IF NOT journal_is_owner() AND TG_OP = 'INSERT' AND NEW.invited_by_id IS NULL THEN
    RAISE EXCEPTION 'an invitation is made by a person' USING ERRCODE = '23514';
  ELSIF TG_OP = 'UPDATE' AND (OLD.accepted_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL) THEN
    RAISE EXCEPTION 'an invitation that was used or withdrawn stays so' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
ENDED = """
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
    RAISE EXCEPTION 'a token that was revoked stays revoked' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0006_invitations"), ("journal", "0008_boundary")]

    operations = [
        keeps("parties_organisation", "id", "synthetic"),
        keeps("parties_person", "id", "uid"),
        keeps("parties_role", "id", "person_id", "desk", "organisation_id", "given_at", "given_by_id", "alone", "until"),
        trigger("is_given_now", "parties_role", when="BEFORE INSERT OR UPDATE", body=GIVEN),
        trigger("is_given_by_another", "parties_role", when="AFTER INSERT", body=BY_ANOTHER, deferred=True, definer=True),
        trigger("is_confirmed_by_another", "parties_role", when="AFTER UPDATE", body=CONFIRMED, deferred=True, definer=True),
        needs_act("parties_role", "end_role,close_account,confirm_role,give_role", "agency,ministry", when="UPDATE"),
        keeps(
            "parties_invitation",
            *("id", "digest", "name_ko", "name_en", "email", "desk", "organisation_id", "until", "invited_by_id"),
            *("made_at", "expires_at"),
        ),
        trigger("is_used_once", "parties_invitation", when="BEFORE INSERT OR UPDATE", body=INVITED),
        needs_act("parties_invitation", "invite_person", "agency,provider,applicant", subject="invitation"),
        keeps("parties_token", "id", "digest", "person_id", "name", "read", "commands", "made_at", "expires_at"),
        trigger("stays_revoked", "parties_token", when="BEFORE UPDATE", body=ENDED),
        needs_act("parties_token", "make_token,revoke_token,end_role,close_account", EVERY_DESK, when="INSERT OR UPDATE", subject="token"),
        pin_functions(),
    ]
