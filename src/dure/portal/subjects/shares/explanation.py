"""What does the decision on sector shares say? The new shares, and which signal moved each by how much."""

from fractions import Fraction

from django.utils.translation import gettext as _

from dure.portal.kit.charts.bars import Bar, Group, bars
from dure.portal.kit.shown import Chart, Column, Figure, Shown, Table
from dure.portal.kit.wording.numbers import percent, points
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed


def show(filed: Filed) -> Shown:
    """Each sector's share, before and after."""
    made = filed.recommendation
    before = {each["id"]: each["current"] for each in filed.facts["sectors"]}
    order = [each["id"] for each in filed.facts["sectors"]]
    listed = ", ".join(f"{name(each, filed.names)} {percent(made['shares'][each])}" for each in order)
    return Shown(
        headline=_("Recommended shares of the public GPUs: %(shares)s.") % {"shares": listed},
        figures=[
            Figure(
                name(each, filed.names),
                percent(made["shares"][each]),
                points(Fraction(made["shares"][each]) - Fraction(before[each])),
            )
            for each in order
        ],
        sections=[_before_after(filed, before, order), _moves(filed)],
        method=_(
            "The current shares move towards demand, priority and results with published weights, within floor, ceiling and step."
        ),
        proof=_("The shares add up to one at the published decimals; no sector leaves its bounds."),
    )


def _before_after(filed: Filed, before: dict[str, str], order: list[str]) -> Chart:
    made = filed.recommendation["shares"]
    signals = {each["id"]: each for each in filed.facts["sectors"]}
    rows = [
        {"sector": name(each, filed.names), "id": each, "before": before[each], "after": made[each],
         "change": str(Fraction(made[each]) - Fraction(before[each])),
         **{key: signals[each][key] for key in ("demand", "priority", "results")}}
        for each in order
    ]  # fmt: skip
    groups = [
        Group(
            row["sector"],
            [
                Bar(Fraction(row["before"]), percent(row["before"]), "tone-plan", _("share before")),
                Bar(Fraction(row["after"]), percent(row["after"]), "tone-actual", _("recommended")),
            ],
        )
        for row in rows
    ]
    table = Table(
        "shares",
        _("Shares by sector"),
        [
            Column("sector", _("Sector")),
            Column("before", _("Share before"), "share"),
            Column("after", _("Recommended"), "share"),
            Column("change", _("Change"), "points"),
            Column("demand", _("Demand"), "share"),
            Column("priority", _("Priority"), "share"),
            Column("results", _("Results"), "share"),
        ],
        rows,
    )
    return Chart(
        _("Shares before and as recommended"),
        bars(groups, label=_("Share of the public GPUs by sector, before and as recommended")),
        _("How the public GPUs are to be divided."),
        table,
        unit="%",
    )


def _moves(filed: Filed) -> Table:
    rows = [
        {**each, "sector": name(each["sector"], filed.names), "held_by": name(each["held_by"]) if each["held_by"] else ""}
        for each in filed.recommendation["moves"]
    ]
    return Table(
        "moves",
        _("What moved each share"),
        [
            Column("sector", _("Sector")),
            Column("from_demand", _("By demand"), "points"),
            Column("from_priority", _("By priority"), "points"),
            Column("from_results", _("By results"), "points"),
            Column("correction", _("Common correction"), "points"),
            Column("held_by", _("Held by")),
        ],
        rows,
    )
