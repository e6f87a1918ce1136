"""A file is handed in now: it waits a day for its act, and no longer."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, trigger

NOW = """
  IF NOT journal_is_owner() AND NOT journal_is_now(NEW.handed_in_at) THEN
    RAISE EXCEPTION 'a file is handed in now' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_held_to_acts")]

    operations = [
        trigger("is_handed_in_now", "documents_upload", when="BEFORE INSERT OR UPDATE OF handed_in_at", body=NOW),
        pin_functions(),
    ]
