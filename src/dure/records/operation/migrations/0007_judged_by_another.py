"""Nobody judges an answer or an appeal that they entered for the holder, under any account: asked of the acts at the commit."""

from django.db import migrations

from dure.records.journal.guards import needs_act, pin_functions, trigger

# Noon, and half a day to either side of it wherever the programme's clocks stand.
ON = """
CREATE FUNCTION operation_was_on(at timestamptz, day date) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT abs(extract(epoch FROM at - (day + time '12:00') AT TIME ZONE 'UTC')) <= 26 * 3600
$$;
"""
# What was entered has its act of that day, by which its judge is told from whoever entered it. The owner plays without acts.
ENTERED = """
CREATE FUNCTION operation_require_act(about_ text, command_ text, day date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT journal_is_owner() AND NOT EXISTS (
    SELECT FROM journal_act WHERE transaction = pg_current_xact_id() AND command = command_ AND about = about_
      AND operation_was_on(at, day)
  ) THEN
    RAISE EXCEPTION '% changes only by an act in the same transaction: %', about_, command_ USING ERRCODE = '23514';
  END IF;
END $$;
"""
JUDGED = """
CREATE FUNCTION operation_refuse_ones_own(about_ text, entering text, entered_on date, judging text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT journal_is_owner() AND NOT EXISTS (
    SELECT FROM journal_act WHERE transaction = pg_current_xact_id() AND command = judging AND about = about_
  ) THEN
    RAISE EXCEPTION '% changes only by an act in the same transaction: %', about_, judging USING ERRCODE = '23514';
  ELSIF EXISTS (
    SELECT FROM journal_act judged JOIN journal_act entered ON entered.about = judged.about AND entered.command = entering
      AND operation_was_on(entered.at, entered_on) AND parties_one(entered.person_id) = parties_one(judged.person_id)
    WHERE judged.transaction = pg_current_xact_id() AND judged.command = judging AND judged.about = about_
  ) THEN
    RAISE EXCEPTION 'whoever judges what the holder of % said entered it', about_ USING ERRCODE = '23514';
  END IF;
END $$;
"""
NOTICE = """
  IF ROW(NEW.answered_on, NEW.answer) IS DISTINCT FROM ROW(OLD.answered_on, OLD.answer) THEN
    PERFORM operation_require_act('grant/' || NEW.grant_id, 'answer_notice', NEW.answered_on);
  END IF;
  IF NEW.answer_accepted IS DISTINCT FROM OLD.answer_accepted THEN
    PERFORM operation_refuse_ones_own('grant/' || NEW.grant_id, 'answer_notice', NEW.answered_on, 'judge_answer');
  END IF;
  RETURN NULL;
"""
OPENED = """
  PERFORM operation_require_act('grant/' || NEW.grant_id, 'open_appeal', NEW.opened_on);
  RETURN NULL;
"""
CLOSED = """
  PERFORM operation_refuse_ones_own('grant/' || NEW.grant_id, 'open_appeal', NEW.opened_on, 'close_appeal');
  RETURN NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("operation", "0006_appeals_of_notices"), ("parties", "0011_person_mergers")]

    operations = [
        migrations.RunSQL(ON, "DROP FUNCTION operation_was_on(timestamptz, date)"),
        migrations.RunSQL(ENTERED, "DROP FUNCTION operation_require_act(text, text, date)"),
        migrations.RunSQL(JUDGED, "DROP FUNCTION operation_refuse_ones_own(text, text, date, text)"),
        needs_act("operation_notice", "answer_notice,judge_answer", "agency,applicant", when="UPDATE"),
        needs_act(
            "operation_appeal", "open_appeal,close_appeal", "agency,ministry,applicant", when="INSERT OR UPDATE"
        ),
        trigger("is_not_ones_own", "operation_notice", when="AFTER UPDATE", body=NOTICE, deferred=True, definer=True),
        trigger("has_its_act", "operation_appeal", when="AFTER INSERT", body=OPENED, deferred=True, definer=True),
        trigger("is_not_ones_own", "operation_appeal", when="AFTER UPDATE", body=CLOSED, deferred=True, definer=True),
        pin_functions(),
    ]
