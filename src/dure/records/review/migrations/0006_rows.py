"""Evaluators read the applications that their panels judge."""

from django.db import migrations

from dure.records.journal.guards import also_read, pin_functions

JUDGED = """
CREATE FUNCTION review_user_calls_of_reader() RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(DISTINCT p.subject), '{}') FROM review_panel p JOIN review_seat s ON s.panel_id = p.id
  WHERE p.kind = 'application' AND s.person_id = journal_reader()
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0005_boundary"), ("demand", "0005_rows")]

    operations = [
        migrations.RunSQL(JUDGED, "DROP FUNCTION review_user_calls_of_reader()"),
        also_read("demand_application", "evaluates_it", "user_call_id = ANY ((SELECT review_user_calls_of_reader())::text[])"),
        pin_functions(),
    ]
