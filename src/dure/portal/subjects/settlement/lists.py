"""The lists of invoices and of their lines: all at the agency's desk, one's own at an applicant's."""

from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.columns import called, last_day
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List, Range, Row
from dure.records.allocation.queries import lease_called
from dure.records.settlement import queries

STATES = {"open": _("Open"), "overdue": _("Overdue"), "paid": _("Paid in full")}
TONES = {"open": "wait", "overdue": "bad", "paid": "good"}


def _open(row: Row) -> int:
    return int(row["billed_amount"]) - int(row["paid_amount"])


def _state(row: Row) -> str:
    if _open(row) <= 0:
        return "paid"
    return "overdue" if row["due_on"] < timezone.localdate() else "open"


def _state_name(row: Row) -> str:
    return str(STATES[_state(row)] if row["billed_amount"] > 0 else _("Nothing owed"))


OF_STATE = ("billed_amount", "paid_amount", "due_on")
INVOICES = List(
    key="invoices",
    title=_("Invoices"),
    columns=(
        Column(key="id", label=_("Invoice"), kind="code"),
        called("organisation", _("Organisation"), "organisation__name"),
        Column(key="start", label=_("From"), kind="date", source="during__startswith"),
        last_day("end", _("To"), "during__endswith"),
        Column(key="list_amount", label=_("List price"), kind="money", standard=False),
        Column(key="support_amount", label=_("Public support"), kind="money", standard=False),
        Column(key="billed_amount", label=_("Billed"), kind="money"),
        Column(key="paid_amount", label=_("Received"), kind="money"),
        Column(key="open_amount", label=_("Still due"), kind="money", source="", uses=OF_STATE, show=_open),
        Column(key="issued_on", label=_("Issued"), kind="date"),
        Column(key="due_on", label=_("Pay by"), kind="date"),
        Column(
            key="state", label=_("State"), source="", uses=OF_STATE,
            show=_state_name, tone=lambda row: TONES[_state(row)],
        ),
    ),
    order="-issued_on",
    unique=frozenset({"id"}),
    filters=(
        Choice(
            key="state", label=_("State"), choices=STATES.items,
            where=lambda value: queries.invoice_in_state(value, timezone.localdate()),
        ),
        Range(key="billed", label=_("Billed"), field="billed_amount"),
        DateRange(key="start", label=_("From"), field="during__startswith"),
        DateRange(key="issued", label=_("Issued"), field="issued_on"),
        DateRange(key="due", label=_("Pay by"), field="due_on"),
    ),
    search=queries.invoices_matching,
    searched=_("Number or organisation; initial consonants will do"),
    empty=_("No invoice has been issued. Invoices appear when the settlement of a period is approved."),
)  # fmt: skip
OWN_INVOICES = replace(
    INVOICES,
    title=_("My invoices"),
    columns=tuple(replace(each, standard=each.key not in {"organisation", "issued_on"}) for each in INVOICES.columns),
    empty=_("You have no invoice. One appears when the settlement of a period in which you used GPUs is approved."),
)


def _lease(row: Row) -> Any:
    return lease_called(row["lease"], row["part"])


OWN_LINES = List(
    key="lines",
    title=_("Invoice lines"),
    columns=(
        Column(key="lease", label=_("Lease"), kind="code", source="grant_id", uses=("part",), show=_lease),
        Column(key="model", label=_("GPU model"), source="gpu_model"),
        Column(key="start", label=_("From"), kind="date", source="during__startswith"),
        last_day("end", _("To"), "during__endswith"),
        Column(key="gpu_hours", label=_("GPU-hours"), kind="hours"),
        Column(key="rate", label=_("Rate"), kind="share"),
        Column(key="list_amount", label=_("List price"), kind="money"),
        Column(key="billed_amount", label=_("Billed"), kind="money"),
        Column(key="support_amount", label=_("Public support"), kind="money"),
        Column(key="invoice", label=_("Invoice"), kind="code", source="invoice_id", standard=False),
    ),
    order="-start",
    extra={"part": "part"},
    filters=(DateRange(key="start", label=_("From"), field="during__startswith"),),
    empty=_("You have no invoice line. Lines appear with your first invoice; a reversal is a line of its own."),
)
