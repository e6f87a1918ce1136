"""What a round has allotted at once is counted over its leases: a grant that was reclaimed holds nothing any more."""

from django.db import migrations

from dure.records.journal.guards import pin_functions

HELD = """
CREATE OR REPLACE FUNCTION allocation_round_totals(rounds text[], ends timestamptz[]) RETURNS TABLE (
  round_id text, opened_gpus bigint, granted_gpus bigint, chosen bigint, granted_servers bigint, received bigint, synthetic boolean)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT r.id,
    (SELECT sum(p.gpus_per_server) FROM supply_server s JOIN supply_pool p ON p.id = s.pool_id
     WHERE s.pool_id = ANY (r.pools) AND NOT s.own_use AND s.in_service_from < asked.ends),
    held.at_once, given.chosen, given.servers,
    (SELECT count(*) FROM demand_application d WHERE d.user_call_id = r.user_call_id),
    EXISTS (SELECT FROM demand_application d WHERE d.user_call_id = r.user_call_id AND d.synthetic)
  FROM unnest($1, $2) AS asked(round_id, ends)
  JOIN allocation_allocationround r ON r.id = asked.round_id
  CROSS JOIN LATERAL (
    SELECT count(DISTINCT g.application_id) AS chosen, sum(g.servers) AS servers
    FROM allocation_grant g JOIN journal_entry e ON e.seq = g.entry_id
    WHERE g.round_id = r.id AND e.decision = 'allocation'
  ) given
  CROSS JOIN LATERAL (
    WITH mine AS (
      SELECT l.during, p.gpus_per_server AS gpus
      FROM allocation_lease l JOIN allocation_grant g ON g.id = l.grant_id JOIN journal_entry e ON e.seq = g.entry_id
        JOIN supply_pool p ON p.id = g.pool_id
      WHERE g.round_id = r.id AND e.decision = 'allocation' AND l.withdrawn_at IS NULL
    ), changes AS (
      SELECT lower(during) AS at, gpus FROM mine UNION ALL SELECT upper(during), -gpus FROM mine
    ), levels AS (
      SELECT sum(sum(gpus)) OVER (ORDER BY at) AS level FROM changes GROUP BY at
    )
    SELECT max(level)::bigint AS at_once FROM levels
  ) held
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("allocation", "0009_rows")]

    operations = [migrations.RunSQL(HELD, migrations.RunSQL.noop), pin_functions()]
