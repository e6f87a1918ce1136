"""Which grants are the reader's is found from organisation and pool on, once for each query, and looked up as a set."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, rows_of_set, set_of

# Joins rather than `= ANY (function())`, which calls the function for each grant that there is.
GRANTS = """
CREATE OR REPLACE FUNCTION allocation_grants_of_reader(hosted boolean)
RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT coalesce(array_agg(id), '{}') FROM (
    SELECT g.id FROM demand_application a JOIN allocation_grant g ON g.application_id = a.id
    WHERE a.organisation_id = ANY ((SELECT parties_organisations_of_reader('applicant'))::text[])
    UNION ALL
    SELECT g.id FROM supply_pool p JOIN allocation_grant g ON g.pool_id = p.id
    WHERE hosted AND p.provider_id = ANY ((SELECT parties_organisations_of_reader('provider'))::text[])
  ) theirs
$$;
CREATE OR REPLACE FUNCTION allocation_applications_hosted_by_reader()
RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT coalesce(array_agg(DISTINCT g.application_id), '{}') FROM allocation_grant g JOIN supply_pool p ON p.id = g.pool_id
  WHERE p.provider_id = ANY ((SELECT parties_organisations_of_reader('provider'))::text[])
$$;
"""
OF_GRANTS = "allocation_grants_of_reader(true)"
OF_APPLICATIONS = "demand_applications_of_reader()"


class Migration(migrations.Migration):
    dependencies = [("allocation", "0011_totals_with_regrants"), ("demand", "0007_rows_by_sets")]

    operations = [
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        rows_of_set("allocation_grant", "id", OF_GRANTS),
        rows_of_set("allocation_lease", "grant_id", OF_GRANTS),
        rows_of_set("allocation_roundreason", "application_id", OF_APPLICATIONS),
        rows_of_set("allocation_waitingplace", "application_id", OF_APPLICATIONS),
        migrations.RunSQL(
            "ALTER POLICY hosts_it ON demand_application USING (id IN "
            f"{set_of('allocation_applications_hosted_by_reader()')})",
            "ALTER POLICY hosts_it ON demand_application USING (id = ANY "
            "((SELECT allocation_applications_hosted_by_reader())::text[]))",
        ),
        pin_functions(),
    ]
