"""What does the demand survey say? Estimates with their error, by sector, and a forecast by month."""

from fractions import Fraction

from django.utils.translation import gettext as _

from dure.portal.kit.charts.bars import Bar, Group, bars
from dure.portal.kit.shown import Chart, Column, Figure, Shown, Table
from dure.portal.kit.wording.numbers import number, percent
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed


def show(filed: Filed) -> Shown:
    """How many GPUs are wanted, and how sure that is."""
    made = filed.recommendation
    total = made["total"]
    return Shown(
        headline=_("%(gpus)s GPUs are wanted (95%% between %(low)s and %(high)s), from a survey that %(rate)s answered.")
        % {
            "gpus": number(total["gpus"], 0),
            "low": number(total["low"], 0),
            "high": number(total["high"], 0),
            "rate": percent(made["response_rate"]),
        },
        figures=[
            Figure(_("GPUs wanted"), number(total["gpus"], 0), f"{number(total['low'], 0)} – {number(total['high'], 0)}"),
            Figure(_("Answers"), number(total["respondents"])),
            Figure(_("Response rate"), percent(made["response_rate"])),
        ],
        sections=[_sectors(filed), _estimates(filed), _forecast(filed), _past(filed)],
        method=_("Answers are weighted to the published frame of organisations by raking; the interval is 95%."),
        proof=_("The sectors add up to the total; each need is counted once."),
    )


def _sectors(filed: Filed) -> Chart:
    made = filed.recommendation
    rows = [
        {**each, "name": name(each["sector"], filed.names), "share": made["shares"].get(each["sector"])}
        for each in made["estimates"]
        if each["sector"] and not (each["size"] or each["use"] or each["gpu_model"])
    ]
    groups = [
        Group(
            row["name"],
            [
                Bar(
                    Fraction(row["gpus"]),
                    f"{number(row['gpus'], 0)} ({number(row['low'], 0)}–{number(row['high'], 0)})",
                    "tone-actual",
                )
            ],
        )
        for row in rows
    ]
    table = Table("sectors", _("Demand by sector"), _columns(_("Sector")), rows)
    label = _("GPUs wanted by sector, with 95% interval")
    return Chart(
        _("GPUs wanted by sector"), bars(groups, label=label), _("In brackets the 95% interval."), table, _("number of GPUs")
    )


def _columns(first: str) -> list[Column]:
    return [
        Column("name", first),
        Column("respondents", _("Answers"), "number"),
        Column("gpus", _("GPUs wanted"), "whole"),
        Column("low", _("At least"), "whole"),
        Column("high", _("At most"), "whole"),
        Column("share", _("Share"), "share"),
    ]


def _estimates(filed: Filed) -> Table:
    rows = [
        {**each, "name": " · ".join(name(each[key], filed.names) for key in ("sector", "size", "use", "gpu_model") if each[key])}
        for each in filed.recommendation["estimates"]
        if sum(bool(each[key]) for key in ("sector", "size", "use", "gpu_model")) > 1 or not each["sector"]
    ]
    return Table("estimates", _("Estimates in detail"), _columns(_("Cell"))[:-1], rows, folded=True)


def _forecast(filed: Filed) -> Table:
    rows = [{**each, "sector": name(each["sector"], filed.names)} for each in filed.recommendation["forecast"]]
    return Table(
        "forecast",
        _("Forecast by month"),
        [Column("month", _("Month"), "date"), Column("sector", _("Sector")), Column("gpus", _("GPUs"), "whole")],
        rows,
        folded=True,
    )


def _past(filed: Filed) -> Table:
    rows = [{**each, "sector": name(each["sector"], filed.names)} for each in filed.recommendation["past_errors"]]
    return Table(
        "past_errors",
        _("How far the last survey was off"),
        [Column("sector", _("Sector")), Column("error", _("Error"), "share")],
        rows,
    )
