"""What does the burden schedule say? Who bears which part of the price, what packages come to, and how others ask."""

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Figure, Shown, Table
from dure.portal.kit.wording.numbers import money, money_short, number
from dure.portal.kit.wording.tables import conditions, row_title, rows_of
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed


def show(filed: Filed) -> Shown:
    """Rates, packages, comparison."""
    made = filed.recommendation
    totals = made["totals"]
    return Shown(
        headline=_("Of %(list)s at list price, users bear %(billed)s and the public %(support)s.")
        % {
            "list": money_short(totals["list_amount"]),
            "billed": money_short(totals["billed_amount"]),
            "support": money_short(totals["support_amount"]),
        },
        figures=total_figures(totals),
        sections=[_schedule(filed), _factors(filed), _packages(filed), _comparison(filed), _expected(filed), _rates(filed)],
        method=_("Each kind and size of organisation bears its published part of the list price; discounts multiply."),
        proof=_("For every line list price = billed + support, to the smallest unit."),
    )


def total_figures(totals: dict[str, object]) -> list[Figure]:
    """The sums of a bill or a quote."""
    return [
        Figure(_("At list price"), money_short(totals["list_amount"]), money(totals["list_amount"])),  # type: ignore[arg-type]
        Figure(_("Users bear"), money_short(totals["billed_amount"]), money(totals["billed_amount"])),  # type: ignore[arg-type]
        Figure(_("Public support"), money_short(totals["support_amount"]), money(totals["support_amount"])),  # type: ignore[arg-type]
        Figure(_("GPU-hours"), number(totals["gpu_hours"], 0)),
    ]


def _schedule(filed: Filed) -> Table:
    rows = [{"who": row.title, "when": row.when, "rate": row.values["rate"]} for row in rows_of(filed.rules["rates"])]
    return Table(
        "schedule",
        _("Burden rates"),
        [Column("who", _("Payer")), Column("when", _("Condition")), Column("rate", _("Part of the list price"), "share")],
        rows,
    )


def _factors(filed: Filed) -> Table:
    table = filed.rules["factors"]
    rows = [
        {"what": row_title(table, each["id"]), "when": conditions(each["when"]), "factor": each["then"]["factor"]}
        for each in table["exceptions"]
    ]
    return Table(
        "factors",
        _("Discounts and surcharges"),
        [Column("what", _("What")), Column("when", _("Condition")), Column("factor", _("Rate times"), "number")],
        rows,
    )


def _packages(filed: Filed) -> Table:
    rows = [
        {**each, "kind": name(each["kind"], filed.names), "size": name(each["size"], filed.names)}
        for each in filed.recommendation["packages"]
    ]
    return Table(
        "packages",
        _("What a package costs"),
        [
            Column("kind", _("Kind of organisation")),
            Column("size", _("Size")),
            Column("model", _("GPU model")),
            Column("gpus", _("GPUs"), "gpus"),
            Column("months", _("Months"), "number"),
            Column("list_amount", _("At list price"), "money"),
            Column("billed_amount", _("To pay"), "money"),
        ],
        rows,
        folded=True,
    )


def _comparison(filed: Filed) -> Table:
    rows = [
        {**each, "programme": name(each["programme"], filed.names), "kind": name(each["kind"], filed.names)}
        for each in filed.recommendation["comparison"]
    ]
    return Table(
        "comparison",
        _("What other programmes ask"),
        [
            Column("programme", _("Programme")),
            Column("kind", _("Kind of organisation")),
            Column("share_low", _("At least"), "share"),
            Column("share_high", _("At most"), "share"),
        ],
        rows,
    )


def _expected(filed: Filed) -> Table:
    rows = [
        {**each, "kind": name(each["kind"], filed.names), "size": name(each["size"], filed.names)}
        for each in filed.recommendation["expected"]
    ]
    return Table(
        "expected",
        _("What would be taken at these rates"),
        [
            Column("kind", _("Kind of organisation")),
            Column("size", _("Size")),
            Column("gpus_wanted", _("GPUs wanted"), "gpus"),
            Column("gpus_taken", _("Would still be taken"), "gpus"),
            Column("revenue_amount_per_hour", _("Income per hour"), "money"),
        ],
        rows,
    )


def _rates(filed: Filed) -> Table:
    rows = [{**each, "organisation": name(each["organisation"], filed.names)} for each in filed.recommendation["rates"]]
    return Table(
        "rates",
        _("Rate of each organisation"),
        [
            Column("organisation", _("Organisation")),
            Column("base", _("By kind and size"), "share"),
            Column("rate", _("After discounts"), "share"),
        ],
        rows,
        public=False,
        folded=True,
    )
