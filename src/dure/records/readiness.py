"""What each decision could be about, and whether its facts are there: by rows that exist, without computing any facts."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils import timezone

_PANELS = (
    "SELECT p.id AS subject, c.title, p.locked_at IS NOT NULL AS locked, {checked} AS checked "
    "FROM review_panel p LEFT JOIN {calls} c ON c.id = p.subject WHERE p.kind = '{kind}' ORDER BY p.seated_at DESC, p.id DESC"
)
_ANY_ELIGIBLE = (
    "EXISTS (SELECT FROM demand_application a JOIN demand_eligibilityoutcome o ON o.application_id = a.id AND o.eligible "
    "WHERE a.user_call_id = p.subject AND NOT EXISTS (SELECT FROM demand_eligibilityoutcome n JOIN journal_entry x "
    "ON x.refers_to_id = n.entry_id JOIN journal_entry y ON y.refers_to_id = o.entry_id "
    "WHERE n.application_id = a.id AND x.seq > y.seq))"
)
# The subjects of each kind, the latest first, with what their facts ask for.
SUBJECTS = {
    "appropriations": "SELECT appropriated_on::text AS subject FROM funding_appropriation WHERE programme = %(programme)s "
    "ORDER BY appropriated_on DESC",
    "proposal_panels": _PANELS.format(kind="proposal", calls="procurement_call", checked="true"),
    "application_panels": _PANELS.format(kind="application", calls="demand_usercall", checked=_ANY_ELIGIBLE),
    "calls": "SELECT c.id AS subject, c.title, EXISTS (SELECT FROM review_panel p JOIN review_ranked r "
    "ON r.panel_id = p.id WHERE p.kind = 'proposal' AND p.subject = c.id) AS ranked, "
    "NOT EXISTS (SELECT FROM procurement_award a WHERE a.call_id = c.id) OR EXISTS (SELECT FROM procurement_proposal p "
    "JOIN review_ranked r ON r.item = p.id AND r.passed CROSS JOIN jsonb_array_elements(p.content -> 'lots') l "
    "WHERE p.call_id = c.id AND NOT EXISTS (SELECT FROM procurement_proposal n WHERE n.call_id = p.call_id "
    "AND n.provider_id = p.provider_id AND n.version > p.version) AND NOT EXISTS (SELECT FROM procurement_award a "
    "WHERE a.proposal_id = p.id AND a.lot = l ->> 'id')) AS unawarded "
    "FROM procurement_call c ORDER BY c.opened_at DESC, c.id DESC",
    "surveys": "SELECT id AS subject, title FROM demand_survey ORDER BY opened_on DESC, id DESC",
    "user_calls": "SELECT id AS subject, title, closes_at <= %(now)s AS closed "
    "FROM demand_usercall ORDER BY opens_at DESC, id DESC",
    "rounds": "SELECT o.id AS subject, c.title, EXISTS (SELECT FROM review_panel p JOIN review_ranked r "
    "ON r.panel_id = p.id WHERE p.kind = 'application' AND p.subject = c.id AND r.passed AND r.total > 0) AS ranked, "
    "o.pools <> '{}' AND o.sectors <> '[]' AS terms "
    "FROM allocation_allocationround o LEFT JOIN demand_usercall c ON c.id = o.user_call_id ORDER BY o.start_on DESC, o.id DESC",
    "pools": "SELECT p.id AS subject, EXISTS (SELECT FROM journal_statement s WHERE s.programme = %(programme)s "
    "AND s.kind = %(state)s AND s.subject = p.id) AS read FROM supply_pool p ORDER BY p.id",
    "months": "SELECT month AS subject, EXISTS (SELECT FROM journal_statement s WHERE s.programme = %(programme)s "
    "AND s.kind = %(records)s AND s.subject = month) AS reported, "
    "EXISTS (SELECT FROM operation_usagerecord WHERE superseded_at IS NULL "
    "AND during && tstzrange(from_at, to_at, '[)')) AS metered, "
    "NOT EXISTS (SELECT grant_id FROM allocation_lease WHERE withdrawn_at IS NULL "
    "AND during && tstzrange(from_at, to_at, '[)') EXCEPT SELECT grant_id FROM operation_usagerecord "
    "WHERE superseded_at IS NULL AND during && tstzrange(from_at, to_at, '[)')) AS wholly_metered, "
    "EXISTS (SELECT FROM allocation_lease WHERE withdrawn_at IS NULL AND from_at < %(now)s "
    "AND during && tstzrange(from_at, least(to_at, %(now)s), '[)')) AS leased "
    "FROM unnest(%(months)s::text[], %(from_ats)s::timestamptz[], %(to_ats)s::timestamptz[]) AS m(month, from_at, to_at) "
    "ORDER BY month DESC",
}
# What is asked of the programme as a whole.
STATES = {
    "reported": "EXISTS (SELECT FROM journal_statement WHERE programme = %(programme)s AND kind = %(report)s "
    "AND subject = %(programme)s)",
    "surveyed": "(SELECT array(SELECT jsonb_object_keys(e.shares)) FROM demand_surveyestimate e "
    "JOIN demand_survey s ON s.id = e.survey_id JOIN journal_entry a ON a.refers_to_id = e.entry_id "
    "ORDER BY s.opened_on DESC, s.id DESC, a.seq DESC LIMIT 1)",
    "shares": "array(SELECT sector FROM allocation_sectorshare WHERE share_set_id = (SELECT id FROM allocation_shareset "
    "WHERE programme = %(programme)s AND from_on <= %(today)s ORDER BY from_on DESC LIMIT 1))",
    "results": "array(SELECT sector FROM outcomes_sectorresult WHERE entry_id = (SELECT r.entry_id FROM outcomes_sectorresult r "
    "JOIN journal_entry a ON a.refers_to_id = r.entry_id WHERE r.programme = %(programme)s ORDER BY a.seq DESC LIMIT 1))",
    "user_call_closed": "EXISTS (SELECT FROM demand_usercall WHERE closes_at <= %(now)s)",
}
_ROWS = "(SELECT coalesce(jsonb_agg(row), '[]') FROM ({query} LIMIT %(most)s) row)"
# PostgreSQL answers all of them in one round trip.
_PARTS = {**STATES, **{name: _ROWS.format(query=query) for name, query in SUBJECTS.items()}}
_STATEMENT = "SELECT " + ", ".join(f"{query} AS {name}" for name, query in _PARTS.items())


def of_programme(
    programme: str,
    *,
    at: dt.datetime,
    months: Iterable[tuple[str, dt.datetime, dt.datetime]],
    kinds: dict[str, str],
    most: int,
) -> dict[str, Any]:
    """Each of `STATES` by name, and up to `most` rows of each of `SUBJECTS`.

    `months`: name and span of each. `kinds`: of statements, by use.
    """
    listed = list(months)
    given: dict[str, Any] = {"programme": programme, "now": at, "today": timezone.localdate(at), "most": most, **kinds}
    given |= {name: [each[place] for each in listed] for place, name in enumerate(("months", "from_ats", "to_ats"))}
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, given)
        row = cursor.fetchone()
    found = dict(zip(_PARTS, row, strict=True))
    return {name: json.loads(part) if name in SUBJECTS else part for name, part in found.items()}
