"""What scheduler and telemetry recorded becomes usage per lease, and every second of every server has one state."""

from typing import Any

from msgspec import structs, to_builtins

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import require_happened, require_once
from dure.cycle.stem.periods import span_of_begun, span_of_ended
from dure.formats.canonical import plain
from dure.formats.commands.operation import RecordDailyUse, ReportUsage
from dure.formats.errors import BadInput
from dure.formats.stages.metering import MeteringFacts, MeteringRecommendation, MeteringRules
from dure.records.allocation import queries as allocation
from dure.records.journal import actions as journal
from dure.records.journal import queries as journal_queries
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.operation import actions, queries

RECORDS = "usage_records"
PARTS = ("jobs", "telemetry", "maintenance", "gaps", "own_use", "own_use_contracts")


def report(request: ReportUsage, context: Context) -> str:
    """Record what was read from scheduler and telemetry; returns the month."""
    span_of_begun(request.period, context.at)
    content = {name: plain(getattr(request, name)) for name in PARTS}
    journal.state(
        programme=context.programme, kind=RECORDS, subject=request.period, content=content, by=context.person, at=context.at
    )
    return request.period


def record_daily_use(request: RecordDailyUse, context: Context) -> int:
    """Enter the days; returns how many."""
    require_once((f"{each.grant} on {each.day}" for each in request.days), "grant", where="days")
    known = allocation.servers_granted({each.grant for each in request.days})
    for number, each in enumerate(request.days):
        place = f"grant {each.grant} on {each.day} at $.days[{number}]"
        if each.grant not in known:
            raise BadInput("is unknown.", where=f"{place}.grant", todo="Check the id.", code="unknown_id")
        require_happened(each.day, context, where=f"{place}.day")
        if (each.busy_servers or 0) > known[each.grant]:
            raise BadInput(
                f"{each.busy_servers} of {known[each.grant]} servers.",
                where=f"{place}.busy_servers",
                todo="No more servers can be busy than were granted.",
                code="too_many_servers",
            )
    return actions.record_daily_use(days=[structs.asdict(each) for each in request.days])


def facts(subject: str, context: Context) -> dict[str, Any]:
    """Servers in service and leases of the month, and what was recorded of them."""
    from_at, to_at = span_of_ended(subject, context.at)
    records = journal_queries.statement(programme=context.programme, kind=RECORDS, subject=subject)
    if records is None:
        raise BadInput(
            "no usage has been reported.", where=f"month {subject}", todo="Report the month's records first.", code="no_records"
        )
    served = queries.metered_facts(from_at=from_at, to_at=to_at)
    return {"from": from_at.isoformat(), "to": to_at.isoformat(), **served, **records}


def carry_out(entry: Entry) -> None:
    """Enter usage and states; what was recorded before for the period is superseded."""
    filed = Filed(entry, MeteringFacts, MeteringRules, MeteringRecommendation)
    actions.record_usage(
        entry=entry,
        from_at=filed.facts.from_at,
        to_at=filed.facts.to_at,
        usage=to_builtins(filed.recommendation.usage),
        states=[structs.asdict(each) for each in filed.recommendation.states],
        at=entry.approved_at,
    )
