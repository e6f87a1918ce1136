"""Applications come in by the server's clock; what a call or survey was opened with stays."""

from django.db import migrations

from dure.records.journal.guards import keeps, needs_act, pin_functions, redefine

DEADLINE = """
  IF NEW.closes_at < OLD.closes_at OR NEW.opens_at > OLD.opens_at
      OR (NOT journal_is_owner() AND (NEW.closes_at, NEW.opens_at) <> (OLD.closes_at, OLD.opens_at)) THEN
    RAISE EXCEPTION 'the deadline of user call % only moves later', OLD.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
IN_TIME = """
  SELECT opens_at, closes_at INTO call FROM demand_usercall WHERE id = NEW.user_call_id FOR SHARE;
  IF NEW.submitted_at < call.opens_at OR NEW.submitted_at >= call.closes_at
      OR (NOT journal_is_owner() AND (clock_timestamp() >= call.closes_at OR NOT journal_is_now(NEW.submitted_at))) THEN
    RAISE EXCEPTION 'user call % takes applications from % until before %', NEW.user_call_id, call.opens_at, call.closes_at
      USING ERRCODE = '23514';
  ELSIF jsonb_typeof(NEW.gpu_models) <> 'object' OR NEW.gpu_models = '{}'::jsonb OR EXISTS (
      SELECT 1 FROM jsonb_each(NEW.gpu_models) m
      WHERE jsonb_typeof(m.value) <> 'string' OR (m.value #>> '{}') !~ '^(0[.][0-9]{1,18}|1([.]0{1,18})?)$') THEN
    RAISE EXCEPTION 'application % names at least one GPU model, each with its value as decimal text', NEW.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("demand", "0003_words_and_orders"), ("journal", "0008_boundary")]

    operations = [
        keeps("demand_survey", "id", "opened_on", "closed_on", "invited"),
        keeps("demand_surveyframecell", "id", "survey_id", "sector", "size", "organisations"),
        keeps("demand_usercall", "id", "gpus_offered"),
        redefine("demand_usercall_only_moves_later", DEADLINE),
        needs_act("demand_usercall", "open_user_call", "agency", subject="user_call"),
        redefine("demand_application_is_in_time", IN_TIME, declare="call record;", definer=True),
        pin_functions(),
    ]
