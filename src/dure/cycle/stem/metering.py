"""What scheduler and telemetry recorded becomes usage per lease, and every second of every server has one state."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dure.cycle.filing import Desk, file_decision
from dure.records.journal.models import Entry
from dure.records.operation import actions, queries


def recommend(*, period: str, from_at: dt.datetime, to_at: dt.datetime, records: Mapping[str, Any], desk: Desk) -> Entry:
    """File the usage of [from_at, to_at); `records`: jobs, telemetry, maintenance, gaps, own use and its contracts."""
    facts = {
        "from": from_at.isoformat(),
        "to": to_at.isoformat(),
        **queries.metered_facts(from_at=from_at, to_at=to_at),
        **records,
    }
    return file_decision("metering", period, facts, desk=desk)


def carry_out(entry: Entry) -> None:
    """Enter usage and states; what was recorded before for the period is superseded."""
    facts, made = entry.facts_value(), entry.recommendation_value()
    actions.record_usage(
        entry=entry,
        from_at=dt.datetime.fromisoformat(facts["from"]),
        to_at=dt.datetime.fromisoformat(facts["to"]),
        usage=made["usage"],
        states=made["states"],
        at=entry.answered.at,
    )
