"""Where does each sector lie between its floor and its ceiling, by this plan and by the other methods?"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.charts.svg import (
    LINE,
    Scale,
    element,
    names_width,
    shortened,
    text,
    text_width,
    title,
    twice,
    wrapped,
)  # fmt: skip
from dure.portal.kit.shown import Chart, Column, Table
from dure.portal.kit.wording.numbers import percent, points
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed

BROAD, ROW = 800, 34


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
    return Chart(heading, _drawn(rows), says, Table("sectors", heading, columns, rows), unit=_("% of GPU-weeks"))


def _drawn(rows: list[dict[str, Any]]) -> str:
    return twice(
        lambda width: _sectors(rows, width), label=_("Each sector between its floor and its ceiling, by method"), wide=BROAD
    )


def _sectors(rows: list[dict[str, Any]], width: int) -> tuple[list[str], int]:
    """Each sector's heading and below it a row for each method; the names of methods stand next to their row, or above it."""
    beside = width >= BROAD
    start = names_width((row["method"] for row in rows), most=width // 3) if beside else 9
    said = max(text_width(_said(row)) for row in rows)
    along = Scale(0, 1, start, width - said - 18 if beside else width - 20)
    parts: list[str] = []
    y, sector = 0, ""
    for row in rows:
        if row["id"] != sector:
            sector = row["id"]
            y = _heading(parts, row, y, width)
        if not beside:
            y = _above(parts, row, y, width)
        parts += _line(row, along, y, beside=beside)
        y += ROW
    parts += [
        text(percent(mark, 0), x=along(mark), y=y + 12, class_="tick", anchor="middle")
        for mark in (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1))
    ]
    return parts, y + 20


def _heading(parts: list[str], row: Mapping[str, Any], y: int, width: int) -> int:
    """The sector with its bounds in words; returns where its rows begin."""
    bounds = f"{percent(row['floor'], 0)}–{percent(row['ceiling'], 0)}"
    words = _("bounds %(bounds)s, published %(share)s") % {"bounds": bounds, "share": percent(row["published"])}
    y += 22
    if text_width(row["sector"]) + 16 + text_width(words) <= width:
        parts.append(text(words, x=text_width(row["sector"]) + 16, y=y, class_="tick"))
        parts.append(text(row["sector"], x=0, y=y, class_="group-name"))
        return y + 12
    for place, line in enumerate(wrapped(row["sector"], width)):
        parts.append(text(line, x=0, y=y + place * LINE, class_="group-name"))
        bottom = y + (place + 1) * LINE
    for place, line in enumerate(wrapped(words, width)):
        parts.append(text(line, x=0, y=bottom + place * LINE, class_="tick"))
    return bottom + place * LINE + 8


def _said(row: Mapping[str, Any]) -> str:
    """The share, and in words where it lies outside."""
    return f"{percent(row['actual'])} {row['state']}" if Fraction(row["outside"]) else percent(row["actual"])


def _above(parts: list[str], row: Mapping[str, Any], y: int, width: int) -> int:
    """In a narrow place: the method's name, its share, and below them where it lies outside; returns where the band begins."""
    class_ = "out-name" if Fraction(row["outside"]) else "bar-value"
    said = _said(row)
    if text_width(row["method"]) + 10 + text_width(said) <= width:
        y += LINE
        parts.append(text(row["method"], x=0, y=y - 2, class_="series-name"))
        parts.append(text(said, x=width, y=y - 2, class_=class_, anchor="end"))
        return y + 6
    for line, kind in [*((each, "series-name") for each in wrapped(row["method"], width)), (shortened(said, width), class_)]:
        y += LINE
        parts.append(text(line, x=0, y=y - 2, class_=kind))
    return y + 6


def _line(row: Mapping[str, Any], along: Scale, y: int, *, beside: bool) -> list[str]:
    """One method's share of one sector on its band; where it lies outside, that is also written."""
    low, high, actual = (Fraction(row[key]) for key in ("floor", "ceiling", "actual"))
    aim = along(Fraction(row["published"]))
    middle, beyond = y + 12, Fraction(row["outside"])
    kind = ("actual" if row["recommended"] else "other") + ("-out" if beyond else "")
    words = [
        text(shortened(row["method"], along.start - 14), x=along.start - 13, y=middle + 5, class_="series-name", anchor="end"),
        text(_said(row), x=along.end + 14, y=middle + 5, class_="out-name" if beyond else "bar-value"),
    ]
    return [
        *(words if beside else []),
        element("line", x1=along(0), x2=along(1), y1=middle, y2=middle, class_="grid"),
        element("rect", title(f"{percent(low)} – {percent(high)}"), x=along(low), y=y, height=24, rx=4,
                width=f"{max(along.at(high) - along.at(low), 2):.1f}", class_="band"),
        element("line", title(percent(row["published"])), x1=aim, x2=aim, y1=y - 2, y2=y + 26, class_="aim"),
        element("circle", title(f"{row['method']}: {percent(actual)}, {row['state']}"), cx=along(actual), cy=middle, r=7,
                class_=kind),
    ]  # fmt: skip
