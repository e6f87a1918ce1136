"""A notice is sent by the decision that proposes it, as it is approved; it is answered once, in words, and judged after that."""

from django.db import migrations, models

from dure.records.journal.guards import Owed, as_approved, owes_act, pin_functions, redefine

# Of an approval that was given on that day, and not told again on another.
SENT = """
  WITH plans AS MATERIALIZED (SELECT entry_id, journal_plan(entry_id) AS plan FROM (SELECT DISTINCT entry_id FROM made) entries),
  items AS MATERIALIZED (
    SELECT entry_id, item ->> 'lease' AS grant_id, item ->> 'because' AS because, item ->> 'answer_by' AS answer_by
    FROM plans, jsonb_array_elements(coalesce(plan -> 'proposals', '[]')) item WHERE item ->> 'action' = 'notice')
  SELECT m.entry_id INTO wrong FROM made m
    LEFT JOIN items i ON i.entry_id = m.entry_id AND i.grant_id = m.grant_id AND i.because = m.because
      AND i.answer_by = m.answer_by::text
    LEFT JOIN journal_entry e ON e.refers_to_id = m.entry_id AND e.kind = 'approval'
    WHERE i.entry_id IS NULL OR m.answered_on IS NOT NULL
      OR (NOT journal_is_owner() AND NOT coalesce(operation_was_on(e.at, m.sent_on), false))
      OR EXISTS (
        SELECT FROM operation_notice o WHERE o.entry_id = m.entry_id AND o.grant_id = m.grant_id AND o.id <> m.id)
    LIMIT 1;
"""
# As in 0007; and what was answered stays.
CHANGED = """
  IF ROW(NEW.answered_on, NEW.answer) IS DISTINCT FROM ROW(OLD.answered_on, OLD.answer) THEN
    IF OLD.answered_on IS NOT NULL THEN
      RAISE EXCEPTION 'a notice is answered once, and the answer stays' USING ERRCODE = '23514';
    END IF;
    PERFORM operation_require_act('grant/' || NEW.grant_id, 'answer_notice', NEW.answered_on);
  END IF;
  IF NEW.answer_accepted IS DISTINCT FROM OLD.answer_accepted THEN
    PERFORM operation_refuse_ones_own('grant/' || NEW.grant_id, 'answer_notice', NEW.answered_on, 'judge_answer');
  END IF;
  RETURN NULL;
"""
# What has no day has nothing that comes with it: a comparison with no day at all is neither true nor false, and passed.
ANSWERED = models.Q(answered_on=None, answer="", answer_accepted=None) | (
    models.Q(answered_on__isnull=False, answered_on__gte=models.F("sent_on")) & ~models.Q(answer="")
)
CLOSED = models.Q(closed_on=None, upheld=None, finding="") | (
    models.Q(closed_on__isnull=False, closed_on__gte=models.F("opened_on"), upheld__isnull=False) & ~models.Q(finding="")
)


class Migration(migrations.Migration):
    dependencies = [("operation", "0008_rows_by_sets"), ("journal", "0011_owed_acts")]

    operations = [
        migrations.RemoveConstraint("notice", "notice_is_sent_then_answered"),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=models.Q(answer_by__gte=models.F("sent_on")) & ANSWERED, name="notice_is_sent_then_answered"
            ),
        ),
        migrations.RemoveConstraint("appeal", "appeal_is_closed_with_a_finding"),
        migrations.AddConstraint(
            "appeal", models.CheckConstraint(condition=CLOSED, name="appeal_is_closed_with_a_finding")
        ),
        as_approved("operation_notice", SENT),
        owes_act(
            "operation_notice",
            "is_sent_by_its_decision",
            Owed("approve_decision", "ministry,agency,operator", "'entry/' || m.entry_id", "m.sent_on"),
        ),
        redefine("operation_notice_is_not_ones_own", CHANGED, definer=True),
        pin_functions(),
    ]
