"""Levels by week: plan, forecasts and what came, as steps."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dure.portal.kit.charts.svg import Scale, drawing, element, text, text_width, ticks, title

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 600, 310, 56, 100, 18, 44


@dataclass(frozen=True)
class Line:
    """One level per week; None where nothing is known. `mark`: the class that gives colour and dash."""

    name: str
    levels: Sequence[int | None]
    mark: str


def steps(
    lines: Sequence[Line],
    *,
    start_on: dt.date,
    label: str,
    unit: str = "",
    goal: tuple[str, int] | None = None,
    band: tuple[int, int] | None = None,
) -> str:
    """The lines over weeks, with month marks below and each line named at its end; `band`: weeks to be shaded, from and to."""
    weeks = max((len(line.levels) for line in lines), default=1)
    most = max([level for line in lines for level in line.levels if level is not None] + ([goal[1]] if goal else []) + [4])
    marks = ticks(most)
    across = Scale(0, max(weeks, 1), LEFT, WIDTH - RIGHT)
    up = Scale(0, marks[-1], HEIGHT - BOTTOM, TOP)
    parts = [_band(band, across)] if band else []
    parts += [_rule(value, up, unit) for value in marks]
    parts += _months(start_on, weeks, across)
    if goal:
        parts.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=up(goal[1]), y2=up(goal[1]), class_="goal"))
        at, anchor = (LEFT + 6, "start") if _is_free_at_the_start(lines, goal[1]) else (WIDTH - RIGHT - 6, "end")
        parts.append(text(goal[0], x=at, y=float(up(goal[1])) - 6, class_="goal-name", anchor=anchor))
    parts += [_path(line, across, up) for line in lines]
    parts += _names(lines, up)
    right = max([RIGHT, *(44 + text_width(line.name) for line in lines)])
    return drawing(*parts, width=WIDTH - RIGHT + right, height=HEIGHT, label=label)


def _is_free_at_the_start(lines: Sequence[Line], level: int) -> bool:
    """Are the lines further from that level at their first weeks than at their last?"""
    ends = [[each for each in line.levels if each is not None] for line in lines]
    near = [min((abs(each[place] - level) for each in ends if each), default=0) for place in (0, -1)]
    return near[0] >= near[1]


def _band(weeks: tuple[int, int], across: Scale) -> str:
    """The weeks in question, behind all lines."""
    start, end = (float(across(week)) for week in weeks)
    return element("rect", x=start, y=TOP, width=f"{max(end - start, 2):.1f}", height=HEIGHT - BOTTOM - TOP, class_="band")


def _rule(value: object, up: Scale, unit: str) -> str:
    place = up(value)  # type: ignore[arg-type]
    line = element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=place, y2=place, class_="grid")
    return line + text(f"{int(value):,}{unit}", x=LEFT - 8, y=float(place) + 4, class_="tick", anchor="end")  # type: ignore[call-overload]


def _months(start_on: dt.date, weeks: int, across: Scale) -> list[str]:
    """A mark at each month, named as often as there is room."""
    firsts = []
    end = start_on + dt.timedelta(weeks=weeks)
    day = (start_on.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    while day < end:
        firsts.append(day)
        day = (day + dt.timedelta(days=32)).replace(day=1)
    every = max(1, -(-len(firsts) // 9))
    parts = []
    for place, first in enumerate(firsts):
        x = Scale(0, 7 * weeks, across.start, across.end)((first - start_on).days)
        parts.append(element("line", x1=x, x2=x, y1=HEIGHT - BOTTOM, y2=HEIGHT - BOTTOM + 5, class_="axis"))
        if place % every == 0:
            parts.append(text(f"{first:%m}", x=x, y=HEIGHT - BOTTOM + 20, class_="tick", anchor="middle"))
            if place == 0 or first.month == 1 or (first.month <= every and place):
                parts.append(text(f"{first:%Y}", x=x, y=HEIGHT - BOTTOM + 36, class_="tick year", anchor="middle"))
    return parts


def _path(line: Line, across: Scale, up: Scale) -> str:
    commands: list[str] = []
    before: int | None = None
    for week, level in enumerate(line.levels):
        if level is not None:
            if before is None:
                commands.append(f"M{across(week)} {up(level)}")
            elif level != before:
                commands.append(f"H{across(week)}V{up(level)}")
            commands.append(f"H{across(week + 1)}" if week + 1 == len(line.levels) or line.levels[week + 1] is None else "")
        before = level
    return element("path", title(line.name), d="".join(commands), class_=f"step {line.mark}")


def _names(lines: Sequence[Line], up: Scale) -> list[str]:
    """Each line's name beside its last level, moved apart so that none covers another."""
    ends = []
    for line in lines:
        known = [(week, level) for week, level in enumerate(line.levels) if level is not None]
        if known:
            ends.append((float(up(known[-1][1])), line))
    parts, lowest = [], -100.0
    for place, line in sorted(ends, key=lambda each: each[0]):
        y = max(place + 4, lowest + 18)
        lowest = y
        x = WIDTH - RIGHT + 10
        parts.append(element("line", x1=x, x2=x + 22, y1=y - 4, y2=y - 4, class_=f"step {line.mark}"))
        parts.append(text(line.name, x=x + 28, y=y, class_="series-name"))
    return parts
