"""Roles are given by another person, now, and never rewritten; people and tokens keep what they are known by."""

from django.db import migrations

from dure.records.journal.guards import keeps, needs_act, pin_functions, trigger

EVERY_DESK = "ministry,agency,reviewer,provider,applicant,operator,auditor"
GIVEN = """
  IF TG_OP = 'UPDATE' AND OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NULL OR NEW.ended_at > OLD.ended_at) THEN
    RAISE EXCEPTION 'a role that has its end never lasts longer' USING ERRCODE = '23514', HINT = 'Give it anew.';
  ELSIF NOT journal_is_owner() AND (
      (TG_OP = 'INSERT' AND NOT journal_is_now(NEW.given_at))
      OR (TG_OP = 'UPDATE' AND NEW.ended_at < clock_timestamp() - interval '1 hour')) THEN
    RAISE EXCEPTION 'a role is given from now on and ends no earlier than now' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# Whoever gives the role acts in the same transaction, holds the right since before, and is not who gets it.
BY_ANOTHER = """
  IF NOT journal_is_owner() AND NOT EXISTS (
    SELECT FROM journal_act a JOIN parties_role r ON r.person_id = a.person_id
    WHERE a.transaction = pg_current_xact_id() AND a.person_id <> NEW.person_id AND r.desk IN ('agency', 'ministry')
      AND journal_holds(r, a.at) AND r.given_at < a.at
  ) THEN
    RAISE EXCEPTION 'a role is given by another person, at the agency or the ministry' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
ENDED = """
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
    RAISE EXCEPTION 'a token that was revoked stays revoked' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0004_words_and_views"), ("journal", "0008_boundary")]

    operations = [
        keeps("parties_organisation", "id", "synthetic"),
        keeps("parties_person", "id", "uid"),
        keeps("parties_role", "id", "person_id", "desk", "organisation_id", "given_at"),
        trigger("is_given_now", "parties_role", when="BEFORE INSERT OR UPDATE", body=GIVEN),
        trigger("is_given_by_another", "parties_role", when="AFTER INSERT", body=BY_ANOTHER, deferred=True, definer=True),
        needs_act("parties_role", "end_role,close_account", "agency,ministry", when="UPDATE"),
        keeps("parties_token", "id", "digest", "person_id", "name", "read", "commands", "made_at", "expires_at"),
        trigger("stays_revoked", "parties_token", when="BEFORE UPDATE", body=ENDED),
        needs_act("parties_token", "make_token,revoke_token", EVERY_DESK, when="INSERT OR UPDATE", subject="token"),
        pin_functions(),
    ]
