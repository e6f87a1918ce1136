"""Planned steps, notices and appeals keep what they said; an answer, once judged, stays."""

from django.db import migrations

from dure.records.journal.guards import keeps, pin_functions, trigger

STEP = ("id", "entry_id", "pool_id", '"order"', "action", "kind", "name", "set_to", "undo_to", "grant_id", "planned_at")
ONCE = """
  IF (OLD.applied_at IS NOT NULL AND NEW.applied_at IS DISTINCT FROM OLD.applied_at)
      OR (OLD.undone_at IS NOT NULL AND NEW.undone_at IS DISTINCT FROM OLD.undone_at) THEN
    RAISE EXCEPTION 'a step is applied once and undone once' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
ANSWERED = """
  IF OLD.answer_accepted IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'an answer that was judged stays as it is' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
CLOSED = """
  IF OLD.closed_on IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'an appeal that was decided stays as it is' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("operation", "0003_usage_by_hours"), ("journal", "0008_boundary")]

    operations = [
        keeps("operation_provisioningchange", *STEP),
        trigger("happens_once", "operation_provisioningchange", when="BEFORE UPDATE", body=ONCE),
        keeps("operation_dailyuse", "id", "grant_id", "day"),
        keeps("operation_notice", "id", "grant_id", "entry_id", "because", "sent_on", "answer_by"),
        trigger("stays_judged", "operation_notice", when="BEFORE UPDATE", body=ANSWERED),
        keeps("operation_appeal", "id", "grant_id", "opened_on", "text"),
        trigger("stays_decided", "operation_appeal", when="BEFORE UPDATE", body=CLOSED),
        pin_functions(),
    ]
