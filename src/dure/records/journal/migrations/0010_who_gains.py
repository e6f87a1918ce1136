"""Who gains by a decision: everybody whose case it judges, whether or not it passed, and not the winners of four decisions alone."""

from django.db import migrations

from dure.records.journal.guards import pin_functions

# As `cycle.gainers` has it, which says why. A list on a path is followed for each of its items.
GAINERS = """
CREATE OR REPLACE FUNCTION journal_gainers(decision_ text, plan jsonb) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    WITH judged AS MATERIALIZED (
      SELECT DISTINCT kind, at #>> '{}' AS id
      FROM (VALUES
        ('evaluation', 'proposal', '$.ranking.proposal'), ('evaluation', 'application', '$.ranking.proposal'),
        ('eligibility', 'application', '$.results.application'),
        ('portfolio', 'proposal', '$.awards.proposal'), ('portfolio', 'lot', '$.reasons.item'),
        ('buildout', 'cluster', '$.clusters.cluster'),
        ('allocation', 'application', '$.grants.application'), ('allocation', 'application', '$.reasons.item'),
        ('provisioning', 'lease', '$.changes.grant'),
        ('metering', 'lease', '$.usage.lease'), ('metering', 'organisation', '$.usage.organisation'),
        ('metering', 'server', '$.states.server'), ('metering', 'organisation', '$.own_use.provider'),
        ('burden', 'organisation', '$.rates.organisation'),
        ('settlement', 'organisation', '$.balances.organisation'), ('settlement', 'lease', '$.invoices.lines.lease'),
        ('settlement', 'organisation', '$.providers.provider'),
        ('reclaim', 'lease', '$.proposals.lease'), ('reclaim', 'application', '$.regrants.application'),
        ('reclaim', 'application', '$.reasons.item')
      ) named(decision, kind, path), jsonb_path_query(plan, path::jsonpath) at
      WHERE decision = decision_)
    SELECT coalesce(array_agg(DISTINCT organisation), '{}') FROM (
      SELECT id AS organisation FROM judged WHERE kind = 'organisation'
      UNION ALL SELECT a.organisation_id FROM judged j JOIN demand_application a USING (id) WHERE kind = 'application'
      UNION ALL SELECT p.provider_id FROM judged j JOIN procurement_proposal p USING (id) WHERE kind = 'proposal'
      UNION ALL SELECT p.provider_id FROM judged j JOIN procurement_proposal p ON starts_with(j.id, p.id || '/') WHERE kind = 'lot'
      UNION ALL SELECT a.organisation_id FROM judged j JOIN allocation_grant g ON g.id = regexp_replace(j.id, '#[1-9][0-9]{0,3}$', '')
        JOIN demand_application a ON a.id = g.application_id WHERE kind = 'lease'
      UNION ALL SELECT o.provider_id FROM judged j JOIN supply_server s USING (id) JOIN supply_pool o ON o.id = s.pool_id
        WHERE kind = 'server'
      UNION ALL SELECT o.provider_id FROM judged j JOIN supply_cluster c USING (id) JOIN supply_pool o ON o.id = c.pool_id
        WHERE kind = 'cluster') theirs);
END $$;
CREATE OR REPLACE FUNCTION journal_gains(entry bigint, decision_ text, person bigint, at_ timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE acts_for text[];
BEGIN
  IF decision_ IN ('budget', 'demand', 'shares', 'outcomes') THEN
    RETURN false;
  END IF;
  acts_for := journal_acts_for(person, at_);
  RETURN acts_for <> '{}' AND acts_for && journal_gainers(decision_, journal_plan(entry));
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0009_answers"), ("allocation", "0001_initial"), ("supply", "0001_initial")]

    operations = [migrations.RunSQL(GAINERS, migrations.RunSQL.noop), pin_functions()]
