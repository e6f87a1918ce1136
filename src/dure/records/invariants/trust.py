"""Invariants of who may, of the journal, and of time."""

from dure.records.invariants.declared import Invariant

# Every column that is a range: a test finds others.
PERIODS = (
    "allocation_grant",
    "allocation_lease",
    "operation_serverstatesummary",
    "operation_usagerecord",
    "settlement_invoice",
    "settlement_invoiceline",
)
_HALF_OPEN = "\nUNION ALL\n".join(
    f"SELECT '{table} ' || id FROM {table} WHERE NOT isempty(during) AND (NOT lower_inc(during) OR upper_inc(during))"  # noqa: S608
    for table in PERIODS
)

TRUST = (
    Invariant(
        "I-40",
        "Every address and every command says who may use it.",
        "one table of routes, one of commands",
        told_by="tests/portal/test_access.py, tests/cycle/test_permissions.py",
    ),
    Invariant(
        "I-41",
        "Every field that can be read or written is listed; unknown fields are refused.",
        "typed commands",
        told_by="tests/cycle/test_bad_input.py",
    ),
    Invariant(
        "I-42",
        "What is not yours and what is not there answer alike.",
        "scoped queries; row-level security by organisation",
        told_by="tests/portal/test_access.py, tests/records/rights/test_rows_of_organisations.py",
    ),
    Invariant(
        "I-43",
        "Nobody answers a recommendation that they filed or gain by, two people approve a large amount, and each answer comes "
        "from a person who held an official role at the time.",
        "triggers, the rule of approvals",
        """
SELECT 'entry ' || a.seq FROM journal_entry a JOIN journal_entry f ON f.seq = a.refers_to_id WHERE a.who_id = f.who_id
UNION ALL
SELECT 'entry ' || a.seq FROM journal_entry a WHERE a.refers_to_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM parties_role r WHERE r.person_id = a.who_id AND r.desk IN ('ministry', 'agency', 'operator')
    AND r.given_at <= a.at AND r.confirmed_at <= a.at AND (r.ended_at IS NULL OR r.ended_at >= a.at)
    AND (r.until IS NULL OR r.until > a.at))
UNION ALL
SELECT 'entry ' || a.seq FROM journal_entry a JOIN journal_entry f ON f.seq = a.refers_to_id
  JOIN journal_document d ON d.digest = f.recommendation_id
WHERE CASE WHEN d.plain IS NOT NULL THEN journal_gains(f.seq, f.decision, a.who_id, a.at)
  OR a.kind = 'approval' AND journal_needs_two(f.seq, f.decision, a.at) AND NOT EXISTS (
    SELECT FROM journal_signature s WHERE s.entry_id = f.seq AND s.who_id <> a.who_id) END
""",
        leaves_out="A refund and a bulk export take one person; of deadlines I-17 tells.",
    ),
    Invariant(
        "I-44",
        "Every reading of personal data by an office is on record, with whose it was and what for, for two years at least.",
        "one list of personal columns, noted where they are handed out; rights, triggers",
        told_by="tests/portal/test_readings.py, tests/records/test_readings.py",
    ),
    Invariant(
        "I-45",
        "No secret stands in the database: tokens by digest, passwords by hash.",
        "commands take digests only",
        "SELECT parties_secrets_in_clear()",  # with the owner's rights: the worker that asks every hour reads no secret
        leaves_out="Logs, exports and error pages are not searched for planted secrets here; tests of the server search its log.",
    ),
    Invariant(
        "I-46",
        "Each act is on record once, in the transaction in which it was done.",
        "one way to run a command",
        told_by="tests/cycle/test_acts_are_recorded.py",
    ),
    Invariant(
        "I-47",
        "The journal has no gap, each entry names the one before it, and every head that was signed lies on the log.",
        "the locked head, triggers; `dure verify` recomputes every hash",
        """
SELECT 'entry ' || seq FROM (
  SELECT seq, previous_hash, lag(hash, 1, repeat('0', 64)::varchar) OVER chain AS before, row_number() OVER chain AS place
  FROM journal_entry WINDOW chain AS (ORDER BY seq)) linked
WHERE previous_hash <> before OR seq <> place
UNION ALL
SELECT 'the head' FROM journal_head h LEFT JOIN (SELECT seq, hash FROM journal_entry ORDER BY seq DESC LIMIT 1) e ON true
WHERE h.seq <> coalesce(e.seq, 0) OR h.hash <> coalesce(e.hash, repeat('0', 64))
UNION ALL
SELECT 'leaf ' || l.place FROM (
  SELECT place, entry_id, leaf, hash, lag(hash, 1, repeat('0', 64)::varchar) OVER log AS before, row_number() OVER log AS due
  FROM evidence_leaf WINDOW log AS (ORDER BY place)) l LEFT JOIN journal_entry e ON e.seq = l.entry_id
WHERE l.place <> l.due OR l.leaf <> coalesce(e.hash, l.leaf)
  OR l.hash <> encode(sha256(decode(l.before, 'hex') || decode(l.leaf, 'hex')), 'hex')
UNION ALL
SELECT 'head of ' || h.size FROM evidence_head h LEFT JOIN evidence_leaf l ON l.place = h.size
WHERE l.hash IS DISTINCT FROM h.hash
""",
    ),
    Invariant(
        "I-48",
        "The log-in of the application can change no journal entry, submission or score sheet.",
        "rights",
        """
SELECT r.rolname || ' on ' || t.name FROM pg_roles r
CROSS JOIN (VALUES ('journal_entry'), ('journal_document'), ('journal_act'), ('procurement_proposal'),
                   ('review_scoresheet')) t (name)
WHERE r.rolname LIKE 'dure\\_app%' AND NOT r.rolsuper
  AND (has_table_privilege(r.rolname, t.name, 'DELETE') OR has_table_privilege(r.rolname, t.name, 'TRUNCATE')
       OR has_any_column_privilege(r.rolname, t.name, 'UPDATE'))
""",
    ),
    Invariant(
        "I-49",
        "A backup that was read back gives the head that it had.",
        "`dure restore` compares",
        told_by="tests/cycle/installing/test_first_hour.py",
    ),
    Invariant(
        "I-50",
        "Every instant has a zone, and every period is half-open.",
        "types of columns, check constraints",
        """
SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND data_type = 'timestamp without time zone'
UNION ALL
"""
        + _HALF_OPEN,
    ),
    Invariant(
        "I-51",
        "For the last hour before a deadline the database's clock is within 100 ms of three others, or officers are told then.",
        "comparisons every minute, alarm, and a deadline that moves by the outage rule",
        """
SELECT c.about || ' at ' || c.closes_at FROM (
  SELECT 'call/' || id AS about, opened_at AS opened, closes_at FROM procurement_call
  UNION ALL SELECT 'user_call/' || id, opens_at, closes_at FROM demand_usercall) c
WHERE c.closes_at <= now() AND c.closes_at - interval '1 hour' >= (SELECT min(at) FROM clocks_comparison)
  AND NOT EXISTS (SELECT FROM notifications_notification n WHERE n.kind = 'clocks_not_agreed' AND n.about = c.about
    AND n.made_at >= c.closes_at - interval '1 hour' AND n.made_at < c.closes_at)
  AND clocks_judged_between(greatest(c.closes_at - interval '1 hour', c.opened + interval '5 minutes'), c.closes_at) <> 'agreed'
""",
        told_by="tests/cycle/test_outage_rule.py",
        leaves_out="That the deadline moved as well is for the rule to say, and for the tests to try. Deadlines before the first "
        "comparison are not judged, nor whether the servers that the operator names are independent.",
    ),
    Invariant(
        "I-52",
        "What was acknowledged survives the end of a process and the loss of a server.",
        "commits on disk, and on a standby where one is kept; requests repeated under their key",
        told_by="tests/serving/test_killed.py, tests/serving/test_standby.py",
    ),
    Invariant(
        "I-53",
        "What happens outside goes through an outbox to a receiver that takes it once.",
        "an outbox written in the act's transaction, claims under lock, a Message-ID that never changes",
        """
SELECT 'mail ' || id FROM notifications_mail WHERE (sent_at IS NOT NULL OR given_up_at IS NOT NULL) AND enclosed <> ''
UNION ALL
SELECT 'mail ' || id FROM notifications_mail WHERE sent_at < made_at OR attempts = 0 AND sent_at IS NOT NULL
""",
    ),
)
