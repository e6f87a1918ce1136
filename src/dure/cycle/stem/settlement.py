"""Who bears what: rates by organisation, invoices to the smallest unit, corrections by reversal, what providers are owed."""

import datetime as dt
from typing import Any

from django.utils import timezone
from msgspec import structs, to_builtins

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found, require_happened, require_model
from dure.cycle.stem.periods import span_of, span_of_begun, span_of_ended
from dure.cycle.stem.rebalancing import off_purpose_use
from dure.formats.canonical import plain
from dure.formats.commands.settlement import DesignBurden, IssuePriceBook, NoteSettlement, RecordPayment
from dure.formats.edits import edit_in
from dure.formats.errors import BadInput
from dure.formats.stages.burden import BurdenFacts, BurdenRecommendation, BurdenRules
from dure.formats.stages.settlement import SettlementFacts, SettlementRecommendation, SettlementRules
from dure.formats.versions import amounts_named_as_now
from dure.records.journal import actions as journal
from dure.records.journal import queries as journal_queries
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.operation import queries as operation
from dure.records.parties import queries as parties
from dure.records.settlement import actions, queries
from dure.records.supply import queries as supply

DESIGN, NOTES = "burden_design", "settlement_notes"


def issue_price_book(request: IssuePriceBook, context: Context) -> str:
    """Put the prices in force; returns the first day. A model that servers have and no price names could never be billed.

    Raises `BadInput`: `not_first_of_month`, as a month is charged at one price; `billed_already`, as invoices keep theirs.
    """
    del context
    _require_unbilled_month(request.from_on)
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


def _require_unbilled_month(from_on: dt.date) -> None:
    if from_on.day != 1:
        raise BadInput(
            f"{from_on} is not the first day of a month.",
            where="from_on",
            todo="Begin with the first day of a month: each month is charged at one price.",
            code="not_first_of_month",
        )
    actions.hold_prices()
    until = queries.billed_until()
    if until is not None and from_on < timezone.localdate(until):
        raise BadInput(
            f"invoices have been issued up to {timezone.localdate(until)}.",
            where="from_on",
            todo="Begin with a month that has not been billed.",
            code="billed_already",
        )


def design(request: DesignBurden, context: Context) -> str:
    """Record what the burden is designed from; returns the month."""
    span_of_begun(request.period, context.at)
    return _state(DESIGN, request, context)


def note(request: NoteSettlement, context: Context) -> str:
    """Record what the month's settlement must respect, once it is over; returns the month."""
    span_of_ended(request.period, context.at)
    for duty in request.providers:
        found(parties.organisation(duty.provider), "organisation", duty.provider)
    return _state(NOTES, request, context)


def record_payment(request: RecordPayment, context: Context) -> str:
    """Enter the payment; returns its reference. Raises `BadInput`: `before_the_invoice` for a day before that of its issue."""
    require_happened(request.received_on, context, where="received_on")
    invoice = found(queries.invoice(request.invoice), "invoice", request.invoice)
    if request.received_on < invoice.issued_on:
        raise BadInput(
            f"the invoice was issued on {invoice.issued_on}.",
            where="received_on",
            todo="Give the day on the bank statement, and check the number of the invoice.",
            code="before_the_invoice",
        )
    return actions.receive_payment(
        invoice=invoice, reference=request.reference, amount=request.amount, received_on=request.received_on
    ).reference


def burden_facts(subject: str, context: Context) -> dict[str, Any]:
    """The month's usage at list prices, and what the burden is designed from."""
    return _charged(subject) | (_stated(DESIGN, subject, context) or {})


def facts(subject: str, context: Context) -> dict[str, Any]:
    """The month's usage at list prices, payments, earlier lines, gaps, off-purpose use and providers' duties."""
    from_at, to_at = span_of(subject)
    made = _charged(subject)
    made |= {
        "zone": context.book.manifest.zone,
        "paid": queries.paid_facts(until=context.day),
        "previous": queries.previous_facts(from_at=from_at, to_at=to_at),
        "off_purpose": off_purpose_use(programme=context.programme, from_at=from_at, to_at=to_at),
    }
    return made | (_stated(NOTES, subject, context) or {})


def carry_out_burden(entry: Entry) -> None:
    """Enter the rates; refused where the prices were corrected after they were filed."""
    filed = Filed(entry, BurdenFacts, BurdenRules, BurdenRecommendation)
    _require_same_prices(entry, filed.facts)
    actions.record_burden(
        programme=entry.programme,
        subject=entry.subject,
        made=filed.recommendation,
        entry=entry,
        approved_on=timezone.localdate(entry.approved_at),
    )


def carry_out(entry: Entry) -> None:
    """Issue the invoices, clawbacks and statements as approved; refused where the prices were corrected since the filing."""
    filed = Filed(entry, SettlementFacts, SettlementRules, SettlementRecommendation)
    _require_same_prices(entry, filed.facts)
    made, issued_on = filed.recommendation, timezone.localdate(entry.approved_at)
    instants = [instant for each in filed.facts.usage for instant in (each.from_at, each.to_at)]
    if instants:
        actions.issue_invoices(
            entry=entry,
            invoices=to_builtins(made.invoices),
            corrections=to_builtins(made.corrections),
            from_at=min(instants),
            to_at=max(instants),
            issued_on=issued_on,
            due_on=issued_on + dt.timedelta(days=filed.rules.payment_days),
            usage_digest=made.usage_digest,
        )
    actions.record_clawbacks(entry=entry, clawbacks=[structs.asdict(each) for each in made.clawbacks])
    actions.record_provider_statements(entry=entry, statements=[structs.asdict(each) for each in made.providers])


def _charged(period: str) -> dict[str, Any]:
    """Usage of the month, who used, and the list prices that were in force when it began."""
    from_at, to_at = span_of(period)
    usage = operation.usage_facts(from_at=from_at, to_at=to_at)
    if not operation.usage(from_at=from_at, to_at=to_at).exists():
        raise BadInput("has not been metered.", where=f"month {period}", todo="Approve its metering first.", code="not_metered")
    organisations = queries.organisation_facts({each["organisation"] for each in usage})
    return {"organisations": organisations, "price_book": prices_of(period), "usage": usage}


def prices_of(period: str) -> dict[str, int]:
    """Those in force when the month began; raises `BadInput` with code `no_price` where none were."""
    prices = queries.price_book(on=timezone.localdate(span_of(period)[0]))
    if not prices:
        raise BadInput(
            "no list prices are in force.", where=f"month {period}", todo="Issue a price book that covers it.", code="no_price"
        )
    return prices


def _require_same_prices(entry: Entry, facts: BurdenFacts) -> None:
    actions.hold_prices()
    if edit_in(entry.edits, "price_book") is None and facts.price_book != prices_of(entry.subject):
        raise BadInput(
            "the list prices were corrected after it was filed.",
            where=f"journal entry {entry.seq}",
            todo="Refuse it, and file it again.",
            code="stale",
        )


def _state(kind: str, request: DesignBurden | NoteSettlement, context: Context) -> str:
    content = {key: value for key, value in plain(request).items() if key != "period"}
    journal.state(
        programme=context.programme, kind=kind, subject=request.period, content=content, by=context.person, at=context.at
    )
    return request.period


def _stated(kind: str, period: str, context: Context) -> Any:
    return amounts_named_as_now(journal_queries.statement(programme=context.programme, kind=kind, subject=period))
