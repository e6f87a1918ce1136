"""Grants and leases exist for who holds them, for the provider on whose servers they are, and for offices; places for holders."""

from django.db import migrations

from dure.records.journal.guards import also_read, pin_functions, rows_of_organisations

# `hosted`: besides the grants that the reader holds, those on the reader's servers.
GRANTS = """
CREATE FUNCTION allocation_grants_of_reader(hosted boolean) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT coalesce(array_agg(g.id), '{}') FROM allocation_grant g
  WHERE g.application_id = ANY (demand_applications_of_reader())
    OR (hosted AND g.pool_id IN (
      SELECT id FROM supply_pool WHERE provider_id = ANY (parties_organisations_of_reader('provider'))))
$$;
CREATE FUNCTION allocation_applications_hosted_by_reader() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT coalesce(array_agg(DISTINCT g.application_id), '{}') FROM allocation_grant g JOIN supply_pool p ON p.id = g.pool_id
  WHERE p.provider_id = ANY (parties_organisations_of_reader('provider'))
$$;
"""
# What the public page says of all grants, whoever reads it.
TOTALS = """
CREATE FUNCTION allocation_public_totals()
RETURNS TABLE (granted_applications bigint, granted_servers bigint, reclaimed bigint)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT count(DISTINCT g.application_id), sum(g.servers),
    (SELECT count(DISTINCT grant_id) FROM allocation_lease WHERE ended_because = 'reclaimed')
  FROM allocation_grant g JOIN journal_entry e ON e.seq = g.entry_id WHERE e.decision = 'allocation'
$$;
"""
# Of each round, to whose last week's end `ends` says; `synthetic`: whether an application to its call is made up.
OF_ROUNDS = """
CREATE FUNCTION allocation_round_totals(rounds text[], ends timestamptz[]) RETURNS TABLE (
  round_id text, opened_gpus bigint, granted_gpus bigint, chosen bigint, granted_servers bigint, received bigint, synthetic boolean)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT r.id,
    (SELECT sum(p.gpus_per_server) FROM supply_server s JOIN supply_pool p ON p.id = s.pool_id
     WHERE s.pool_id = ANY (r.pools) AND NOT s.own_use AND s.in_service_from < asked.ends),
    given.at_once, given.chosen, given.servers,
    (SELECT count(*) FROM demand_application d WHERE d.user_call_id = r.user_call_id),
    EXISTS (SELECT FROM demand_application d WHERE d.user_call_id = r.user_call_id AND d.synthetic)
  FROM unnest($1, $2) AS asked(round_id, ends)
  JOIN allocation_allocationround r ON r.id = asked.round_id
  CROSS JOIN LATERAL (
    WITH mine AS (
      SELECT g.application_id, g.servers, g.during, g.servers * p.gpus_per_server AS gpus
      FROM allocation_grant g JOIN supply_pool p ON p.id = g.pool_id JOIN journal_entry e ON e.seq = g.entry_id
      WHERE g.round_id = r.id AND e.decision = 'allocation'
    ), changes AS (
      SELECT lower(during) AS at, gpus FROM mine UNION ALL SELECT upper(during), -gpus FROM mine
    ), levels AS (
      SELECT sum(sum(gpus)) OVER (ORDER BY at) AS level FROM changes GROUP BY at
    )
    SELECT (SELECT max(level)::bigint FROM levels) AS at_once, count(DISTINCT application_id) AS chosen, sum(servers) AS servers
    FROM mine
  ) given
$$;
"""
THEIR_APPLICATION = "application_id = ANY ((SELECT demand_applications_of_reader())::text[])"


class Migration(migrations.Migration):
    dependencies = [
        ("allocation", "0008_solve_job"),
        ("demand", "0005_rows"),
        ("parties", "0010_readers"),
        ("supply", "0002_boundary"),
    ]

    operations = [
        migrations.RunSQL(
            GRANTS, "DROP FUNCTION allocation_grants_of_reader(boolean), allocation_applications_hosted_by_reader()"
        ),
        migrations.RunSQL(TOTALS, "DROP FUNCTION allocation_public_totals()"),
        migrations.RunSQL(OF_ROUNDS, "DROP FUNCTION allocation_round_totals(text[], timestamptz[])"),
        rows_of_organisations("allocation_grant", "id = ANY ((SELECT allocation_grants_of_reader(true))::text[])"),
        rows_of_organisations("allocation_lease", "grant_id = ANY ((SELECT allocation_grants_of_reader(true))::text[])"),
        rows_of_organisations("allocation_roundreason", THEIR_APPLICATION),
        rows_of_organisations("allocation_waitingplace", THEIR_APPLICATION),
        also_read(
            "demand_application", "hosts_it", "id = ANY ((SELECT allocation_applications_hosted_by_reader())::text[])"
        ),
        pin_functions(),
    ]
