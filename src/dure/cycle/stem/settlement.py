"""Who bears what: rates by organisation, invoices to the won, corrections by reversal, what providers are owed."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dure.cycle.filing import Desk, file_decision
from dure.records.journal.models import Entry
from dure.records.operation import queries as operation
from dure.records.settlement import actions, queries

DESIGN = ("comparables", "survey", "places")


def recommend_burden(*, period: str, from_at: dt.datetime, to_at: dt.datetime, design: Mapping[str, Any], desk: Desk) -> Entry:
    """File the rates, packages and comparison, with what the period's usage would cost; `design`: comparables, survey, places."""
    facts = _charged(from_at=from_at, to_at=to_at, on=desk.at.date())
    return file_decision("burden", period, facts | {key: design[key] for key in DESIGN if key in design}, desk=desk)


def recommend(*, period: str, from_at: dt.datetime, to_at: dt.datetime, notes: Mapping[str, Any], desk: Desk) -> Entry:
    """File the invoices of [from_at, to_at); `notes`: gaps, off-purpose use, provider duties."""
    facts = _charged(from_at=from_at, to_at=to_at, on=desk.at.date())
    facts |= {"paid": queries.paid_facts(until=desk.at.date()), "previous": queries.previous_facts(from_at=from_at, to_at=to_at)}
    return file_decision("settlement", period, facts | dict(notes), desk=desk)


def carry_out(entry: Entry) -> None:
    """Issue the invoices, clawbacks and statements as approved."""
    facts, made, rules = entry.facts_value(), entry.recommendation_value(), entry.rules_value()
    issued_on = entry.answered.at.date()
    instants = [dt.datetime.fromisoformat(each[key]) for each in facts["usage"] for key in ("from", "to")]
    if instants:
        actions.issue_invoices(
            entry=entry, invoices=made["invoices"], from_at=min(instants), to_at=max(instants), issued_on=issued_on,
            due_on=issued_on + dt.timedelta(days=rules["payment_days"]), usage_digest=made["usage_digest"],
        )  # fmt: skip
    actions.record_clawbacks(entry=entry, clawbacks=made["clawbacks"])
    actions.record_provider_statements(entry=entry, statements=made["providers"])


def _charged(*, from_at: dt.datetime, to_at: dt.datetime, on: dt.date) -> dict[str, Any]:
    """Usage, who used, and the list prices in force."""
    usage = operation.usage_facts(from_at=from_at, to_at=to_at)
    organisations = queries.organisation_facts({each["organisation"] for each in usage})
    return {"organisations": organisations, "price_book": queries.price_book(on=on), "usage": usage}
