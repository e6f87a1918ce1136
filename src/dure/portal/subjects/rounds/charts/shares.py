"""Where does each sector lie between its floor and its ceiling, by this plan and by the other methods?"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.charts.svg import Scale, drawing, element, names_width, text, title
from dure.portal.kit.shown import Chart, Column, Table
from dure.portal.kit.wording.numbers import percent, points
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed

WIDTH, ROW, HEAD, VALUE = 720, 34, 34, 230


def uses(filed: Filed) -> dict[str, Mapping[str, int]]:
    """GPU-weeks by sector of each method, the recommended one first, the others from the best down."""
    made = filed.recommendation
    others = sorted(made["other_methods"].items(), key=lambda pair: (-pair[1]["objective"], pair[0]))
    return {made["method"]: made["sector_use"], **{key: each["sector_use"] for key, each in others}}


def method_name(filed: Filed, key: str) -> str:
    """The method's name, marked where it is the one recommended."""
    return name(key) + (_(" (recommended)") if key == filed.recommendation["method"] else "")


def outside(sector: Mapping[str, Any], use: Mapping[str, int]) -> Fraction:
    """By which part of all GPU-weeks a sector lies below its floor (negative) or above its ceiling; zero within."""
    whole = sum(use.values())
    if not whole:
        return Fraction(0)
    share = Fraction(use.get(sector["id"], 0), whole)
    return min(share - Fraction(sector["floor"]), Fraction(0)) + max(share - Fraction(sector["ceiling"]), Fraction(0))


def outside_words(beyond: Fraction) -> tuple[str, str]:
    """The same in words, with its tone."""
    if not beyond:
        return _("Within its bounds"), "good"
    said = _("%(points)s above its ceiling") if beyond > 0 else _("%(points)s below its floor")
    return said % {"points": points(str(beyond))}, "bad"


def share_rows(filed: Filed) -> Iterator[dict[str, Any]]:
    """Each sector by each method."""
    for sector in filed.facts["sectors"]:
        for key, use in uses(filed).items():
            whole = sum(use.values()) or 1
            actual, beyond = Fraction(use.get(sector["id"], 0), whole), outside(sector, use)
            state, tone = outside_words(beyond)
            yield {
                "id": sector["id"],
                "sector": name(sector["id"], filed.names),
                "method": method_name(filed, key),
                "recommended": key == filed.recommendation["method"],
                "published": sector["share"],
                "floor": sector["floor"],
                "ceiling": sector["ceiling"],
                "actual": str(actual),
                "difference": str(actual - Fraction(sector["share"])),
                "outside": str(beyond),
                "state": state,
                "state_tone": tone,
                "gpu_weeks": use.get(sector["id"], 0),
            }


def bounds_chart(filed: Filed) -> Chart:
    """A band from floor to ceiling per sector, a line where the published share lies, and a dot for each method."""
    rows = list(share_rows(filed))
    columns = [
        Column("sector", _("Sector")),
        Column("method", _("Method")),
        Column("actual", _("Allotted"), "share"),
        Column("published", _("Published"), "share"),
        Column("difference", _("Difference"), "points"),
        Column("floor", _("Floor"), "share"),
        Column("ceiling", _("Ceiling"), "share"),
        Column("outside", _("Outside its bounds by"), "points"),
        Column("state", _("State"), "badge"),
        Column("gpu_weeks", _("GPU-weeks"), "number"),
    ]
    says = _("The band reaches from floor to ceiling, the line is the published share, the full dot this plan, "
        "the rings the other methods, in GPU-weeks. Red lies outside.")  # fmt: skip
    heading = _("Shares against their bounds")
    return Chart(heading, _drawn(rows), says, Table("sectors", heading, columns, rows))


def _drawn(rows: list[dict[str, Any]]) -> str:
    start = names_width(row["method"] for row in rows)
    along = Scale(0, 1, start, WIDTH - VALUE)
    parts: list[str] = []
    y, sector = 0, ""
    for row in rows:
        if row["id"] != sector:
            sector = row["id"]
            bounds = f"{percent(row['floor'], 0)}–{percent(row['ceiling'], 0)}"
            parts += [
                text(row["sector"], x=0, y=y + 22, class_="group-name"),
                text(_("bounds %(bounds)s, published %(share)s") % {"bounds": bounds, "share": percent(row["published"])},
                     x=start, y=y + 22, class_="tick"),
            ]  # fmt: skip
            y += HEAD
        parts += _line(row, along, y)
        y += ROW
    parts += [
        text(percent(mark, 0), x=along(mark), y=y + 12, class_="tick", anchor="middle")
        for mark in (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1))
    ]
    return drawing(*parts, width=WIDTH, height=y + 20, label=_("Each sector between its floor and its ceiling, by method"))


def _line(row: Mapping[str, Any], along: Scale, y: int) -> list[str]:
    """One method's share of one sector on its band; where it lies outside, that is also written."""
    low, high, actual = (Fraction(row[key]) for key in ("floor", "ceiling", "actual"))
    aim = along(Fraction(row["published"]))
    middle, beyond = y + 12, Fraction(row["outside"])
    kind = ("actual" if row["recommended"] else "other") + ("-out" if beyond else "")
    said = f"{row['method']}: {percent(actual)}, {row['state']}"
    return [
        text(row["method"], x=along.start - 12, y=middle + 5, class_="series-name", anchor="end"),
        element("line", x1=along(0), x2=along(1), y1=middle, y2=middle, class_="grid"),
        element("rect", title(f"{percent(low)} – {percent(high)}"), x=along(low), y=y, height=24, rx=4,
                width=f"{max(float(along(high)) - float(along(low)), 2):.1f}", class_="band"),
        element("line", title(percent(row["published"])), x1=aim, x2=aim, y1=y - 2, y2=y + 26, class_="aim"),
        element("circle", title(said), cx=along(actual), cy=middle, r=7, class_=kind),
        text(percent(actual), x=f"{float(along(1)) + 14:.1f}", y=middle + 5, class_="bar-value"),
        *([text(row["state"], x=f"{float(along(1)) + 72:.1f}", y=middle + 5, class_="out-name")] if beyond else []),
    ]  # fmt: skip
