"""Applications, and whether they may be judged, exist for the organisation that applied and for offices."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, rows_of_organisations

HELD = """
CREATE FUNCTION demand_applications_of_reader() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT coalesce(array_agg(id), '{}') FROM demand_application
  WHERE organisation_id = ANY (parties_organisations_of_reader('applicant'))
$$;
"""
# What the public page says of all applications, whoever reads it.
TOTALS = """
CREATE FUNCTION demand_public_totals() RETURNS TABLE (applications bigint, checked bigint, eligible bigint)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT (SELECT count(*) FROM demand_application), count(*), count(*) FILTER (WHERE last.eligible)
  FROM (SELECT DISTINCT ON (application_id) o.eligible FROM demand_eligibilityoutcome o
    ORDER BY application_id, entry_id DESC) last
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("demand", "0004_boundary"), ("parties", "0010_readers")]

    operations = [
        migrations.RunSQL(HELD, "DROP FUNCTION demand_applications_of_reader()"),
        migrations.RunSQL(TOTALS, "DROP FUNCTION demand_public_totals()"),
        rows_of_organisations(
            "demand_application", "organisation_id = ANY ((SELECT parties_organisations_of_reader('applicant'))::text[])"
        ),
        rows_of_organisations(
            "demand_eligibilityoutcome", "application_id = ANY ((SELECT demand_applications_of_reader())::text[])"
        ),
        pin_functions(),
    ]
