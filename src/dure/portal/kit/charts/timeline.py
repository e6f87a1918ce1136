"""What was promised, what is forecast and what came, as marks on one line of time per milestone; and leases as strips."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dure.portal.kit.charts.svg import Scale, drawing, element, names_width, text, title

WIDTH, ROW, TOP = 600, 32, 30


@dataclass(frozen=True)
class Milestone:
    """One promise and what became of it; the last text stands at the right end of the line."""

    name: str
    promised: dt.date | None
    forecast: dt.date | None
    actual: dt.date | None
    shown: str
    late: bool


def timeline(milestones: Sequence[Milestone], *, label: str, names: tuple[str, str, str]) -> str:
    """A row per milestone: a hollow ring promised, a diamond forecast, a dot actual; the slip is the bar between."""
    known = [day for each in milestones for day in (each.promised, each.forecast, each.actual) if day]
    if not known:
        return ""
    low = min(known).replace(day=1)
    high = max(known) + dt.timedelta(days=75)
    start = names_width(each.name for each in milestones)
    along = Scale(low.toordinal(), high.toordinal(), start, WIDTH - 20)
    height = TOP + ROW * len(milestones) + 34
    parts = _months(low, high, along, height)
    for place, each in enumerate(milestones):
        parts += _row(each, TOP + ROW * place + ROW // 2, along)
    parts += _legend(names, start, height - 8)
    return drawing(*parts, width=WIDTH, height=height, label=label)


def _months(low: dt.date, high: dt.date, along: Scale, height: int) -> list[str]:
    parts, day = [], low
    months = (high.year - low.year) * 12 + high.month - low.month + 1
    every = max(1, -(-months // 7))
    while day <= high:
        if (day.month - low.month) % every == 0 or day == low:
            x = along(day.toordinal())
            parts.append(element("line", x1=x, x2=x, y1=TOP - 4, y2=height - 34, class_="grid"))
            parts.append(text(f"{day:%Y-%m}", x=x, y=TOP - 12, class_="tick", anchor="middle"))
        day = (day + dt.timedelta(days=32)).replace(day=1)
    return parts


def _row(each: Milestone, y: int, along: Scale) -> list[str]:
    parts = [text(each.name, x=along.start - 14, y=y + 4, class_="group-name", anchor="end")]
    came = each.actual or each.forecast
    if each.promised and came and came != each.promised:
        first, last = sorted((each.promised, came))
        parts.append(
            element(
                "line",
                x1=along(first.toordinal()),
                x2=along(last.toordinal()),
                y1=y,
                y2=y,
                class_="slip late" if each.late else "slip",
            )
        )
    if each.promised:
        parts.append(element("circle", title(each.promised), cx=along(each.promised.toordinal()), cy=y, r=6, class_="promised"))
    if each.forecast:
        x = float(along(each.forecast.toordinal()))
        parts.append(element("path", title(each.forecast), d=f"M{x:.1f} {y - 7}l7 7l-7 7l-7 -7z", class_="forecast"))
    if each.actual:
        parts.append(element("circle", title(each.actual), cx=along(each.actual.toordinal()), cy=y, r=6, class_="actual"))
    if last_day := max((day for day in (each.promised, each.forecast, each.actual) if day), default=None):
        x = float(along(last_day.toordinal())) + 13
        parts.append(text(each.shown, x=f"{x:.1f}", y=y + 4, class_="slip-name late" if each.late else "slip-name"))
    return parts


def _legend(names: tuple[str, str, str], start: int, y: int) -> list[str]:
    return [
        element("circle", cx=start + 6, cy=y - 4, r=6, class_="promised"),
        text(names[0], x=start + 18, y=y, class_="series-name"),
        element("path", d=f"M{start + 106} {y - 11}l7 7l-7 7l-7 -7z", class_="forecast"),
        text(names[1], x=start + 119, y=y, class_="series-name"),
        element("circle", cx=start + 206, cy=y - 4, r=6, class_="actual"),
        text(names[2], x=start + 218, y=y, class_="series-name"),
    ]


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
        x, end = float(along(each.from_week)), float(along(each.to_week))
        parts.append(
            element(
                "rect", title(each.name), x=f"{x:.1f}", y=1, width=f"{max(end - x, 1):.1f}", height=14, class_=f"bar {each.mark}"
            )
        )
    return drawing(*parts, width=300, height=16, label=label)
