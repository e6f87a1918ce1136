"""What does a settlement say? Invoices to the smallest unit, corrections of earlier ones, clawback, and the providers' month."""

from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Shown, Table
from dure.portal.kit.wording.numbers import date, money, money_short, number
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.settlement.burden import total_figures


def show(filed: Filed) -> Shown:
    """A period's bills and statements."""
    made = filed.recommendation
    totals = made["totals"]
    return Shown(
        headline=_("%(invoices)s invoices come to %(billed)s; the public bears %(support)s.")
        % {
            "invoices": number(len(made["invoices"])),
            "billed": money_short(totals["billed_amount"]),
            "support": money_short(totals["support_amount"]),
        }
        + _corrected(made["corrections"]),
        figures=total_figures(totals),
        sections=[
            _kinds(filed),
            _balances(filed),
            lines_table(filed),
            _corrections(filed),
            _clawbacks(filed),
            providers_table(filed),
        ],
        method=_("Every lease's GPU-hours are rated once with the rates in force; a changed line is reversed and billed again."),
        proof=_("Lines add up to invoices and invoices to the totals, to the smallest unit."),
    )


def _corrected(corrections: list[dict[str, Any]]) -> str:
    """What earlier bills change by; nothing where none does."""
    if not corrections:
        return ""
    told = {"n": number(len(corrections)), "amount": money(sum(each["difference_amount"] for each in corrections))}
    return " " + _("%(n)s lines of earlier invoices are corrected, by %(amount)s in all.") % told


def _kinds(filed: Filed) -> Table:
    """Totals by kind of organisation: what may be published."""
    kinds = {each["id"]: each["kind"] for each in filed.facts["organisations"]}
    sums: dict[str, dict[str, Any]] = {}
    for invoice in filed.recommendation["invoices"]:
        kind = kinds[invoice["organisation"]]
        row = sums.setdefault(
            kind, {"kind": name(kind), "invoices": 0, "list_amount": 0, "billed_amount": 0, "support_amount": 0}
        )
        row["invoices"] += 1
        for key in ("list_amount", "billed_amount", "support_amount"):
            row[key] += invoice[key]
    return Table(
        "kinds",
        _("By kind of organisation"),
        [Column("kind", _("Kind of organisation")), Column("invoices", _("Invoices"), "number"), *_money()],
        [sums[kind] for kind in sorted(sums)],
    )


def _money() -> list[Column]:
    return [
        Column("list_amount", _("At list price"), "money"),
        Column("billed_amount", _("Billed"), "money"),
        Column("support_amount", _("Public support"), "money"),
    ]


def lines_table(filed: Filed, organisation: str = "") -> Table:
    """Each lease's line, of all organisations or of one."""
    rows = [
        {**line, "organisation": name(invoice["organisation"], filed.names)}
        for invoice in filed.recommendation["invoices"]
        for line in invoice["lines"]
        if organisation in ("", invoice["organisation"])
    ]
    return Table(
        "lines",
        _("Invoice lines"),
        [
            Column("organisation", _("Organisation")),
            Column("lease", _("Lease"), "code"),
            Column("model", _("GPU model")),
            Column("from", _("From"), "date"),
            Column("to", _("To"), "date"),
            Column("gpu_hours", _("GPU-hours"), "hours"),
            Column("rate", _("Rate"), "share"),
            *_money(),
        ],
        rows,
        public=False,
    )


def _balances(filed: Filed) -> Table:
    rows = [{**each, "organisation": name(each["organisation"], filed.names)} for each in filed.recommendation["balances"]]
    return Table(
        "balances",
        _("What each organisation owes"),
        [
            Column("organisation", _("Organisation")),
            Column("billed_amount", _("Billed"), "money"),
            Column("corrected_amount", _("Corrections"), "money"),
            Column("clawback_amount", _("Clawback"), "money"),
            Column("paid_amount", _("Received"), "money"),
            Column("due_amount", _("Due"), "money"),
        ],
        rows,
        note=_("As of %(day)s, when this was filed.") % {"day": date(filed.filed_at)},
        public=False,
    )


def _corrections(filed: Filed) -> Table:
    rows = [{**each, "organisation": name(each["organisation"], filed.names)} for each in filed.recommendation["corrections"]]
    return Table(
        "corrections",
        _("Corrections"),
        [
            Column("organisation", _("Organisation")),
            Column("lease", _("Lease"), "code"),
            Column("reversed_amount", _("Reversed"), "money"),
            Column("rebilled_amount", _("Billed again"), "money"),
            Column("difference_amount", _("Difference"), "money"),
        ],
        rows,
        public=False,
    )


def _clawbacks(filed: Filed) -> Table:
    rows = [{**each, "organisation": name(each["organisation"], filed.names)} for each in filed.recommendation["clawbacks"]]
    return Table(
        "clawbacks",
        _("Clawback"),
        [Column("organisation", _("Organisation")), Column("lease", _("Lease"), "code"), Column("amount", _("Amount"), "money")],
        rows,
        public=False,
    )


def providers_table(filed: Filed, provider: str = "") -> Table:
    """Each provider's month, or one provider's."""
    rows = [
        {**each, "provider": name(each["provider"], filed.names)}
        for each in filed.recommendation["providers"]
        if provider in ("", each["provider"])
    ]
    return Table(
        "providers",
        _("Providers' statement"),
        [
            Column("provider", _("Provider")),
            Column("fee_amount", _("Fee"), "money"),
            Column("deducted_amount", _("Deducted"), "money"),
            Column("payable_amount", _("Payable"), "money"),
        ],
        rows,
        public=False,
    )
