"""Invariants of procurement: orders and assets, proposals, and how they are judged."""

from dure.records.invariants.declared import Invariant

_SEALING = "proposals that bidders seal"
_DRAW = "seeds that are committed before the deadline and revealed after it"

PROCUREMENT = (
    Invariant(
        "I-11",
        "Orders stay within what was awarded, and payments within what was committed.",
        "triggers under row locks",
        """
SELECT 'agreement ' || o.agreement_id || ', ' || o.gpu_model_id FROM (
  SELECT agreement_id, gpu_model_id, sum(servers) AS servers FROM supply_order GROUP BY agreement_id, gpu_model_id) o
LEFT JOIN (
  SELECT g.agreement_id, a.gpu_model, sum(a.servers) AS servers
  FROM procurement_agreedaward g JOIN procurement_award a ON a.id = g.award_id GROUP BY g.agreement_id, a.gpu_model
) a ON a.agreement_id = o.agreement_id AND (a.gpu_model = o.gpu_model_id OR a.gpu_model = '')
WHERE o.servers > coalesce(a.servers, 0)
UNION ALL
SELECT 'commitment ' || m.id FROM funding_commitment m JOIN funding_payment p ON p.commitment_id = m.id
GROUP BY m.id, m.amount HAVING sum(p.amount) > m.amount
""",
        leaves_out="Payments are not held to deliveries that were accepted: instalments may be due before, and a delivery has no "
        "price of its own.",
    ),
    Invariant(
        "I-12",
        "A serial number and a GPU belong to one server; a server has as many GPUs as its pool says, or none on record.",
        "unique constraints, primary key",
        """
SELECT 'serial ' || serial FROM supply_server GROUP BY serial HAVING count(*) > 1
UNION ALL
SELECT 'server ' || s.id FROM supply_server s JOIN supply_pool p ON p.id = s.pool_id JOIN supply_gpu g ON g.server_id = s.id
GROUP BY s.id, p.gpus_per_server HAVING count(*) <> p.gpus_per_server
""",
        leaves_out="That as many servers were accepted as were contracted is not claimed: while a cluster is built they are "
        "fewer, and pages show by how many.",
    ),
    Invariant("I-13", "Before the opening nobody but the bidder can read a proposal.", "", lacks=_SEALING),
    Invariant("I-14", "Opening takes three openers of two organisations, after closing.", "", lacks=_SEALING),
    Invariant(
        "I-15",
        "A proposal is taken if and only if the call is open.",
        "trigger, share lock on the call",
        """
SELECT 'proposal ' || p.id FROM procurement_proposal p JOIN procurement_call c ON c.id = p.call_id
WHERE p.submitted_at >= c.closes_at OR p.submitted_at < c.opened_at
""",
    ),
    Invariant("I-16", "The closing manifest names every proposal once, and none comes after it.", "", lacks=_SEALING),
    Invariant(
        "I-17",
        "A deadline only moves later, before it has passed, by two people with a public reason, or by the outage rule.",
        "trigger",
        told_by="tests/records/rights/test_abuses.py, tests/cycle/test_outage_rule.py",
    ),
    Invariant(
        "I-18",
        "A submitted version never changes; versions follow one another without a gap.",
        "rights, triggers",
        """
SELECT 'proposals of ' || provider_id || ' for ' || call_id FROM procurement_proposal
GROUP BY call_id, provider_id HAVING max(version) <> count(*) OR min(version) <> 1
""",
    ),
    Invariant("I-19", "Before closing no bidder sees how many bid, or who.", "access", told_by="tests/portal/test_two_worlds.py"),
    Invariant("I-20", "Any quorum opens the same text.", "", lacks=_SEALING),
    Invariant(
        "I-21",
        "An evaluator who stepped back from an item has no sheet for it of a later time.",
        "access, trigger",
        """
SELECT 'sheet ' || s.id FROM review_scoresheet s JOIN review_recusal r ON r.seat_id = s.seat_id AND r.item = s.item
WHERE s.submitted_at > r.declared_at
""",
        told_by="tests/portal/test_score_sheets.py, tests/portal/test_panel_pages.py",
        leaves_out="Of papers and pages the tests tell; of counts, searches and mail nothing is claimed.",
    ),
    Invariant(
        "I-22",
        "A score sheet never changes: a new version stands beside the old, and none comes after the panel was locked.",
        "rights, triggers",
        """
SELECT 'sheets of seat ' || seat_id || ' for ' || item FROM review_scoresheet
GROUP BY seat_id, item HAVING max(version) <> count(*) OR min(version) <> 1
UNION ALL
SELECT 'sheet ' || s.id FROM review_scoresheet s JOIN review_panel p ON p.id = s.panel_id WHERE s.submitted_at > p.locked_at
""",
    ),
    Invariant(
        "I-23",
        "A ranking follows from locked scores, rules and seed alone.",
        "pure functions, independent checkers",
        told_by="`dure verify`",
    ),
    Invariant("I-24", "Draws use a seed that was committed before and mixed by several.", "", lacks=_DRAW),
    Invariant("I-25", "Bidders cannot find out who judges them.", "access", told_by="tests/portal/test_two_worlds.py"),
    Invariant(
        "I-26",
        "Nobody sees another's sheet before handing in their own.",
        "access; row-level security on sheets",
        told_by="tests/portal/test_two_worlds.py, tests/records/rights/test_rows.py",
    ),
    Invariant(
        "I-27",
        "Everything that was ranked was judged by at least as many as its average rests on.",
        "evaluation names what was not assessed",
        """
WITH rests AS MATERIALIZED (
  SELECT e.seq, each ->> 'proposal' AS item, (each ->> 'values_kept')::int AS sheets
  FROM journal_entry e JOIN journal_document d ON d.digest = e.recommendation_id
  CROSS JOIN LATERAL jsonb_array_elements(d.plain::jsonb -> 'ranking') each
  WHERE e.seq IN (SELECT entry_id FROM review_ranked)
), judged AS (
  SELECT s.panel_id, s.item, count(DISTINCT s.seat_id) AS sheets FROM review_scoresheet s
  WHERE NOT EXISTS (SELECT FROM review_recusal c WHERE c.seat_id = s.seat_id AND c.item = s.item)
  GROUP BY s.panel_id, s.item
)
SELECT DISTINCT 'item ' || r.item || ' of ' || r.panel_id FROM review_ranked r
LEFT JOIN rests ON rests.seq = r.entry_id AND rests.item = r.item
LEFT JOIN judged j ON j.panel_id = r.panel_id AND j.item = r.item
WHERE r.rank IS NOT NULL AND r.total IS NOT NULL AND coalesce(j.sheets, 0) < greatest(coalesce(rests.sheets, 1), 1)
""",
        leaves_out="How many the rules ask for is checked by `dure verify`, which ranks again; how many items one evaluator "
        "judges at most has no rule.",
    ),
)
