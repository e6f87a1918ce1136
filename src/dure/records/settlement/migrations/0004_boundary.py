"""Bills, clawbacks and statements are what was approved, and no part of a grant is billed for more than was leased."""

from django.db import migrations

from dure.records.journal.guards import as_approved, needs_act, only_grows, pin_functions, redefine

# A line is one of the plan's, of its own payer. Reversals are held to the line that they take back.
BILLED = """
  WITH issued AS MATERIALIZED (
    SELECT id, entry_id, organisation_id FROM settlement_invoice WHERE id IN (SELECT invoice_id FROM made)),
  plans AS MATERIALIZED (SELECT entry_id, journal_plan(entry_id) AS plan FROM (SELECT DISTINCT entry_id FROM issued) entries),
  lines AS MATERIALIZED (
    SELECT entry_id, each ->> 'organisation' AS payer, jsonb_array_elements(each -> 'lines') AS line
      FROM plans, jsonb_array_elements(coalesce(plan -> 'invoices', '[]')) each
    UNION ALL
    SELECT entry_id, each ->> 'organisation', each -> 'line' FROM plans, jsonb_array_elements(coalesce(plan -> 'corrections', '[]')) each),
  items AS MATERIALIZED (
    SELECT entry_id, payer, line ->> 'lease' AS lease, line ->> 'model' AS model, (line ->> 'from')::timestamptz AS from_at,
      (line ->> 'to')::timestamptz AS to_at, (line ->> 'gpu_hours')::numeric AS gpu_hours, (line ->> 'rate')::numeric AS rate,
      (line ->> 'list_won')::bigint AS list_won, (line ->> 'billed_won')::bigint AS billed_won
    FROM lines WHERE jsonb_typeof(line) = 'object')
  SELECT v.entry_id INTO wrong FROM made m JOIN issued v ON v.id = m.invoice_id
    LEFT JOIN items i ON i.entry_id = v.entry_id AND i.payer = v.organisation_id AND i.model = m.gpu_model
      AND i.lease = m.grant_id || CASE m.part WHEN 1 THEN '' ELSE '#' || m.part END AND i.from_at = lower(m.during)
      AND i.to_at = upper(m.during) AND i.gpu_hours = m.gpu_hours AND i.rate = m.rate AND i.list_won = m.list_won
      AND i.billed_won = m.billed_won
    WHERE m.reverses_id IS NULL AND i.entry_id IS NULL LIMIT 1;
"""
# By whatever parts a grant is billed: within the time of each new line, all its lines that count come to no more than its leases.
# A line that reaches beyond that time counts by the part of it that lies within.
WITHIN = """
  SELECT m.grant_id INTO beyond FROM made m JOIN allocation_grant g ON g.id = m.grant_id JOIN supply_pool p ON p.id = g.pool_id
    WHERE m.counts AND (
      SELECT sum(l.gpu_hours * extract(epoch FROM upper(l.during * m.during) - lower(l.during * m.during))
          / extract(epoch FROM upper(l.during) - lower(l.during)))
      FROM settlement_invoiceline l WHERE l.grant_id = m.grant_id AND l.counts AND l.during && m.during
    ) > 0.000001 + coalesce((
      SELECT sum(extract(epoch FROM upper(a.during * m.during) - lower(a.during * m.during))) * p.gpus_per_server / 3600
      FROM allocation_lease a WHERE a.grant_id = m.grant_id AND a.withdrawn_at IS NULL AND a.during && m.during), 0) LIMIT 1;
  IF beyond IS NOT NULL THEN
    RAISE EXCEPTION 'grant % would be billed for more than was leased', beyond USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
TAKES_BACK = """
  IF NEW.reverses_id IS NOT NULL THEN
    UPDATE settlement_invoiceline SET counts = false WHERE id = NEW.reverses_id;
  END IF;
  RETURN NULL;
"""
CLAWED_BACK = """
  WITH plans AS MATERIALIZED (SELECT entry_id, journal_plan(entry_id) AS plan FROM (SELECT DISTINCT entry_id FROM made) entries),
  sums AS MATERIALIZED (
    SELECT entry_id, regexp_replace(each ->> 'lease', '#[1-9][0-9]*$', '') AS grant_id, sum((each ->> 'won')::bigint) AS won
    FROM plans, jsonb_array_elements(plan -> 'clawbacks') each GROUP BY 1, 2)
  SELECT m.entry_id INTO wrong FROM made m LEFT JOIN sums s ON s.entry_id = m.entry_id AND s.grant_id = m.grant_id
    WHERE s.won IS DISTINCT FROM m.won LIMIT 1;
"""
STATED = """
  WITH plans AS MATERIALIZED (SELECT entry_id, journal_plan(entry_id) AS plan FROM (SELECT DISTINCT entry_id FROM made) entries),
  items AS MATERIALIZED (SELECT entry_id, item FROM plans, jsonb_array_elements(plan -> 'providers') item)
  SELECT m.entry_id INTO wrong FROM made m WHERE NOT EXISTS (
    SELECT FROM items i WHERE i.entry_id = m.entry_id AND item ->> 'provider' = m.provider_id
      AND (item ->> 'fee_won')::bigint = m.fee_won AND (item ->> 'deducted_won')::bigint = m.deducted_won
      AND (item ->> 'payable_won')::bigint = m.payable_won) LIMIT 1;
"""
RATED = """
  SELECT m.entry_id INTO wrong FROM made m, LATERAL (SELECT journal_plan(m.entry_id) -> 'totals' AS totals) plan
    WHERE (totals ->> 'list_won')::bigint IS DISTINCT FROM m.list_won
      OR (totals ->> 'billed_won')::bigint IS DISTINCT FROM m.billed_won LIMIT 1;
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0003_orders"), ("allocation", "0007_boundary"), ("journal", "0008_boundary")]

    operations = [
        only_grows("settlement_pricebook"),
        needs_act("settlement_pricebook", "issue_price_book", "ministry"),
        needs_act("settlement_paymentreceived", "record_payment", "agency"),
        as_approved("settlement_invoiceline", BILLED),
        *(
            redefine("settlement_invoiceline_is_leased", WITHIN, declare="beyond text;"),
            migrations.RunSQL(
                "CREATE TRIGGER is_leased AFTER INSERT ON settlement_invoiceline REFERENCING NEW TABLE AS made "
                "FOR EACH STATEMENT EXECUTE FUNCTION settlement_invoiceline_is_leased()",
                "DROP TRIGGER is_leased ON settlement_invoiceline",
            ),
        ),
        redefine("settlement_invoiceline_takes_back", TAKES_BACK, definer=True),
        as_approved("settlement_clawback", CLAWED_BACK),
        as_approved("settlement_providerstatement", STATED),
        as_approved("settlement_burdenschedule", RATED),
        pin_functions(),
    ]
