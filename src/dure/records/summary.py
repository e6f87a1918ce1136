"""The whole programme in figures, over all its calls, rounds and months, in one statement: for the first page."""

from typing import Any

from django.db import connection
from django.utils import timezone

# By stage: how many recommendations were approved and how many wait, when one was approved last, and its number.
_STAGES = """
SELECT json_object_agg(stage, json_build_object('approved', approved, 'waiting', waiting, 'at', at, 'seq', seq)) FROM (
  SELECT e.stage, count(*) FILTER (WHERE a.kind = 'approval') AS approved, count(*) FILTER (WHERE a.seq IS NULL) AS waiting,
    max(a.at) FILTER (WHERE a.kind = 'approval') AS at,
    (array_agg(e.seq ORDER BY a.seq DESC) FILTER (WHERE a.kind = 'approval'))[1] AS seq
  FROM journal_entry e LEFT JOIN journal_entry a ON a.refers_to_id = e.seq
  WHERE e.kind = 'recommendation' AND e.programme = %(programme)s GROUP BY e.stage) each
"""
# What adds up rows that belong to organisations: one row of each function, which reads all of them, whoever asks.
_TOTALS = {
    "demand_public_totals": ("applications", "checked", "eligible"),
    "allocation_public_totals": ("granted_applications", "granted_again", "granted_servers", "reclaimed"),
    "operation_public_totals": ("held_gpu_seconds", "used_gpu_seconds", "notices", "changes"),
    "settlement_public_totals": ("invoices", "billed"),
}
# Each other figure by its own subquery; PostgreSQL answers all of them in one round trip.
# Calls of both kinds with the span in which each is open; those that are open now, and when the next one opens or closes.
_CALLS = """
(SELECT 'call' AS kind, id, title, budget_amount AS offers, opened_at AS opens_at, closes_at FROM procurement_call
 UNION ALL SELECT 'user_call', id, title, gpus_offered, opens_at, closes_at FROM demand_usercall) c"""
_OPEN_CALLS = f"""
SELECT json_agg(json_build_object('kind', kind, 'id', id, 'title', title, 'offers', offers,
  'closes_at', closes_at) ORDER BY closes_at, id) FROM {_CALLS} WHERE opens_at <= %(now)s AND closes_at > %(now)s"""  # noqa: S608
_CALLS_CHANGE = f"SELECT min(at) FROM {_CALLS}, unnest(ARRAY[opens_at, closes_at]) at WHERE at > %(now)s"  # noqa: S608
FIGURES = {
    "appropriated": "SELECT sum(amount) FROM funding_appropriation WHERE programme = %(programme)s",
    "committed_amount": "SELECT sum(l.committed_amount) FROM funding_budgetline l "
    "JOIN funding_appropriation a ON a.id = l.appropriation_id WHERE a.programme = %(programme)s",
    "paid_amount": "SELECT sum(l.paid_amount) FROM funding_budgetline l "
    "JOIN funding_appropriation a ON a.id = l.appropriation_id WHERE a.programme = %(programme)s",
    "commitments_amount": "SELECT sum(c.amount) FROM funding_commitment c JOIN funding_budgetline l ON l.id = c.line_id "
    "JOIN funding_appropriation a ON a.id = l.appropriation_id WHERE a.programme = %(programme)s",
    "commitments_gpus": "SELECT sum(c.gpus) FROM funding_commitment c JOIN funding_budgetline l ON l.id = c.line_id "
    "JOIN funding_appropriation a ON a.id = l.appropriation_id WHERE a.programme = %(programme)s",
    "calls": "SELECT count(*) FROM procurement_call WHERE opened_at <= %(now)s",
    "open_calls": _OPEN_CALLS,
    "calls_change_at": _CALLS_CHANGE,
    "calls_awarded": "SELECT count(*) FROM procurement_call WHERE awarded_amount > 0",
    "proposals": "SELECT count(DISTINCT (p.call_id, p.provider_id)) FROM procurement_proposal p "
    "JOIN procurement_call c ON c.id = p.call_id WHERE c.awarded_amount > 0",
    "proposals_ranked": "SELECT count(DISTINCT r.item) FROM review_ranked r JOIN review_panel p ON p.id = r.panel_id "
    "WHERE p.kind = 'proposal'",
    # As the last ranking says: what was evaluated again has several.
    "proposals_passed": "SELECT count(*) FROM (SELECT DISTINCT ON (r.item) r.passed FROM review_ranked r "
    "JOIN review_panel p ON p.id = r.panel_id WHERE p.kind = 'proposal' ORDER BY r.item, r.entry_id DESC) j WHERE passed",
    "awarded_gpus": "SELECT sum(servers * gpus_per_server) FROM procurement_award",
    "public_gpus": "SELECT sum((servers - own_use_servers) * gpus_per_server) FROM procurement_award",
    "agreements": "SELECT count(*) FROM procurement_agreement",
    "servers": "SELECT count(*) FROM supply_server",
    "servers_announced": "SELECT sum(servers) FROM supply_delivery",
    "servers_delivered": "SELECT sum(servers) FROM supply_delivery WHERE actual_on IS NOT NULL",
    "first_service": "SELECT forecast_on FROM supply_milestone WHERE programme = %(programme)s AND key = 'first_service'",
    # Of each survey the estimate in force, the survey that closed last first.
    "surveys": "SELECT json_agg(s ORDER BY s.closed_on DESC, s.id DESC) FROM (SELECT DISTINCT ON (d.id) d.id, d.closed_on, "
    "d.title, e.gpus::text FROM demand_survey d JOIN demand_surveyestimate e ON e.survey_id = d.id "
    "JOIN journal_entry a ON a.refers_to_id = e.entry_id ORDER BY d.id, a.seq DESC) s",
    "shares": "SELECT array_agg(s.share ORDER BY s.sector) FROM allocation_sectorshare s WHERE s.share_set_id = ("
    "SELECT id FROM allocation_shareset WHERE programme = %(programme)s AND from_on <= %(today)s ORDER BY from_on DESC LIMIT 1)",
    # The set in force comes from the decision that made it, whichever stage that was.
    "shares_decided": "SELECT json_build_object('at', a.at, 'seq', a.refers_to_id) FROM journal_entry a WHERE a.refers_to_id = ("
    "SELECT entry_id FROM allocation_shareset WHERE programme = %(programme)s AND from_on <= %(today)s "
    "ORDER BY from_on DESC LIMIT 1)",
    # Of each period what was approved last: a year also holds its halves, so that they are not added up here.
    "verified_results": "SELECT json_object_agg(period, counted) FROM (SELECT r.period, sum(r.counted)::int AS counted "
    "FROM outcomes_sectorresult r WHERE r.programme = %(programme)s AND r.entry_id = (SELECT max(entry_id) "
    "FROM outcomes_sectorresult WHERE programme = r.programme AND period = r.period) GROUP BY r.period) each",
    "stages": _STAGES,
    "milestones": "SELECT json_agg(m ORDER BY m.promised_on, m.key) FROM (SELECT key, promised_on, forecast_on, actual_on, cause "
    "FROM supply_milestone WHERE programme = %(programme)s) m",
    **{name: f"SELECT {function}.{name}" for function, names in _TOTALS.items() for name in names},
}
_FIGURES = ", ".join(f"({query}) AS {name}" for name, query in FIGURES.items())
_STATEMENT = f"SELECT {_FIGURES} FROM {'(), '.join(_TOTALS)}()"  # noqa: S608 - names and statements of our own


def of_programme(programme: str) -> dict[str, Any]:
    """Each figure of `FIGURES` by name; None where there is nothing to add up."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, {"programme": programme, "today": timezone.localdate(), "now": timezone.now()})
        row = cursor.fetchone()
    return dict(zip(FIGURES, row, strict=True))
