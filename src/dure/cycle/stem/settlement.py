"""Who bears what: rates by organisation, invoices to the won, corrections by reversal, what providers are owed."""

import datetime as dt
from typing import Any

from django.utils import timezone
from msgspec import structs

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found, require_happened, require_model
from dure.cycle.stem.periods import span_of, span_of_begun
from dure.cycle.stem.rebalancing import off_purpose_use
from dure.formats.canonical import plain
from dure.formats.commands.settlement import DesignBurden, IssuePriceBook, NoteSettlement, RecordPayment
from dure.formats.errors import BadInput
from dure.records.journal import actions as journal
from dure.records.journal import queries as journal_queries
from dure.records.journal.models import Entry
from dure.records.operation import queries as operation
from dure.records.parties import queries as parties
from dure.records.settlement import actions, queries
from dure.records.supply import queries as supply

DESIGN, NOTES = "burden_design", "settlement_notes"


def issue_price_book(request: IssuePriceBook, context: Context) -> str:
    """Put the prices in force; returns the first day. A model that servers have and no price names could never be billed."""
    del context
    known = supply.gpu_models()
    for model in request.prices:
        require_model(known, model, where="prices")
    if bare := sorted({each.gpu_model_id for each in supply.pools()} - set(request.prices)):
        raise BadInput(
            f"{', '.join(bare)} has no price.",
            where="prices",
            todo="Name a price for each model that servers have.",
            code="no_price",
        )
    return actions.issue_price_book(**structs.asdict(request)).from_on.isoformat()


def design(request: DesignBurden, context: Context) -> str:
    """Record what the burden is designed from; returns the month."""
    return _state(DESIGN, request, context)


def note(request: NoteSettlement, context: Context) -> str:
    """Record what the month's settlement must respect; returns the month."""
    for duty in request.providers:
        found(parties.organisation(duty.provider), "organisation", duty.provider)
    return _state(NOTES, request, context)


def record_payment(request: RecordPayment, context: Context) -> str:
    """Enter the payment; returns its reference."""
    require_happened(request.received_on, context, where="received_on")
    invoice = found(queries.invoice(request.invoice), "invoice", request.invoice)
    return actions.receive_payment(
        invoice=invoice, reference=request.reference, won=request.amount, received_on=request.received_on
    ).reference


def burden_facts(subject: str, context: Context) -> dict[str, Any]:
    """The month's usage at list prices, and what the burden is designed from."""
    return _charged(subject) | (_stated(DESIGN, subject, context) or {})


def facts(subject: str, context: Context) -> dict[str, Any]:
    """The month's usage at list prices, payments, earlier lines, gaps, off-purpose use and providers' duties."""
    from_at, to_at = span_of(subject)
    made = _charged(subject)
    made |= {
        "paid": queries.paid_facts(until=context.day),
        "previous": queries.previous_facts(from_at=from_at, to_at=to_at),
        "off_purpose": off_purpose_use(programme=context.programme, from_at=from_at, to_at=to_at),
    }
    return made | (_stated(NOTES, subject, context) or {})


def carry_out_burden(entry: Entry) -> None:
    """Enter the rates."""
    actions.record_burden(
        programme=entry.programme,
        subject=entry.subject,
        made=entry.recommendation_value(),
        entry=entry,
        approved_on=timezone.localdate(entry.approved_at),
    )


def carry_out(entry: Entry) -> None:
    """Issue the invoices, clawbacks and statements as approved."""
    facts, made, rules = entry.facts_value(), entry.recommendation_value(), entry.rules_value()
    issued_on = timezone.localdate(entry.approved_at)
    instants = [dt.datetime.fromisoformat(each[key]) for each in facts["usage"] for key in ("from", "to")]
    if instants:
        actions.issue_invoices(
            entry=entry, invoices=made["invoices"], corrections=made["corrections"], from_at=min(instants), to_at=max(instants),
            issued_on=issued_on, due_on=issued_on + dt.timedelta(days=rules["payment_days"]), usage_digest=made["usage_digest"],
        )  # fmt: skip
    actions.record_clawbacks(entry=entry, clawbacks=made["clawbacks"])
    actions.record_provider_statements(entry=entry, statements=made["providers"])


def _charged(period: str) -> dict[str, Any]:
    """Usage of the month, who used, and the list prices that were in force when it began."""
    from_at, to_at = span_of(period)
    usage = operation.usage_facts(from_at=from_at, to_at=to_at)
    if not operation.usage(from_at=from_at, to_at=to_at).exists():
        raise BadInput("has not been metered.", where=f"month {period}", todo="Approve its metering first.", code="not_metered")
    organisations = queries.organisation_facts({each["organisation"] for each in usage})
    return {"organisations": organisations, "price_book": queries.price_book(on=timezone.localdate(from_at)), "usage": usage}


def _state(kind: str, request: DesignBurden | NoteSettlement, context: Context) -> str:
    span_of_begun(request.period, context.at)
    content = {key: value for key, value in plain(request).items() if key != "period"}
    journal.state(
        programme=context.programme, kind=kind, subject=request.period, content=content, by=context.person, at=context.at
    )
    return request.period


def _stated(kind: str, period: str, context: Context) -> Any:
    return journal_queries.statement(programme=context.programme, kind=kind, subject=period)
