"""What each decision could be about next, and whether its facts are there: by rows that exist, without computing any facts."""

import datetime as dt
from typing import Any

from django.db import connection

# Each part by its own subquery; PostgreSQL answers all of them in one round trip.
PARTS = {
    "appropriated": "EXISTS (SELECT FROM funding_appropriation WHERE programme = %(programme)s)",
    "proposal_panel": "(SELECT id FROM review_panel WHERE kind = 'proposal' ORDER BY id DESC LIMIT 1)",
    "proposal_panel_locked": "(SELECT locked_at IS NOT NULL FROM review_panel WHERE kind = 'proposal' ORDER BY id DESC LIMIT 1)",
    "application_panel": "(SELECT id FROM review_panel WHERE kind = 'application' ORDER BY id DESC LIMIT 1)",
    "application_panel_locked": "(SELECT locked_at IS NOT NULL FROM review_panel WHERE kind = 'application' "
    "ORDER BY id DESC LIMIT 1)",
    "application_panel_call": "(SELECT subject FROM review_panel WHERE kind = 'application' ORDER BY id DESC LIMIT 1)",
    "call": "(SELECT id FROM procurement_call ORDER BY opened_at DESC, id DESC LIMIT 1)",
    "call_title": "(SELECT array[title_ko, title_en] FROM procurement_call ORDER BY opened_at DESC, id DESC LIMIT 1)",
    "call_ranked": "EXISTS (SELECT FROM review_panel p JOIN review_ranked r ON r.panel_id = p.id WHERE p.kind = 'proposal' "
    "AND p.subject = (SELECT id FROM procurement_call ORDER BY opened_at DESC, id DESC LIMIT 1))",
    "reported": "EXISTS (SELECT FROM journal_statement WHERE programme = %(programme)s AND kind = %(report)s "
    "AND subject = %(programme)s)",
    "survey": "(SELECT id FROM demand_survey ORDER BY opened_on DESC, id DESC LIMIT 1)",
    "survey_title": "(SELECT array[title_ko, title_en] FROM demand_survey ORDER BY opened_on DESC, id DESC LIMIT 1)",
    "surveyed": "(SELECT array(SELECT jsonb_object_keys(e.shares)) FROM demand_surveyestimate e "
    "JOIN demand_survey s ON s.id = e.survey_id JOIN journal_entry a ON a.refers_to_id = e.entry_id "
    "ORDER BY s.opened_on DESC, s.id DESC, a.seq DESC LIMIT 1)",
    "day": "(SELECT max(subject) FROM journal_statement WHERE programme = %(programme)s AND kind = %(priority)s)",
    "shares": "array(SELECT sector FROM allocation_sectorshare WHERE share_set_id = (SELECT id FROM allocation_shareset "
    "WHERE programme = %(programme)s AND from_on <= %(today)s ORDER BY from_on DESC LIMIT 1))",
    "results": "array(SELECT sector FROM outcomes_sectorresult WHERE entry_id = (SELECT r.entry_id FROM outcomes_sectorresult r "
    "JOIN journal_entry a ON a.refers_to_id = r.entry_id WHERE r.programme = %(programme)s ORDER BY a.seq DESC LIMIT 1))",
    "user_call": "(SELECT id FROM demand_usercall ORDER BY opens_at DESC, id DESC LIMIT 1)",
    "user_call_title": "(SELECT array[title_ko, title_en] FROM demand_usercall ORDER BY opens_at DESC, id DESC LIMIT 1)",
    "user_call_closed": "EXISTS (SELECT FROM demand_usercall WHERE closes_at <= %(now)s)",
    "round": "(SELECT id FROM allocation_allocationround ORDER BY start_on DESC, id DESC LIMIT 1)",
    "round_call": "(SELECT user_call_id FROM allocation_allocationround ORDER BY start_on DESC, id DESC LIMIT 1)",
    "round_ranked": "EXISTS (SELECT FROM review_panel p JOIN review_ranked r ON r.panel_id = p.id WHERE p.kind = 'application' "
    "AND r.passed AND r.total > 0 AND p.subject = "
    "(SELECT user_call_id FROM allocation_allocationround ORDER BY start_on DESC, id DESC LIMIT 1))",
    "round_has_terms": "(SELECT pools <> '{}' AND sectors <> '[]' FROM allocation_allocationround "
    "ORDER BY start_on DESC, id DESC LIMIT 1)",
    "first_round_on": "(SELECT min(start_on) FROM allocation_allocationround)",
    "pool": "(SELECT id FROM supply_pool ORDER BY id DESC LIMIT 1)",
    "pool_read": "EXISTS (SELECT FROM journal_statement WHERE programme = %(programme)s AND kind = %(state)s "
    "AND subject = (SELECT id FROM supply_pool ORDER BY id DESC LIMIT 1))",
    "month_reported": "EXISTS (SELECT FROM journal_statement WHERE programme = %(programme)s AND kind = %(records)s "
    "AND subject = %(month)s)",
    "month_metered": "EXISTS (SELECT FROM operation_usagerecord WHERE superseded_at IS NULL AND during && tstzrange(%(from_at)s, "
    "%(to_at)s, '[)'))",
    "month_leased": "EXISTS (SELECT FROM allocation_lease WHERE withdrawn_at IS NULL AND %(from_at)s < least(%(to_at)s, %(now)s) "
    "AND during && tstzrange(%(from_at)s, greatest(%(from_at)s, least(%(to_at)s, %(now)s)), '[)'))",
}
_STATEMENT = "SELECT " + ", ".join(f"{query} AS {name}" for name, query in PARTS.items())


def of_programme(programme: str, *, at: dt.datetime, month: tuple[str, dt.datetime, dt.datetime], kinds: dict[str, str]) -> Any:
    """Each part of `PARTS` by name; None where there is nothing. `month`: its name and span; `kinds`: of statements, by use."""
    given: dict[str, Any] = {"programme": programme, "now": at, "today": at.date(), **kinds}
    given |= dict(zip(("month", "from_at", "to_at"), month, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, given)
        row = cursor.fetchone()
    return dict(zip(PARTS, row, strict=True))
