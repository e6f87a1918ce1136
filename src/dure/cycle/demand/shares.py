"""The ministry sets each sector's share of the public GPUs: demand, priority and results within published bounds."""

import datetime as dt
from collections.abc import Mapping

from dure.cycle import programme
from dure.cycle.filing import Desk, file_decision
from dure.records.allocation import actions
from dure.records.journal.models import Entry


def recommend(
    *,
    from_on: dt.date,
    current: Mapping[str, str],
    demand: Mapping[str, str],
    priority: Mapping[str, str],
    results: Mapping[str, str],
    desk: Desk,
) -> Entry:
    """File the shares to hold from that day; the subject is the day."""
    sectors = [
        {
            "id": sector,
            "current": current[sector],
            "demand": demand[sector],
            "priority": priority[sector],
            "results": results[sector],
        }
        for sector in sorted(current)
    ]
    return file_decision("shares", from_on.isoformat(), {"sectors": sectors}, desk=desk)


def carry_out(entry: Entry) -> None:
    """Put the approved shares in force."""
    shares = entry.recommendation_value()["shares"]
    actions.set_shares(
        programme=programme.book().programme, from_on=dt.date.fromisoformat(entry.subject), shares=shares, entry=entry
    )
