"""Invariants of public money: from the appropriation to what a user pays."""

from dure.records.invariants.declared import Invariant

_LEDGER = "a ledger of postings; commitments, payments and invoices stand in tables of their own"

MONEY = (
    Invariant(
        "I-01",
        "Awards never exceed a call's budget, nor commitments a line, nor lines the appropriation; counters equal their sums.",
        "check constraints, triggers, row locks",
        """
SELECT 'call ' || c.id FROM procurement_call c
  LEFT JOIN (SELECT call_id, sum(price_amount) AS amount FROM procurement_award GROUP BY call_id) a ON a.call_id = c.id
  WHERE c.awarded_amount <> coalesce(a.amount, 0) OR c.awarded_amount > c.budget_amount
UNION ALL
SELECT 'budget line ' || l.id FROM funding_budgetline l
  LEFT JOIN (SELECT line_id, sum(amount) AS amount FROM funding_commitment GROUP BY line_id) m ON m.line_id = l.id
  LEFT JOIN (SELECT m.line_id, sum(p.amount) AS amount FROM funding_payment p JOIN funding_commitment m ON m.id = p.commitment_id
             GROUP BY m.line_id) p ON p.line_id = l.id
  WHERE l.committed_amount <> coalesce(m.amount, 0) OR l.paid_amount <> coalesce(p.amount, 0) OR l.committed_amount > l.amount
UNION ALL
SELECT 'appropriation ' || a.id FROM funding_appropriation a JOIN funding_budgetline l ON l.appropriation_id = a.id
  GROUP BY a.id, a.amount HAVING sum(l.amount) > a.amount
""",
    ),
    Invariant(
        "I-02",
        "Every amount is a whole number of the smallest unit; no column is a float or of the type money.",
        "types of columns, lint",
        """
SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND (data_type IN ('money', 'real', 'double precision')
  OR (column_name LIKE '%\\_amount' OR column_name = 'amount') AND data_type <> 'bigint')
""",
    ),
    Invariant("I-03", "Every ledger transaction has two postings or more, and debits equal credits.", "", lacks=_LEDGER),
    Invariant("I-04", "The trial balance of every committed state is nought.", "", lacks=_LEDGER),
    Invariant(
        "I-05",
        "A posted invoice line never changes; it is taken back by one reversal of the same amounts.",
        "one-to-one column, check constraints, triggers",
        """
SELECT 'invoice line ' || r.id FROM settlement_invoiceline r JOIN settlement_invoiceline o ON o.id = r.reverses_id
WHERE (r.list_amount, r.billed_amount, r.support_amount, r.gpu_hours)
  <> (-o.list_amount, -o.billed_amount, -o.support_amount, -o.gpu_hours)
   OR o.counts OR r.counts OR r.grant_id <> o.grant_id OR r.part <> o.part
""",
    ),
    Invariant(
        "I-06",
        "An invoice is the sum of its lines, to the unit.",
        "deferred trigger",
        """
SELECT 'invoice ' || i.id FROM settlement_invoice i LEFT JOIN settlement_invoiceline l ON l.invoice_id = i.id
GROUP BY i.id, i.list_amount, i.billed_amount, i.support_amount
HAVING (i.list_amount, i.billed_amount, i.support_amount)
   <> (coalesce(sum(l.list_amount), 0), coalesce(sum(l.billed_amount), 0), coalesce(sum(l.support_amount), 0))
""",
    ),
    Invariant(
        "I-07",
        "Each line that counts rests on metered use of the same grant, part and period.",
        "settlement reads approved metering only",
        """
SELECT 'invoice line ' || l.id FROM settlement_invoiceline l
WHERE l.counts AND NOT EXISTS (
  SELECT 1 FROM operation_usagerecord u WHERE u.grant_id = l.grant_id AND u.part = l.part AND u.during && l.during)
""",
    ),
    Invariant(
        "I-08",
        "No second of a lease is billed twice.",
        "exclusion constraint",
        """
SELECT 'invoice lines ' || a.id || ' and ' || b.id FROM settlement_invoiceline a
JOIN settlement_invoiceline b ON b.grant_id = a.grant_id AND b.part = a.part AND b.id > a.id AND b.during && a.during
WHERE a.counts AND b.counts
""",
    ),
    Invariant(
        "I-09",
        "No bill without a lease.",
        "settlement reads leases",
        """
SELECT 'invoice line ' || l.id FROM settlement_invoiceline l
WHERE l.counts AND NOT EXISTS (SELECT 1 FROM allocation_lease s WHERE s.grant_id = l.grant_id AND s.during && l.during)
""",
    ),
    Invariant(
        "I-10",
        "What was paid back is no more than what was paid, and that no more than the invoice.",
        "trigger under a row lock",
        """
SELECT 'invoice ' || i.id FROM settlement_invoice i JOIN settlement_paymentreceived p ON p.invoice_id = i.id
GROUP BY i.id, i.billed_amount HAVING sum(p.amount) NOT BETWEEN 0 AND greatest(i.billed_amount, 0)
""",
    ),
)
