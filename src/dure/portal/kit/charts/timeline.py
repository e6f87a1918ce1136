"""What was promised, what is forecast and what came, as marks on one line of time per milestone; and leases as strips."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from dure.portal.kit.charts.svg import (
    LINE,
    WIDE,
    Mark,
    Scale,
    drawing,
    element,
    key,
    names_width,
    text,
    text_width,
    title,
    twice,
    wrapped,
)  # fmt: skip

ROW, TOP, AFTER = 34, 30, 13  # AFTER: from the last mark of a row to its text
SHORT = dt.timedelta(days=20)


@dataclass(frozen=True)
class Milestone:
    """One promise and what became of it; the last text stands at the right end of the line."""

    name: str
    promised: dt.date | None
    forecast: dt.date | None
    actual: dt.date | None
    shown: str
    late: bool

    @property
    def days(self) -> list[dt.date]:
        """The days that are known."""
        return [day for day in (self.promised, self.forecast, self.actual) if day]


def timeline(milestones: Sequence[Milestone], *, label: str, names: tuple[str, str, str]) -> str:
    """A row per milestone: a hollow ring promised, a diamond forecast, a dot actual; the slip is the bar between."""
    return _timeline(tuple(milestones), label, names)


@lru_cache(maxsize=64)
def _timeline(milestones: tuple[Milestone, ...], label: str, names: tuple[str, str, str]) -> str:
    """Drawn once for the same milestones in the same words: the first page shows it after each act."""
    if not any(each.days for each in milestones):
        return ""
    return twice(lambda width: _rows(milestones, names, width), label=label)


def _rows(milestones: Sequence[Milestone], names: tuple[str, str, str], width: int) -> tuple[list[str], int]:
    beside = width >= WIDE
    known = [day for each in milestones for day in each.days]
    low, high = min(known).replace(day=1), max(known) + SHORT
    start = names_width((each.name for each in milestones), most=width * 2 // 5) if beside else 10
    end = width - AFTER - 4 - max(text_width(each.shown) for each in milestones)
    along = Scale(low.toordinal(), high.toordinal(), start, end)
    marks: list[str] = []
    y = TOP
    for each in milestones:
        lines = wrapped(each.name, start - 16 if beside else width)
        if beside:
            first = y + ROW / 2 + 4 - (len(lines) - 1) * LINE / 2
            places = [(start - 15, first + place * LINE, "end") for place in range(len(lines))]
            middle = y + ROW // 2
            y += ROW
        else:
            places = [(0, y + (place + 1) * LINE - 1, "start") for place in range(len(lines))]
            middle = y + len(lines) * LINE + 13
            y = middle + 13
        marks += [
            text(line, x=x, y=f"{base:.1f}", class_="group-name", anchor=anchor)
            for line, (x, base, anchor) in zip(lines, places, strict=True)
        ]
        marks += _marks(each, middle, along)
    named, height = key(_legend(names), y=y + 8, width=width, left=start if beside else 0)
    return [*_months(low, high, along, y, width), *marks, *named], height


def _months(low: dt.date, high: dt.date, along: Scale, foot: int, width: int) -> list[str]:
    """A line at each month that has room for its name."""
    parts, day, free = [], low, -1.0
    wide = text_width("2026-10")
    while day <= high:
        x = along.at(day.toordinal())
        anchor = "middle" if x >= wide / 2 else "start"
        left = x - wide / 2 if anchor == "middle" else x
        if left >= free and left + wide <= width:
            parts.append(element("line", x1=x, x2=x, y1=TOP - 4, y2=foot, class_="grid"))
            parts.append(text(f"{day:%Y-%m}", x=x, y=TOP - 12, class_="tick", anchor=anchor))
            free = left + wide + 14
        day = (day + dt.timedelta(days=32)).replace(day=1)
    return parts


def _marks(each: Milestone, y: int, along: Scale) -> list[str]:
    parts = []
    came = each.actual or each.forecast
    if each.promised and came and came != each.promised:
        x1, x2 = (along(day.toordinal()) for day in sorted((each.promised, came)))
        parts.append(element("line", x1=x1, x2=x2, y1=y, y2=y, class_="slip late" if each.late else "slip"))
    for day, mark in ((each.promised, _ring), (each.forecast, _diamond), (each.actual, _dot)):
        if day:
            parts.append(mark(along.at(day.toordinal()), y, day))
    if each.days:
        x = along.at(max(each.days).toordinal()) + AFTER
        parts.append(text(each.shown, x=f"{x:.1f}", y=y + 4, class_="slip-name late" if each.late else "slip-name"))
    return parts


def _ring(x: float, y: float, said: object = None) -> str:
    return element("circle", *([title(said)] if said else []), cx=f"{x:.1f}", cy=y, r=6, class_="promised")


def _diamond(x: float, y: float, said: object = None) -> str:
    return element("path", *([title(said)] if said else []), d=f"M{x:.1f} {y - 7}l7 7l-7 7l-7 -7z", class_="forecast")


def _dot(x: float, y: float, said: object = None) -> str:
    return element("circle", *([title(said)] if said else []), cx=f"{x:.1f}", cy=y, r=6, class_="actual")


def _legend(names: tuple[str, str, str]) -> list[tuple[Mark, str]]:
    return [(_ring, names[0]), (_diamond, names[1]), (_dot, names[2])]


@dataclass(frozen=True)
class Held:
    """One lease's weeks on one server."""

    name: str
    from_week: int
    to_week: int
    mark: str


def strip(held: Sequence[Held], *, weeks: int, label: str) -> str:
    """One server's weeks as a strip; what is free stays empty."""
    along = Scale(0, max(weeks, 1), 0, 300)
    parts = [element("rect", x=0, y=1, width=300, height=14, class_="free")]
    for each in held:
        x, end = along.at(each.from_week), along.at(each.to_week)
        parts.append(
            element(
                "rect", title(each.name), x=f"{x:.1f}", y=1, width=f"{max(end - x, 1):.1f}", height=14, class_=f"bar {each.mark}"
            )
        )
    return drawing(*parts, width=300, height=16, label=label)
