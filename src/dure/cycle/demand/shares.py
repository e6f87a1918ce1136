"""The ministry sets each sector's share of the public GPUs: demand, priority and results within published bounds.

Set first from the survey (stage `shares`), and again from what came (stage `rebalancing`): demand from the applications of
the last user call, results from the outcomes. Both are one decision; its subject is the day from which the shares hold.
"""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dure.cycle.commands.rows import Context
from dure.cycle.demand.sectors import require_sectors
from dure.decisions.quantities import split_by_largest_remainder
from dure.formats.commands.demand import SetPolicyPriority
from dure.formats.errors import BadInput
from dure.formats.kinds import decimal_text
from dure.formats.programme import ProgrammeRules
from dure.formats.stages.shares import SharesFacts, SharesRecommendation, SharesRules
from dure.records.allocation import actions, queries
from dure.records.demand import queries as demand
from dure.records.journal import actions as journal
from dure.records.journal import queries as journal_queries
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.outcomes import queries as outcomes

PRIORITY = "policy_priority"
SHARE_DECIMALS = 4


def set_priority(request: SetPolicyPriority, context: Context) -> str:
    """Record the ministry's signal; returns the day for which it was given."""
    require_sectors(request.priority, context, where="priority")
    subject = request.from_on.isoformat()
    journal.state(
        programme=context.programme, kind=PRIORITY, subject=subject, content=request.priority, by=context.person, at=context.at
    )
    return subject


def facts(subject: str, context: Context) -> dict[str, Any]:
    """Shares in force, or as announced before any are; demand as surveyed; priority; results as approved."""
    return _sectors(subject, context, demand=_surveyed())


def facts_again(subject: str, context: Context) -> dict[str, Any]:
    """As `facts`, with demand as it came in the last user call; sectors that it was not open to, as surveyed."""
    surveyed = {sector: Fraction(share) for sector, share in _surveyed().items()}
    calls = [call for call in demand.user_calls() if call.closes_at <= context.at]
    if not calls:
        raise BadInput("no user call has closed.", where=f"shares from {subject}", todo="Wait for a call.", code="no_call")
    asked = {each["sector"]: each["servers"] for each in demand.totals_by_sector(calls[-1])}
    part = sum((surveyed.get(sector, Fraction(0)) for sector in asked), Fraction(0))
    wanted = {
        sector: part * asked[sector] / sum(asked.values()) if sector in asked else share for sector, share in surveyed.items()
    }
    scale = 10**SHARE_DECIMALS
    parts = split_by_largest_remainder(scale, wanted)
    shares = {sector: decimal_text(Fraction(units, scale), SHARE_DECIMALS) for sector, units in parts.items()}
    return _sectors(subject, context, demand=shares)


def carry_out(entry: Entry) -> None:
    """Put the approved shares in force."""
    shares = Filed(entry, SharesFacts, SharesRules, SharesRecommendation).recommendation.shares
    actions.set_shares(programme=entry.programme, from_on=_day(entry.subject), shares=shares, entry=entry)


def _sectors(subject: str, context: Context, *, demand: Mapping[str, str]) -> dict[str, Any]:
    day = _day(subject)
    rules, _ = context.book.fill(ProgrammeRules, on=context.day)
    current = queries.shares(programme=context.programme, on=context.day) or rules.sector_shares
    results = outcomes.results(programme=context.programme) or rules.sector_shares
    priority = journal_queries.statement(programme=context.programme, kind=PRIORITY, subject=day.isoformat())
    if priority is None:
        raise BadInput(
            "no policy priority has been set for that day.",
            where=f"shares from {subject}",
            todo="Set the priority first.",
            code="no_priority",
        )
    signals = {"current": current, "demand": demand, "priority": priority, "results": results}
    for name, parts in signals.items():
        if set(parts) != set(current):
            raise BadInput(
                f"{name} is given for {', '.join(sorted(parts))}, the shares for {', '.join(sorted(current))}.",
                where=f"shares from {subject}",
                todo="A sector without a figure is unknown, which is not zero: complete the signal.",
                code="sectors_differ",
            )
    return {"sectors": [{"id": sector, **{name: parts[sector] for name, parts in signals.items()}} for sector in sorted(current)]}


def _surveyed() -> dict[str, str]:
    estimates = [estimate for survey in demand.surveys() if (estimate := demand.estimate(survey))]
    if not estimates:
        raise BadInput("no survey has an approved estimate.", where="demand", todo="Approve one first.", code="no_estimate")
    shares: dict[str, str] = estimates[-1].shares
    return shares


def _day(subject: str) -> dt.date:
    try:
        return dt.date.fromisoformat(subject)
    except ValueError:
        raise BadInput(
            f"{subject!r} is not a day.",
            where="subject",
            todo="Give the day from which the shares hold, YYYY-MM-DD.",
            code="invalid",
        ) from None
