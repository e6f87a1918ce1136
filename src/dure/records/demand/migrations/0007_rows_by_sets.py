"""Which applications are the reader's is found by the index of organisations, once for each query."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, rows_of_set

# A function in `= ANY (...)` is called for each row, unless it stands within `(SELECT ...)`.
HELD = """
CREATE OR REPLACE FUNCTION demand_applications_of_reader() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT coalesce(array_agg(id), '{}') FROM demand_application
  WHERE organisation_id = ANY ((SELECT parties_organisations_of_reader('applicant'))::text[])
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("demand", "0006_withdrawal")]

    operations = [
        migrations.RunSQL(HELD, migrations.RunSQL.noop),
        rows_of_set("demand_eligibilityoutcome", "application_id", "demand_applications_of_reader()"),
        pin_functions(),
    ]
