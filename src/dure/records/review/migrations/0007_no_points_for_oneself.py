"""Nobody gives points to an item of an organisation for which they act: neither the evaluator, nor whoever hands a sheet in for them."""

from django.db import migrations

from dure.records.journal.guards import needs_act, pin_functions, trigger

# Looked at when the transaction ends, because only then its act is there. The owner plays the past without acts.
CONCERNED = """
CREATE FUNCTION review_refuse_concerned(panel text, judged text, command_ text, about_ text, seat bigint, at_ timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE owner text;
BEGIN
  SELECT coalesce(p.provider_id, a.organisation_id) INTO owner
  FROM review_panel r
    LEFT JOIN procurement_proposal p ON r.kind = 'proposal' AND p.id = judged
    LEFT JOIN demand_application a ON r.kind = 'application' AND a.id = judged
  WHERE r.id = panel;
  IF NOT journal_is_owner() AND NOT EXISTS (
      SELECT FROM journal_act WHERE transaction = pg_current_xact_id() AND command = command_ AND about = about_) THEN
    RAISE EXCEPTION '% changes only by an act in the same transaction: %', 'the score of ' || judged, command_
      USING ERRCODE = '23514';
  ELSIF EXISTS (
    SELECT FROM (
      SELECT person_id, at FROM journal_act
        WHERE transaction = pg_current_xact_id() AND command = command_ AND about = about_
      UNION ALL SELECT person_id, at_ FROM review_seat WHERE id = seat AND person_id IS NOT NULL) gives
    WHERE owner = ANY (journal_acts_for(gives.person_id, gives.at))
  ) THEN
    RAISE EXCEPTION 'whoever gives points to % acts for the organisation whose it is', judged USING ERRCODE = '23514';
  END IF;
END $$;
"""
SHEET = """
  PERFORM review_refuse_concerned(NEW.panel_id, NEW.item, 'submit_score_sheet',
    (SELECT 'sheet/' || NEW.panel_id || '/' || code || '/' || NEW.item FROM review_seat WHERE id = NEW.seat_id),
    NEW.seat_id, NEW.submitted_at);
  RETURN NULL;
"""
VISIT = """
  PERFORM review_refuse_concerned(NEW.panel_id, NEW.item, 'record_site_visit', 'panel/' || NEW.panel_id, NULL, NULL);
  RETURN NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0006_rows"), ("journal", "0010_who_gains"), ("procurement", "0001_initial")]

    operations = [
        migrations.RunSQL(CONCERNED, "DROP FUNCTION review_refuse_concerned(text, text, text, text, bigint, timestamptz)"),
        needs_act("review_scoresheet", "submit_score_sheet", "agency,reviewer"),
        needs_act("review_sitevisit", "record_site_visit", "agency"),
        trigger("is_not_ones_own", "review_scoresheet", when="AFTER INSERT", body=SHEET, deferred=True, definer=True),
        trigger("is_not_ones_own", "review_sitevisit", when="AFTER INSERT", body=VISIT, deferred=True, definer=True),
        pin_functions(),
    ]
