"""Orders and site readiness become a capacity calendar; late facts replace forecasts, and slip has its cause."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dure.cycle.filing import Desk, file_decision
from dure.cycle.lookup import found
from dure.records.journal.models import Entry
from dure.records.supply import actions, queries


def recommend(*, programme: str, report: Mapping[str, Any], desk: Desk) -> Entry:
    """File the calendar as it can be known on the day of filing, from what the providers have reported by then."""
    return file_decision("buildout", programme, {"as_of": desk.at.date().isoformat(), **report}, desk=desk)


def carry_out(entry: Entry) -> None:
    """Enter plan, P50 and P90 by week and cluster, and the forecast of first service."""
    made, start = entry.recommendation_value(), dt.date.fromisoformat(entry.facts_value()["start_on"])
    for calendar in made["clusters"]:
        weeks = [
            {"week_on": start + dt.timedelta(weeks=place), "plan": plan, "p50": p50, "p90": p90}
            for place, (plan, p50, p90) in enumerate(zip(calendar["plan"], calendar["p50"], calendar["p90"], strict=True))
        ]
        cluster = found(queries.cluster(calendar["cluster"]), "cluster", calendar["cluster"])
        actions.record_capacity(cluster=cluster, weeks=weeks, entry=entry)
    if forecast := made["first_service"].get("p50"):
        actions.set_milestone(programme=entry.subject, key="first_service", forecast_on=dt.date.fromisoformat(forecast))
