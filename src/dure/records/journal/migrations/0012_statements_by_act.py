"""Whoever states something does so by the command for it, at that moment."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, trigger

# What is stated of the whole programme names no subject of the act's.
STATED = """
  IF journal_is_owner() OR EXISTS (
    SELECT FROM journal_act a
    WHERE a.transaction = pg_current_xact_id() AND a.person_id = NEW.stated_by_id AND a.at = NEW.stated_at
      AND a.command = CASE NEW.kind WHEN 'usage_records' THEN 'report_usage' WHEN 'cluster_state' THEN 'report_cluster_state'
        WHEN 'maintenance' THEN 'plan_maintenance' WHEN 'off_purpose' THEN 'confirm_off_purpose'
        WHEN 'buildout_report' THEN 'report_buildout' WHEN 'proposal_checks' THEN 'check_proposals'
        WHEN 'obligations' THEN 'note_obligations' WHEN 'policy_priority' THEN 'set_policy_priority'
        WHEN 'burden_design' THEN 'design_burden' WHEN 'settlement_notes' THEN 'note_settlement' END
      AND (NEW.kind = 'buildout_report' OR substr(a.about, strpos(a.about, '/') + 1) = NEW.subject)
  ) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'what is stated of % has its act, of that person and that moment', NEW.subject USING ERRCODE = '23514';
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0011_owed_acts")]

    operations = [
        trigger("has_its_act", "journal_statement", when="AFTER INSERT", body=STATED, deferred=True, definer=True),
        pin_functions(),
    ]
