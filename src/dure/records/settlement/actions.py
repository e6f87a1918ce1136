"""Issues price books and invoices, takes in payments, reverses lines; never bills a second twice."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce

from dure.formats.errors import BadInput
from dure.formats.stages.burden import BurdenRecommendation
from dure.records.allocation.models import grant_and_part
from dure.records.journal.approved import require_approved
from dure.records.journal.fields import period
from dure.records.journal.models import Entry
from dure.records.settlement.models import (
    BurdenSchedule,
    Clawback,
    Invoice,
    InvoiceLine,
    PaymentReceived,
    Price,
    PriceBook,
    ProviderStatement,
)


def hold_prices() -> None:
    """Until the transaction ends, nobody else issues prices or charges at them: what is in force stays as it is read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('list prices', 0))")


@transaction.atomic
def issue_price_book(*, from_on: dt.date, prices: Mapping[str, int], source: str, assumed: bool = True) -> PriceBook:
    """List prices per GPU-hour, in force from a day on, in place of those issued before from the same day."""
    book = PriceBook.objects.create(from_on=from_on, source=source, assumed=assumed)
    Price.objects.bulk_create(
        Price(price_book=book, gpu_model=model, price_per_gpu_hour=amount) for model, amount in sorted(prices.items())
    )
    return book


def record_burden(
    *, programme: str, subject: str, made: BurdenRecommendation, entry: Entry, approved_on: dt.date
) -> BurdenSchedule:
    """Carry out an approved burden; `made` is its recommendation."""
    require_approved(entry, "burden")
    return BurdenSchedule.objects.create(
        programme=programme,
        subject=subject,
        approved_on=approved_on,
        rates={each.organisation: each.rate for each in made.rates},
        entry=entry,
        list_amount=made.totals.list_amount,
        billed_amount=made.totals.billed_amount,
        support_amount=made.totals.support_amount,
    )


@transaction.atomic
def issue_invoices(
    *,
    entry: Entry,
    invoices: Iterable[Mapping[str, Any]],
    corrections: Iterable[Mapping[str, Any]] = (),
    from_at: dt.datetime,
    to_at: dt.datetime,
    issued_on: dt.date,
    due_on: dt.date,
    usage_digest: str = "",
) -> list[Invoice]:
    """Carry out an approved settlement: one invoice an organisation, with its new lines and its corrections.

    `invoices` and `corrections` as in the recommendation; `lease` there is what `lease_id` makes of a grant. A corrected line
    is reversed exactly, and the line that takes its place follows.
    """
    require_approved(entry, "settlement")
    new: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    wrong: dict[str, list[InvoiceLine]] = defaultdict(list)
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for invoice in invoices:
        new[invoice["organisation"]] += invoice["lines"]
        sums[invoice["organisation"]].update({name: invoice[name] for name in _SUMS})
    for each in corrections:
        payer = each["organisation"]
        for line in _lines_to_reverse(each):
            wrong[payer].append(line)
            sums[payer].update({name: -getattr(line, name) for name in _SUMS})
        if each["line"]:
            new[payer].append(each["line"])
            sums[payer].update({name: each["line"][name] for name in _SUMS})
    made = [
        Invoice(
            id=f"{issued_on.isoformat()}/{entry.pk}/{organisation}",
            organisation_id=organisation,
            during=period(from_at, to_at),
            usage_digest=usage_digest,
            issued_on=issued_on,
            due_on=due_on,
            entry=entry,
            **{name: sums[organisation][name] for name in _SUMS},
        )
        for organisation in sorted({*new, *wrong})
    ]
    Invoice.objects.bulk_create(made, batch_size=2000)
    for issued in made:
        for line in wrong[issued.organisation_id]:
            _reversal(issued, line).save(force_insert=True)
    lines = [_line(issued.pk, line) for issued in made for line in new[issued.organisation_id]]
    InvoiceLine.objects.bulk_create(lines, batch_size=2000)
    return made


_SUMS = ("list_amount", "billed_amount", "support_amount")


def _lines_to_reverse(correction: Mapping[str, Any]) -> list[InvoiceLine]:
    """The line that counts for that lease and period, if it was billed to the correction's organisation."""
    grant_id, part = grant_and_part(correction["lease"])
    span = period(_instant(correction["from"]), _instant(correction["to"]))
    found = InvoiceLine.objects.filter(grant=grant_id, part=part, during=span, counts=True)
    return list(found.filter(invoice__organisation=correction["organisation"]))


def _reversal(invoice: Invoice, line: InvoiceLine) -> InvoiceLine:
    return InvoiceLine(
        invoice=invoice,
        grant_id=line.grant_id,
        part=line.part,
        gpu_model=line.gpu_model,
        during=line.during,
        gpu_hours=_negated(line.gpu_hours),
        rate=line.rate,
        list_amount=-line.list_amount,
        billed_amount=-line.billed_amount,
        support_amount=-line.support_amount,
        reverses=line,
        counts=False,
    )


@transaction.atomic
def receive_payment(*, invoice: Invoice, reference: str, amount: int, received_on: dt.date) -> PaymentReceived:
    """Take in a payment, or give one back (negative); never more than was billed, never back more than was paid."""
    locked = Invoice.objects.get(pk=invoice.pk)
    paid = PaymentReceived.objects.filter(invoice=locked).aggregate(amount=Coalesce(Sum("amount"), 0))["amount"] + amount
    if not 0 <= paid <= max(locked.billed_amount, 0):
        raise BadInput(
            f"payments would come to {paid:,} of {locked.billed_amount:,} billed.",
            where=f"invoice {invoice.pk}",
            code="beyond_invoice",
        )
    return PaymentReceived.objects.create(invoice=locked, reference=reference, amount=amount, received_on=received_on)


@transaction.atomic
def record_clawbacks(*, entry: Entry, clawbacks: Iterable[Mapping[str, Any]]) -> list[Clawback]:
    """Support to be given back, as an approved settlement says: `{lease, amount}`; summed per grant."""
    require_approved(entry, "settlement")
    sums: Counter[str] = Counter()
    for each in clawbacks:
        sums[grant_and_part(each["lease"])[0]] += each["amount"]
    return Clawback.objects.bulk_create(
        Clawback(entry=entry, grant_id=grant_id, amount=amount) for grant_id, amount in sorted(sums.items()) if amount
    )


@transaction.atomic
def record_provider_statements(*, entry: Entry, statements: Iterable[Mapping[str, Any]]) -> list[ProviderStatement]:
    """What providers are owed, as an approved settlement says: `{provider, fee_amount, deducted_amount, payable_amount}`."""
    require_approved(entry, "settlement")
    return ProviderStatement.objects.bulk_create(
        ProviderStatement(
            entry=entry,
            provider_id=each["provider"],
            fee_amount=each["fee_amount"],
            deducted_amount=each["deducted_amount"],
            payable_amount=each["payable_amount"],
        )
        for each in statements
    )


def _line(invoice_id: str, line: Mapping[str, Any]) -> InvoiceLine:
    return InvoiceLine(
        invoice_id=invoice_id,
        grant_id=grant_and_part(line["lease"])[0],
        part=grant_and_part(line["lease"])[1],
        gpu_model=line["model"],
        during=period(_instant(line["from"]), _instant(line["to"])),
        gpu_hours=line["gpu_hours"],
        rate=line["rate"],
        list_amount=line["list_amount"],
        billed_amount=line["billed_amount"],
        support_amount=line["support_amount"],
    )


def _negated(amount: str) -> str:
    return amount if amount == "0" else f"-{amount}"


def _instant(value: str | dt.datetime) -> dt.datetime:
    return value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
