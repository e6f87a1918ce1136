"""A notice is marked as read, or as unread again, by the person whom it told."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, trigger

READ = """
  IF NEW.read_at IS DISTINCT FROM OLD.read_at AND NOT journal_is_owner() AND NEW.person_id IS DISTINCT FROM journal_reader() THEN
    RAISE EXCEPTION 'a notice is marked by the person whom it told' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("journal", "0008_boundary")]

    operations = [
        trigger("is_read_by_oneself", "notifications_notification", when="BEFORE UPDATE OF read_at", body=READ),
        pin_functions(),
    ]
