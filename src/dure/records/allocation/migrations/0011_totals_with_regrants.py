"""Totals of grants count all grants, whichever decision made them, and say how many came by a re-grant.

What a reclaim freed and handed on counted as lost before: the reclaim shortened leases of the allocation, and the leases that
took their place stood in no total.
"""

from django.db import migrations

from dure.records.journal.guards import pin_functions

# What the public page says of all grants, whoever reads it; `granted_again`: applications that only a re-grant has served.
TOTALS = """
DROP FUNCTION allocation_public_totals();
CREATE FUNCTION allocation_public_totals()
RETURNS TABLE (granted_applications bigint, granted_again bigint, granted_servers bigint, reclaimed bigint)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT count(DISTINCT g.application_id),
    count(DISTINCT g.application_id) - count(DISTINCT g.application_id) FILTER (WHERE e.decision = 'allocation'),
    sum(g.servers),
    (SELECT count(DISTINCT grant_id) FROM allocation_lease WHERE ended_because = 'reclaimed')
  FROM allocation_grant g JOIN journal_entry e ON e.seq = g.entry_id
$$;
"""
# Of each round, which begins and ends at `starts` and `ends`: `granted_gpus` is the most that its leases hold at one instant,
# `held_gpus` the same over the leases of every round on its pools, within its weeks.
OF_ROUNDS = """
DROP FUNCTION allocation_round_totals(text[], timestamptz[]);
CREATE FUNCTION allocation_round_totals(rounds text[], starts timestamptz[], ends timestamptz[]) RETURNS TABLE (
  round_id text, opened_gpus bigint, held_gpus bigint, granted_gpus bigint, chosen bigint, chosen_again bigint,
  granted_servers bigint, servers_again bigint, received bigint, synthetic boolean)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT r.id,
    (SELECT sum(p.gpus_per_server) FROM supply_server s JOIN supply_pool p ON p.id = s.pool_id
     WHERE s.pool_id = ANY (r.pools) AND NOT s.own_use AND s.in_service_from < asked.ends),
    at_once.held, at_once.granted, given.chosen, given.chosen_again, given.servers, given.servers_again,
    (SELECT count(*) FROM demand_application d WHERE d.user_call_id = r.user_call_id),
    EXISTS (SELECT FROM demand_application d WHERE d.user_call_id = r.user_call_id AND d.synthetic)
  FROM unnest($1, $2, $3) AS asked(round_id, starts, ends)
  JOIN allocation_allocationround r ON r.id = asked.round_id
  CROSS JOIN LATERAL (
    SELECT count(*) AS chosen, count(*) FILTER (WHERE e.decision <> 'allocation') AS chosen_again,
      sum(g.servers) AS servers, sum(g.servers) FILTER (WHERE e.decision <> 'allocation') AS servers_again
    FROM allocation_grant g JOIN journal_entry e ON e.seq = g.entry_id WHERE g.round_id = r.id
  ) given
  CROSS JOIN LATERAL (
    WITH leases AS (
      SELECT greatest(lower(l.during), asked.starts) AS since, upper(l.during) AS until, p.gpus_per_server AS gpus,
        CASE WHEN g.round_id = r.id THEN p.gpus_per_server ELSE 0 END AS own
      FROM allocation_lease l JOIN allocation_grant g ON g.id = l.grant_id JOIN supply_pool p ON p.id = g.pool_id
      WHERE g.pool_id = ANY (r.pools) AND l.withdrawn_at IS NULL AND l.during && tstzrange(asked.starts, asked.ends)
    ), changes AS (
      SELECT since AS at, gpus, own FROM leases UNION ALL SELECT until, -gpus, -own FROM leases
    ), levels AS (
      SELECT sum(sum(gpus)) OVER (ORDER BY at) AS held, sum(sum(own)) OVER (ORDER BY at) AS own FROM changes GROUP BY at
    )
    SELECT max(held)::bigint AS held, max(own)::bigint AS granted FROM levels
  ) at_once
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("allocation", "0010_round_totals")]

    operations = [
        migrations.RunSQL(TOTALS, migrations.RunSQL.noop),
        migrations.RunSQL(OF_ROUNDS, migrations.RunSQL.noop),
        pin_functions(),
    ]
