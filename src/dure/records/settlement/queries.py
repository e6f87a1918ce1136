"""Reads prices, invoices and what is still owed; builds what burden and settlement are told."""

import datetime as dt
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, CharField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from dure.formats.versions import upgraded
from dure.records.allocation.models import Grant
from dure.records.journal import queries as journal
from dure.records.journal.fields import period
from dure.records.journal.models import Entry
from dure.records.journal.names import InLanguage, holds
from dure.records.parties import queries as parties
from dure.records.parties.models import Organisation
from dure.records.settlement.models import (
    BurdenSchedule,
    Clawback,
    Invoice,
    InvoiceLine,
    PaymentReceived,
    PriceBook,
    ProviderStatement,
)

ORDERS = {
    "id": ("id",),
    "organisation": (InLanguage("organisation__name"), "id"),
    "billed": ("-billed_amount", "id"),
    "due": ("due_on", "id"),
}


def price_book(*, on: dt.date) -> dict[str, int]:
    """Won per GPU-hour by model, as in force on that day; empty when there is none."""
    book = PriceBook.objects.filter(from_on__lte=on).order_by("-from_on", "-id").first()
    return dict(book.prices.values_list("gpu_model", "price_per_gpu_hour")) if book else {}


def billed_until() -> dt.datetime | None:
    """The instant up to which invoices have been issued; nothing before the first."""
    until: dt.datetime | None = Invoice.objects.aggregate(at=Max("during__endswith"))["at"]
    return until


def price_books() -> QuerySet[PriceBook]:
    """All books with their prices."""
    return PriceBook.objects.prefetch_related("prices")


def burden_schedules(*, programme: str) -> QuerySet[BurdenSchedule]:
    """The approved rates, oldest first."""
    return BurdenSchedule.objects.filter(programme=programme).order_by("approved_on", "id")


def invoices(
    *, organisation_id: str | None = None, unpaid: bool | None = None, search: str = "", order: str = "id"
) -> QuerySet[Invoice]:
    """Invoices with what was paid; ask `access` who may see them, then slice a page out of it."""
    received = (
        PaymentReceived.objects.filter(invoice=OuterRef("pk"))
        .order_by()
        .values("invoice")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    found = Invoice.objects.select_related("organisation").annotate(
        paid_amount=Coalesce(Subquery(received, output_field=BigIntegerField()), 0)
    )
    if organisation_id is not None:
        found = found.filter(organisation=organisation_id)
    if search:
        found = found.filter(holds("organisation__name", search)) | found.filter(id__icontains=search)
    if unpaid is not None:
        found = found.filter(paid_amount__lt=F("billed_amount")) if unpaid else found.filter(paid_amount__gte=F("billed_amount"))
    return found.order_by(*ORDERS.get(order, ORDERS["id"]))


def invoices_of(organisations: Collection[str]) -> QuerySet[Invoice]:
    """Invoices of these organisations with what was paid."""
    return invoices().filter(organisation__in=organisations)


def lines_of(organisations: Collection[str]) -> QuerySet[InvoiceLine]:
    """Lines of these organisations' invoices, the last period first."""
    return lines().filter(invoice__organisation__in=organisations).order_by("-during", "grant", "part", "id")


def due_of(organisations: Collection[str]) -> int:
    """Billed less paid over all invoices of these organisations, and support that they give back."""
    back = clawbacks().filter(grant__application__organisation__in=organisations).order_by()
    with connection.cursor() as cursor:
        cursor.execute(_OWED, {"organisations": sorted(organisations)})
        return int(cursor.fetchone()[0]) + int(back.aggregate(amount=Sum("amount"))["amount"] or 0)


_OWED = """
SELECT COALESCE(sum(i.billed_amount - COALESCE(p.amount, 0)), 0)
FROM settlement_invoice i
LEFT JOIN LATERAL (SELECT sum(r.amount) AS amount FROM settlement_paymentreceived r WHERE r.invoice_id = i.id) p ON true
WHERE i.organisation_id = ANY (%(organisations)s)
"""


def invoices_matching(word: str) -> Q:
    """Invoices whose number or organisation holds the word."""
    return Q(id__icontains=word) | Q(organisation__in=parties.organisations_matching(word))


def invoice_in_state(state: str, on: dt.date) -> Q:
    """Invoices with what was paid that are `paid`, `open` or, of these, `overdue` on that day."""
    still_open = Q(paid_amount__lt=F("billed_amount"))
    return {"paid": ~still_open, "open": still_open, "overdue": still_open & Q(due_on__lt=on)}[state]


def invoice(invoice_id: str) -> Invoice | None:
    """That invoice with what was paid, or nothing."""
    return invoices().filter(pk=invoice_id).first()


def lines(*, invoice: Invoice | None = None, grant: Grant | None = None, counting: bool | None = None) -> QuerySet[InvoiceLine]:
    """Lines of an invoice or a grant; `counting`: neither reversals nor reversed."""
    found = InvoiceLine.objects.select_related("grant__application", "invoice")
    if invoice is not None:
        found = found.filter(invoice=invoice)
    if grant is not None:
        found = found.filter(grant=grant)
    return found if counting is None else found.filter(counts=counting)


def totals() -> dict[str, int]:
    """List price, billed, support and received over all invoices."""
    sums = Invoice.objects.aggregate(
        list_amount=Sum("list_amount"), billed_amount=Sum("billed_amount"), support_amount=Sum("support_amount")
    )
    paid = PaymentReceived.objects.aggregate(amount=Sum("amount"))["amount"]
    return {**{name: int(value or 0) for name, value in sums.items()}, "paid_amount": int(paid or 0)}


def clawbacks() -> QuerySet[Clawback]:
    """Support to be given back, by the last settlement of each month."""
    return Clawback.objects.filter(~_settled_later()).select_related("grant__application__organisation")


def with_state(statements: QuerySet[ProviderStatement]) -> QuerySet[ProviderStatement]:
    """Statements with `state`: `in_force`, or `replaced` by a later settlement of the same month."""
    state = Case(When(_settled_later(), then=Value("replaced")), default=Value("in_force"), output_field=CharField())
    return statements.select_related("provider").annotate(state=state)


@cache
def _settled_later() -> Exists:
    """Whether a settlement of the month of the row's `entry` was approved after it."""
    return Exists(
        journal.approved(decision="settlement").filter(
            programme=OuterRef("entry__programme"),
            subject=OuterRef("entry__subject"),
            answer__seq__gt=OuterRef("entry__answer__seq"),
        )
    )


def organisation_facts(ids: "set[str] | list[str]") -> list[dict[str, Any]]:
    """Organisations as burden is told them."""
    return [
        {"id": each.pk, "kind": each.kind, "size": each.size or "any", "youth_led": each.youth_led}
        for each in Organisation.objects.filter(pk__in=list(ids)).order_by("id")
    ]


def paid_facts(*, until: dt.date | None = None) -> list[dict[str, Any]]:
    """Payments as burden and settlement are told them."""
    found = PaymentReceived.objects.select_related("invoice").order_by("reference")
    if until is not None:
        found = found.filter(received_on__lte=until)
    return [
        {
            "id": each.reference,
            "organisation": each.invoice.organisation_id,
            "amount": each.amount,
            "paid_on": each.received_on.isoformat(),
        }
        for each in found
    ]


def previous_facts(*, from_at: dt.datetime, to_at: dt.datetime) -> list[dict[str, Any]]:
    """Lines that count and overlap the period, as settlement is told them for corrections.

    Price, reasons and digest of a line stand in the settlement that billed it; all other figures are the record's.
    """
    found = list(
        lines(counting=True)
        .filter(during__overlap=period(from_at, to_at))
        .select_related("invoice__entry__recommendation")
        .order_by("grant", "part", "during")
    )
    filed: dict[tuple[int, str, dt.datetime], dict[str, Any]] = {}
    for entry in {each.invoice.entry for each in found}:
        filed |= {(entry.pk, line["lease"], dt.datetime.fromisoformat(line["from"])): line for line in _filed_lines(entry)}
    return [
        {
            "organisation": each.invoice.organisation_id,
            "line": filed.get((each.invoice.entry_id, each.lease, each.during.lower), {})
            | {
                "lease": each.lease,
                "model": each.gpu_model,
                "from": each.during.lower.isoformat(),
                "to": each.during.upper.isoformat(),
                "gpu_hours": each.gpu_hours,
                "rate": each.rate,
                "list_amount": each.list_amount,
                "billed_amount": each.billed_amount,
                "support_amount": each.support_amount,
            },
        }
        for each in found
    ]


def _filed_lines(entry: Entry) -> Iterator[dict[str, Any]]:
    """Every line that a settlement billed: new ones, and those that took the place of another."""
    decision, version, made = entry.decision, entry.format_version, entry.recommendation_value()
    made = upgraded(decision, "recommendation", made, version=version, where=f"journal entry {entry.seq}")
    for invoice in made.get("invoices", ()):
        yield from invoice["lines"]
    yield from (each["line"] for each in made.get("corrections", ()) if each["line"])
