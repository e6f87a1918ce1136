"""An evaluator is replaced while the panel scores and before the first sheet: the seat is left and stays, another is added."""

from django.db import migrations, models

from dure.records.journal.guards import keeps, pin_functions, redefine, trigger

LEFT = """
  SELECT locked_at INTO panel FROM review_panel WHERE id = NEW.panel_id FOR SHARE;
  IF OLD.left_at IS NOT NULL OR NEW.left_at IS NULL OR panel.locked_at IS NOT NULL
      OR EXISTS (SELECT FROM review_scoresheet WHERE seat_id = NEW.id)
      OR (NOT journal_is_owner() AND NOT journal_is_now(NEW.left_at)) THEN
    RAISE EXCEPTION 'seat % is left once, before its first sheet and while the panel scores', NEW.code USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# Seats come with their panel, or in place of another; looked at when the transaction ends, because only then its act is there.
BY_ACT = """
  IF journal_is_owner() OR EXISTS (
    SELECT FROM journal_act a JOIN parties_role r ON r.person_id = a.person_id
    WHERE a.transaction = pg_current_xact_id() AND a.about = 'panel/' || NEW.panel_id AND r.desk = 'agency'
      AND journal_holds(r, a.at) AND r.given_at < a.at
      AND (a.command = 'replace_evaluator' OR (a.command = 'seat_panel' AND TG_OP = 'INSERT'))
  ) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% changes only by an act in the same transaction: %', TG_TABLE_NAME, 'seat_panel,replace_evaluator'
    USING ERRCODE = '23514';
"""
SHEET = """
  IF EXISTS (SELECT FROM review_seat WHERE id = NEW.seat_id AND left_at IS NOT NULL) THEN
    RAISE EXCEPTION 'somebody else judges in place of that evaluator' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
JUDGED = """
CREATE OR REPLACE FUNCTION review_user_calls_of_reader() RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(DISTINCT p.subject), '{}') FROM review_panel p JOIN review_seat s ON s.panel_id = p.id
  WHERE p.kind = 'application' AND s.person_id = journal_reader() AND s.left_at IS NULL
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0008_withdrawn_applications"), ("parties", "0011_person_mergers")]

    operations = [
        migrations.AddField(
            "seat",
            "left_at",
            models.DateTimeField(null=True, blank=True, help_text="Somebody else was seated in this place."),
        ),
        migrations.RunSQL(
            "DROP TRIGGER only_grows ON review_seat; DROP TRIGGER is_never_emptied ON review_seat", migrations.RunSQL.noop
        ),
        keeps("review_seat", "id", "code", "panel_id", "person_id"),
        trigger("is_left_once", "review_seat", when="BEFORE UPDATE", declare="panel record;", body=LEFT, definer=True),
        trigger(
            "comes_by_its_act", "review_seat", when="AFTER INSERT OR UPDATE", body=BY_ACT, deferred=True, definer=True
        ),
        # by name after `is_allowed`, which holds the seat
        trigger("is_by_who_sits", "review_scoresheet", when="BEFORE INSERT", body=SHEET, definer=True),
        migrations.RunSQL(JUDGED, migrations.RunSQL.noop),
        pin_functions(),
    ]
