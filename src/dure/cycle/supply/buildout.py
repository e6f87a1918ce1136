"""Orders and site readiness become a capacity calendar; late facts replace forecasts, and slip has its cause."""

import datetime as dt
from typing import Any

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found
from dure.formats.canonical import plain
from dure.formats.commands.supply import ReportBuildout
from dure.formats.errors import BadInput
from dure.formats.stages.buildout import BuildoutFacts, BuildoutRecommendation, BuildoutRules
from dure.records.journal import actions as journal
from dure.records.journal import queries as journal_queries
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.supply import actions, queries

REPORT = "buildout_report"


def report(request: ReportBuildout, context: Context) -> str:
    """Record what is known today; returns the programme."""
    journal.state(
        programme=context.programme,
        kind=REPORT,
        subject=context.programme,
        content=plain(request),
        by=context.person,
        at=context.at,
    )
    return context.programme


def facts(subject: str, context: Context) -> dict[str, Any]:
    """What was reported last, as known on the day of filing."""
    found(subject if subject == context.programme else None, "programme", subject)
    known = journal_queries.statement(programme=context.programme, kind=REPORT, subject=subject)
    if known is None:
        raise BadInput(
            "nothing has been reported.",
            where=f"build-out of {subject}",
            todo="Report sites and clusters first.",
            code="no_report",
        )
    return {"as_of": context.day.isoformat(), **known}


def carry_out(entry: Entry) -> None:
    """Enter plan, P50 and P90 by week and cluster, and the forecast of first service."""
    filed = Filed(entry, BuildoutFacts, BuildoutRules, BuildoutRecommendation)
    made, start = filed.recommendation, filed.facts.start_on
    for calendar in made.clusters:
        weeks = [
            {"week_on": start + dt.timedelta(weeks=place), "plan": plan, "p50": p50, "p90": p90}
            for place, (plan, p50, p90) in enumerate(zip(calendar.plan, calendar.p50, calendar.p90, strict=True))
        ]
        cluster = found(queries.cluster(calendar.cluster), "cluster", calendar.cluster)
        actions.record_capacity(cluster=cluster, weeks=weeks, entry=entry)
    if forecast := made.first_service.get("p50"):
        actions.set_milestone(programme=entry.programme, key="first_service", forecast_on=forecast)
