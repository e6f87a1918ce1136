"""What does the outcomes decision say? What the GPU-hours produced, by sector and use, and which reports are missing."""

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.charts.bars import Bar, Group, bars
from dure.portal.kit.shown import Chart, Column, Figure, Shown, Table
from dure.portal.kit.wording.numbers import date, number, percent
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed


def show(filed: Filed) -> Shown:
    """Results per GPU-hour."""
    made = filed.recommendation
    counted = sum(each["counted"] for each in made["sectors"])
    due = sum(each["reports_due"] for each in made["sectors"])
    missing = sum(each["reports_missing"] for each in made["sectors"])
    hours = sum((Fraction(each["gpu_hours"]) for each in made["sectors"]), Fraction(0))
    day = date(filed.facts["as_of"])
    as_of = _("as of %(day)s") % {"day": day}
    return Shown(
        headline=_(
            "%(counted)s verified results came of %(hours)s GPU-hours; "
            "as of %(day)s %(missing)s of %(due)s reports due were missing."
        )
        % {
            "counted": number(counted),
            "hours": number(str(hours), 0),
            "day": day,
            "missing": number(missing),
            "due": number(due),
        },
        figures=[
            Figure(_("Verified results"), number(counted)),
            Figure(_("GPU-hours"), number(str(hours), 0)),
            Figure(_("Reports due"), number(due), as_of),
            Figure(_("Reports missing"), number(missing), as_of, "warn" if missing else "good"),
        ],
        sections=[_sectors(filed), _uses(filed), _achievements(filed)],
        method=_("Verified achievements earn published points; each sector's points are set against its GPU-hours."),
        proof=_("Only achievements with evidence that someone verified are counted."),
    )


def _columns(first: str) -> list[Column]:
    return [
        Column("name", first),
        Column("gpu_hours", _("GPU-hours"), "hours"),
        Column("points", _("Points"), "number"),
        Column("points_per_million_gpu_hours", _("Points per million GPU-hours"), "number"),
        Column("counted", _("Counted"), "number"),
        Column("not_counted", _("Not counted"), "number"),
        Column("reports_due", _("Reports due"), "number"),
        Column("reports_missing", _("Missing"), "number"),
    ]


def _sectors(filed: Filed) -> Chart:
    made = filed.recommendation
    rows: list[dict[str, Any]] = [
        {**each, "name": name(each["sector"], filed.names), "result": made["results"].get(each["sector"])}
        for each in made["sectors"]
    ]
    groups = [
        Group(row["name"], [Bar(Fraction(row["result"] or "0"), percent(row["result"] or "0"), "tone-actual")]) for row in rows
    ]
    table = Table(
        "sectors", _("Results by sector"), [*_columns(_("Sector")), Column("result", _("Part of the results"), "share")], rows
    )
    return Chart(
        _("Part of the results by sector"),
        bars(groups, label=_("Each sector's part of the results")),
        _("Results per GPU-hour, scaled so that the sectors sum to one; the share rule reads this."),
        table,
        unit="%",
    )


def _uses(filed: Filed) -> Table:
    rows = [{**each, "name": name(each["use"] or each["sector"], filed.names)} for each in filed.recommendation["uses"]]
    return Table("uses", _("Results by use"), _columns(_("Use")), rows)


def _achievements(filed: Filed) -> Table:
    rows = [
        {
            "evidence": "",
            "verified": False,
            **each,
            "kind": name(each["kind"]),
            "count": each.get("count") or None,  # 0 where only revenue is reported
            "revenue_amount": each.get("revenue_amount", 0) if each["kind"] == "revenue" else None,
        }
        for each in filed.facts["achievements"]
    ]
    return Table(
        "achievements",
        _("Achievements reported"),
        [
            Column("id", _("No."), "code"),
            Column("grant", _("Grant"), "code"),
            Column("kind", _("Kind")),
            Column("count", _("Count"), "number"),
            Column("revenue_amount", _("Revenue"), "money"),
            Column("evidence", _("Evidence")),
            Column("verified", _("Verified"), "flag"),
        ],
        rows,
        public=False,
        folded=True,
    )
