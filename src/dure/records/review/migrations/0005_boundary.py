"""Seats and terms of a panel stay; sheets are dated by the server's clock."""

from django.db import migrations

from dure.records.journal.guards import keeps, needs_act, only_grows, pin_functions, redefine, rows_of

SHEET_VARIABLES = "sits record; locked timestamptz; last integer;"
SHEET = """
  SELECT locked_at INTO locked FROM review_panel WHERE id = NEW.panel_id FOR SHARE;
  SELECT panel_id, code INTO sits FROM review_seat WHERE id = NEW.seat_id FOR SHARE;
  IF locked IS NOT NULL THEN
    RAISE EXCEPTION 'the scores of panel % are locked', NEW.panel_id USING ERRCODE = '23514';
  ELSIF sits.panel_id <> NEW.panel_id THEN
    RAISE EXCEPTION 'that seat belongs to panel %', sits.panel_id USING ERRCODE = '23514';
  ELSIF EXISTS (SELECT 1 FROM review_recusal WHERE seat_id = NEW.seat_id AND item = NEW.item) THEN
    RAISE EXCEPTION 'evaluator % has stepped back from %', sits.code, NEW.item USING ERRCODE = '23514';
  ELSIF jsonb_typeof(NEW.points) <> 'object' THEN
    RAISE EXCEPTION 'points are given per criterion' USING ERRCODE = '23514';
  ELSIF EXISTS (SELECT 1 FROM jsonb_each(NEW.points) p
      WHERE jsonb_typeof(p.value) <> 'string' OR (p.value #>> '{}') !~ '^(0|[1-9][0-9]{0,17})([.][0-9]{1,18})?$') THEN
    RAISE EXCEPTION 'points are non-negative decimals as text' USING ERRCODE = '23514';
  ELSIF NOT journal_is_owner() AND NOT journal_is_now(NEW.submitted_at) THEN
    RAISE EXCEPTION 'a score sheet is dated %, which is not now', NEW.submitted_at USING ERRCODE = '23514';
  END IF;
  SELECT coalesce(max(version), 0) INTO last FROM review_scoresheet WHERE seat_id = NEW.seat_id AND item = NEW.item;
  IF NEW.version <> last + 1 THEN
    RAISE EXCEPTION 'the next version of that sheet is %', last + 1 USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
RECUSAL = """
  PERFORM 1 FROM review_seat WHERE id = NEW.seat_id FOR UPDATE;
  RETURN NEW;
"""

# An evaluator's own until the panel is locked; then everybody's who may read sheets. The agency hands in what came on paper.
OWN = """
  panel_id IN (SELECT id FROM review_panel WHERE locked_at IS NOT NULL)
  OR seat_id IN (SELECT id FROM review_seat WHERE person_id = journal_reader())
  OR (SELECT journal_agency_does('submit_score_sheet'))
"""
# How many there are is for everybody who sees the panel, and is counted with the owner's rights.
COUNTED = """
CREATE FUNCTION review_sheets_of(panel text, counting boolean) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT count(*) FROM review_scoresheet s WHERE s.panel_id = panel AND (NOT counting OR (
    NOT EXISTS (SELECT FROM review_scoresheet n WHERE n.seat_id = s.seat_id AND n.item = s.item AND n.version > s.version)
    AND NOT EXISTS (SELECT FROM review_recusal r WHERE r.seat_id = s.seat_id AND r.item = s.item)))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0004_assignment"), ("journal", "0008_boundary")]

    operations = [
        keeps("review_panel", "id", "kind", "subject", "seated_at", "criteria", "draw_seed"),
        needs_act("review_panel", "seat_panel,lock_panel", "agency", when="INSERT OR UPDATE", subject="panel"),
        only_grows("review_seat"),
        redefine("review_scoresheet_is_allowed", SHEET, declare=SHEET_VARIABLES, definer=True),
        redefine("review_recusal_waits_for_sheets", RECUSAL, definer=True),
        rows_of("review_scoresheet", OWN),
        migrations.RunSQL(COUNTED, "DROP FUNCTION review_sheets_of(text, boolean)"),
        migrations.RunSQL(
            "ALTER VIEW review_assignment SET (security_invoker = true)", "ALTER VIEW review_assignment RESET (security_invoker)"
        ),
        pin_functions(),
    ]
