"""A panel is locked no earlier than its last sheet; a lock and a sheet take turns, for a sheet holds its panel."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, trigger

NO_LATER_SHEET = """
  IF EXISTS (SELECT FROM review_scoresheet WHERE panel_id = NEW.id AND submitted_at > NEW.locked_at) THEN
    RAISE EXCEPTION 'panel % has a sheet that is later than its lock', NEW.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0010_who_has_handed_in")]

    operations = [
        trigger(
            "has_no_later_sheet", "review_panel", when="BEFORE UPDATE OF locked_at", body=NO_LATER_SHEET, definer=True
        ),
        pin_functions(),
    ]
