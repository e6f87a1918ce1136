"""What have one's own organisations to pay, and what is a provider owed? By the invoices and statements in the records."""

from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Table
from dure.records.settlement import queries


def own_invoices(mine: frozenset[str]) -> Table:
    """The invoices of these organisations with what was paid of each, the last first."""
    found: Any = queries.invoices_of(mine).order_by("-issued_on", "id")  # with what was paid of each
    rows = [
        {
            "id": each.pk,
            "from": each.during.lower.isoformat(),
            "to": each.during.upper.isoformat(),
            "issued_on": each.issued_on,
            "due_on": each.due_on,
            "list_won": each.list_won,
            "billed_won": each.billed_won,
            "support_won": each.support_won,
            "paid_won": each.paid_won,
        }
        for each in found
    ]
    columns = [
        Column("id", _("Invoice"), "code"),
        Column("from", _("From"), "date"),
        Column("to", _("To"), "date"),
        Column("list_won", _("List price"), "won"),
        Column("billed_won", _("Billed"), "won"),
        Column("support_won", _("Public support"), "won"),
        Column("paid_won", _("Paid"), "won"),
        Column("due_on", _("Pay by"), "date"),
    ]
    return Table("invoices", _("My invoices"), columns, rows)


def own_lines(mine: frozenset[str]) -> Table:
    """Each line of these organisations' invoices, the last month first; a reversal is a line of its own."""
    rows = [
        {
            "lease": each.lease,
            "model": each.gpu_model,
            "from": each.during.lower.isoformat(),
            "to": each.during.upper.isoformat(),
            "gpu_hours": each.gpu_hours,
            "rate": each.rate,
            "list_won": each.list_won,
            "billed_won": each.billed_won,
            "support_won": each.support_won,
        }
        for each in queries.lines_of(mine)
    ]
    columns = [
        Column("lease", _("Lease"), "code"),
        Column("model", _("GPU model")),
        Column("from", _("From"), "date"),
        Column("to", _("To"), "date"),
        Column("gpu_hours", _("GPU-hours"), "hours"),
        Column("rate", _("Rate"), "share"),
        Column("list_won", _("List price"), "won"),
        Column("billed_won", _("Billed"), "won"),
        Column("support_won", _("Public support"), "won"),
    ]
    return Table("lines", _("Invoice lines"), columns, rows)


def own_due(mine: frozenset[str]) -> int:
    """What these organisations still owe: billed less paid over all invoices, and support to be given back."""
    return queries.due_of(mine)


def statements_table(providers: list[str]) -> Table:
    """What these providers are owed, month by month, the last first."""
    rows = [
        {
            "month": each.entry.subject,
            "provider": str(each.provider),
            "fee_won": each.fee_won,
            "deducted_won": each.deducted_won,
            "payable_won": each.payable_won,
        }
        for provider in providers
        for each in queries.provider_statements(provider_id=provider).select_related("entry").order_by("-entry")
    ]
    columns = [
        Column("month", _("Month"), "code"),
        Column("provider", _("Provider")),
        Column("fee_won", _("Fee"), "won"),
        Column("deducted_won", _("Deducted"), "won"),
        Column("payable_won", _("Payable"), "won"),
    ]
    return Table("statement", _("Monthly statement"), columns, rows)
