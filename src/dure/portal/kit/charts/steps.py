"""Levels by week: plan, forecasts and what came, as steps."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dure.portal.kit.charts.svg import (
    LINE,
    WIDE,
    Number,
    Scale,
    element,
    key,
    text,
    text_width,
    ticks,
    title,
    twice,
    wrapped,
)  # fmt: skip

TOP, BOTTOM, SAMPLE = 20, 44, 30  # SAMPLE: a piece of the line before its name


@dataclass(frozen=True)
class Line:
    """One level per week; None where nothing is known. `mark`: the class that gives colour and dash."""

    name: str
    levels: Sequence[int | None]
    mark: str


@dataclass(frozen=True)
class _Plot:
    """Where weeks and levels lie in one drawing; `named`: whether the lines' names fit at their ends."""

    across: Scale
    up: Scale
    marks: Sequence[Number]
    foot: int
    named: bool


def steps(
    lines: Sequence[Line],
    *,
    start_on: dt.date,
    label: str,
    unit: str = "",
    goal: tuple[str, int] | None = None,
    band: tuple[int, int] | None = None,
) -> str:
    """The lines over weeks, with month marks below and each line named at its end; `band`: weeks to be shaded, from and to.

    Where names are too long for the end of their lines, they stand below with a piece of their line.
    """
    weeks = max((len(line.levels) for line in lines), default=1)

    def draw(width: int) -> tuple[list[str], int]:
        plot = _plot(lines, goal, unit, weeks, width)
        parts = [_band(band, plot)] if band else []
        parts += [_rule(value, plot, unit) for value in plot.marks]
        parts += months(start_on, weeks, plot.across, plot.foot)
        parts += _goal(goal, lines, plot) if goal else []
        places = [plot.across(week) for week in range(weeks + 1)]
        parts += [_path(line, places, plot.up) for line in lines]
        if plot.named:
            return [*parts, *_names(lines, plot)], plot.foot + BOTTOM
        named, height = key([(_sample(line.mark), line.name) for line in lines], y=plot.foot + BOTTOM + 2, width=width)
        return [*parts, *named], height

    return twice(draw, label=label)


def _plot(lines: Sequence[Line], goal: tuple[str, int] | None, unit: str, weeks: int, width: int) -> _Plot:
    known = [level for line in lines for level in line.levels if level is not None]
    marks = ticks(max([*known, *([goal[1]] if goal else []), 4]), low=min([*known, 0]))
    left = max(text_width(f"{int(value):,}{unit}") for value in marks) + 12
    names = max((text_width(line.name) for line in lines), default=0) + SAMPLE + 12
    named = names <= width * (0.36 if width >= WIDE else 0.3)
    foot = 266 if width >= WIDE else 216
    across = Scale(0, max(weeks, 1), left, width - (names if named else 18))
    return _Plot(across, Scale(marks[0], marks[-1], foot, TOP), marks, foot, named)


def _goal(goal: tuple[str, int], lines: Sequence[Line], plot: _Plot) -> list[str]:
    """A level to be reached, as a dashed line with its name where the lines are further from it."""
    y, start, end = plot.up.at(goal[1]), plot.across.start, plot.across.end
    at, anchor = (start + 6, "start") if _is_free_at_the_start(lines, goal[1]) else (end - 6, "end")
    named = wrapped(goal[0], end - start - 12)
    first = y - 6 - LINE * (len(named) - 1)
    first = first if first > LINE - 4 else y + LINE  # below the line, where there is no room above it
    return [
        element("line", x1=start, x2=end, y1=y, y2=y, class_="goal"),
        *(
            text(line, x=at, y=f"{first + place * LINE:.1f}", class_="goal-name", anchor=anchor)
            for place, line in enumerate(named)
        ),
    ]


def _is_free_at_the_start(lines: Sequence[Line], level: int) -> bool:
    """Are the lines further from that level at their first weeks than at their last?"""
    ends = [[each for each in line.levels if each is not None] for line in lines]
    near = [min((abs(each[place] - level) for each in ends if each), default=0) for place in (0, -1)]
    return near[0] >= near[1]


def _band(weeks: tuple[int, int], plot: _Plot) -> str:
    """The weeks in question, behind all lines."""
    start, end = (plot.across.at(week) for week in weeks)
    return element("rect", x=start, y=TOP, width=f"{max(end - start, 2):.1f}", height=plot.foot - TOP, class_="band")


def _rule(value: Number, plot: _Plot, unit: str) -> str:
    y = plot.up.at(value)
    line = element("line", x1=plot.across.start, x2=plot.across.end, y1=y, y2=y, class_="grid" if value else "axis")
    return line + text(f"{int(value):,}{unit}", x=plot.across.start - 8, y=f"{y + 4:.1f}", class_="tick", anchor="end")


def months(start_on: dt.date, weeks: int, across: Scale, foot: int) -> list[str]:
    """A mark at each month, named as often as there is room; the year stands below the first name of each year."""
    along = Scale(0, 7 * weeks, across.start, across.end)
    firsts = _first_days(start_on, start_on + dt.timedelta(weeks=weeks))
    apart = (across.end - across.start) / max(7 * weeks, 1) * 30
    every = next((each for each in (1, 2, 3, 4, 6) if each * apart >= text_width("12") + 10), 12)
    while every * apart < text_width("2026") + 8 and every >= 12:
        every += 12
    named = [day for day in firsts if (day.year * 12 + day.month - 1) % every == 0] or firsts[:1]
    parts = []
    for day in firsts:
        x = along((day - start_on).days)
        parts.append(element("line", x1=x, x2=x, y1=foot, y2=foot + 5, class_="axis"))
    # A year that would touch the next is left out: the next one says it.
    years = [day for place, day in enumerate(named) if not place or named[place - 1].year != day.year]
    kept = [
        day for place, day in enumerate(years)
        if place + 1 == len(years) or along.at((years[place + 1] - day).days) - along.start >= text_width("2026") + 8
    ]  # fmt: skip
    for day in named:
        x = along((day - start_on).days)
        parts.append(text(f"{day:%m}", x=x, y=foot + 20, class_="tick", anchor="middle"))
        if day in kept:
            parts.append(text(f"{day:%Y}", x=x, y=foot + 36, class_="tick year", anchor="middle"))
    return parts


def _first_days(start: dt.date, end: dt.date) -> list[dt.date]:
    """The first day of each month after `start` and before `end`."""
    firsts, day = [], (start.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    while day < end:
        firsts.append(day)
        day = (day + dt.timedelta(days=32)).replace(day=1)
    return firsts


def _path(line: Line, places: Sequence[str], up: Scale) -> str:
    """The line; `places`: where each week begins."""
    commands: list[str] = []
    before: int | None = None
    for week, level in enumerate(line.levels):
        if level is not None:
            if before is None:
                commands.append(f"M{places[week]} {up(level)}")
            elif level != before:
                commands.append(f"H{places[week]}V{up(level)}")
            commands.append(f"H{places[week + 1]}" if week + 1 == len(line.levels) or line.levels[week + 1] is None else "")
        before = level
    return element("path", title(line.name), d="".join(commands), class_=f"step {line.mark}")


def _names(lines: Sequence[Line], plot: _Plot) -> list[str]:
    """Each line's name next to its last level, moved apart so that none covers another and none leaves the drawing."""
    ends = []
    for line in lines:
        known = [level for level in line.levels if level is not None]
        if known:
            ends.append((plot.up.at(known[-1]), line))
    ends.sort(key=lambda each: each[0])
    places: list[float] = []
    for place, _line in ends:
        places.append(max(place + 4, places[-1] + 18 if places else 14))
    for back in range(len(places)):
        places[-1 - back] = min(places[-1 - back], plot.foot + 8 - 18 * back)
    parts, x = [], plot.across.end + 8
    for y, (_place, line) in zip(places, ends, strict=True):
        parts.append(element("line", x1=x, x2=x + SAMPLE - 8, y1=f"{y - 4:.1f}", y2=f"{y - 4:.1f}", class_=f"step {line.mark}"))
        parts.append(text(line.name, x=x + SAMPLE - 2, y=f"{y:.1f}", class_="series-name"))
    return parts


def _sample(mark: str) -> Callable[[float, float], str]:
    return lambda x, y: element("line", x1=x - 8, x2=x + 8, y1=y, y2=y, class_=f"step {mark}")
