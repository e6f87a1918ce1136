"""Invariants of what is used: leases, servers, metering."""

from dure.records.invariants.declared import Invariant

_AGENT = "an agent that changes the clusters"
_FEEDS = "feeds of metering that number their batches"

USE = (
    Invariant(
        "I-28",
        "No server is in two live leases at one instant.",
        "row lock, exclusion constraint",
        """
SELECT 'leases ' || a.id || ' and ' || b.id FROM allocation_lease a
JOIN allocation_lease b ON b.server_id = a.server_id AND b.id > a.id AND b.during && a.during
WHERE a.withdrawn_at IS NULL AND b.withdrawn_at IS NULL
""",
    ),
    Invariant(
        "I-29",
        "No provider's own server is leased.",
        "trigger",
        """
SELECT 'lease ' || l.id FROM allocation_lease l JOIN supply_server s ON s.id = l.server_id
WHERE s.own_use AND l.withdrawn_at IS NULL AND NOT isempty(l.during)
""",
    ),
    Invariant(
        "I-30",
        "A lease lies within its server's time in service and within the grant.",
        "trigger",
        """
SELECT 'lease ' || l.id FROM allocation_lease l JOIN supply_server s ON s.id = l.server_id
JOIN allocation_grant g ON g.id = l.grant_id
WHERE l.withdrawn_at IS NULL AND NOT isempty(l.during)
  AND (s.in_service_from IS NULL OR NOT l.during <@ tstzrange(s.in_service_from, s.in_service_to) OR NOT l.during <@ g.during)
""",
    ),
    Invariant(
        "I-31",
        "A grant never holds more servers at once than it was given.",
        "grants equal the approved plan",
        """
SELECT 'grant ' || g.id FROM allocation_grant g JOIN allocation_lease l ON l.grant_id = g.id
WHERE l.ended_because <> 'replaced' GROUP BY g.id, g.servers HAVING count(*) > g.servers
""",
    ),
    Invariant("I-32", "Each lease has at most one live account; after its end nobody gets in.", "", lacks=_AGENT),
    Invariant("I-33", "Between two leases a server was wiped and checked.", "", lacks=_AGENT),
    Invariant(
        "I-34",
        "Every second of a server in service is in exactly one state, and no second is counted twice.",
        "check and exclusion constraints",
        """
SELECT 'server ' || server_id || ', ' || during FROM operation_serverstatesummary
WHERE superseded_at IS NULL AND in_service <> leased + idle + maintenance + own_use
UNION ALL
SELECT 'server ' || a.server_id || ', ' || a.during || ' and ' || b.during FROM operation_serverstatesummary a
JOIN operation_serverstatesummary b ON b.server_id = a.server_id AND b.id > a.id AND b.during && a.during
WHERE a.superseded_at IS NULL AND b.superseded_at IS NULL
""",
    ),
    Invariant(
        "I-35",
        "A provider's own servers stay within the agreed share.",
        "trigger",
        """
SELECT 'agreement ' || v.agreement_id FROM (
  SELECT DISTINCT ON (agreement_id) agreement_id, own_use_share FROM procurement_agreementversion
  ORDER BY agreement_id, version DESC) v
JOIN supply_cluster c ON c.agreement_id = v.agreement_id JOIN supply_server s ON s.cluster_id = c.id
GROUP BY v.agreement_id, v.own_use_share HAVING count(*) FILTER (WHERE s.own_use) > v.own_use_share * count(*)
""",
    ),
    Invariant(
        "I-36",
        "No second of use is counted twice.",
        "exclusion constraint",
        """
SELECT 'usage ' || a.id || ' and ' || b.id FROM operation_usagerecord a
JOIN operation_usagerecord b ON b.grant_id = a.grant_id AND b.part = a.part AND b.id > a.id AND b.during && a.during
WHERE a.superseded_at IS NULL AND b.superseded_at IS NULL
""",
    ),
    Invariant(
        "I-37",
        "Use is within the grant, and no more than was held.",
        "metering's checker, check constraints",
        """
SELECT 'usage ' || u.id FROM operation_usagerecord u JOIN allocation_grant g ON g.id = u.grant_id
WHERE u.superseded_at IS NULL AND (NOT u.during <@ g.during OR u.used_gpu_seconds > u.held_gpu_seconds)
""",
    ),
    Invariant("I-38", "A batch of metering that is missing is known within a quarter of an hour.", "", lacks=_FEEDS),
    Invariant(
        "I-39",
        "What is held for a difference is not billed.",
        "settlement leaves it out",
        """
SELECT 'invoice line ' || l.id FROM settlement_invoiceline l JOIN operation_usagerecord u
  ON u.grant_id = l.grant_id AND u.part = l.part AND u.during = l.during
WHERE l.counts AND u.on_hold AND u.superseded_at IS NULL
""",
        leaves_out="How far lease, scheduler and telemetry may differ, 0.5 % a month, is for metering to decide; the query looks "
        "at what it held.",
    ),
)
