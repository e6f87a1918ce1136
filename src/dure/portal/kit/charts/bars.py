"""Bars that lie: pairs to compare (published and actual), parts of a whole, money nested in money."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dure.portal.kit.charts.svg import (
    LINE,
    WIDE,
    Scale,
    element,
    key,
    names_width,
    shortened,
    text,
    text_width,
    title,
    twice,
    wrapped,
)  # fmt: skip

THICK, GAP, LEAST = 20, 8, 110  # LEAST: bars shorter than this have their figures above, not at their end


@dataclass(frozen=True)
class Bar:
    """One bar: its length, the text at its end, and the class that gives its colour."""

    length: Fraction | int
    shown: str
    mark: str
    name: str = ""

    @property
    def said(self) -> str:
        """The text at its end."""
        return " ".join(filter(None, (self.shown, self.name)))


@dataclass(frozen=True)
class Group:
    """Bars that are compared with each other."""

    name: str
    bars: Sequence[Bar]
    note: str = ""


def bars(groups: Sequence[Group], *, label: str, high: Fraction | int | None = None) -> str:
    """Groups under each other, each bar with its figure at the end; bars below zero go to the left of the zero line."""
    return twice(lambda width: _groups(groups, width, high), label=label)


def _groups(groups: Sequence[Group], width: int, high: Fraction | int | None) -> tuple[list[str], int]:
    every = [bar for group in groups for bar in group.bars]
    low = min((bar.length for bar in every if bar.length < 0), default=Fraction(0))
    most = max([high or 0, *(bar.length for bar in every)]) or (0 if low else 1)
    beside = width >= WIDE
    start = names_width((each for group in groups for each in (group.name, group.note)), most=width * 2 // 5) if beside else 0
    end = _end(every, low, most, start, width)
    above = end - start < LEAST
    along = Scale(low, most, start + 1, width - 2 if above else end)
    zero = along(0)
    parts: list[str] = []
    y = 4
    for group in groups:
        y = top = _named(parts, group, along, y, width, beside=beside)
        for bar in group.bars:
            y = _bar(parts, group, bar, along, y, width, above=above)
        if not beside:
            parts.append(element("line", x1=zero, x2=zero, y1=top - 2, y2=y, class_="axis"))
        y += 12
    if beside:
        parts.append(element("line", x1=zero, x2=zero, y1=0, y2=y - 8, class_="axis"))
    if low < 0:
        parts.append(text("0", x=zero, y=y + 8, class_="tick", anchor="middle"))
        y += LINE
    return parts, max(y - 4, 30)


def _end(every: Sequence[Bar], low: Fraction | int, most: Fraction | int, start: int, width: int) -> int:
    """How far the scale may reach so that every bar's figure still fits at the bar's end."""
    end = float(width - 2)
    for bar in every:
        part = float(Fraction(max(bar.length, 0) - low) / Fraction(most - low or 1))
        room = width - 2 - GAP - text_width(bar.said) - start
        end = min(end, start + room / part) if part > 0 else end
    return int(max(end, start))


def _named(parts: list[str], group: Group, along: Scale, y: int, width: int, *, beside: bool) -> int:
    """The group's name and note before its bars, or above them; returns where the bars begin."""
    if not beside:
        lines = [(line, "group-name") for line in wrapped(group.name, width)]
        lines += [(line, "tick") for line in wrapped(group.note, width) if line]
        for line, class_ in lines:
            y += LINE
            parts.append(text(line, x=0, y=y - 3, class_=class_))
        return y + 2
    room = along.start - 14
    lines = [(line, "group-name") for line in wrapped(group.name, room)]
    lines += [(line, "tick") for line in wrapped(group.note, room) if line]
    high = max(len(group.bars) * (THICK + 4), len(lines) * LINE)
    top = y + (len(group.bars) * (THICK + 4) - 4 - len(lines) * LINE) / 2
    shift = max(0, -(top - y)) if len(lines) * LINE == high else 0
    for place, (line, class_) in enumerate(lines):
        baseline = f"{top + shift + (place + 1) * LINE - 4:.1f}"
        parts.append(text(line, x=along.start - 13, y=baseline, class_=class_, anchor="end"))
    return y + int(shift)


def _bar(parts: list[str], group: Group, bar: Bar, along: Scale, y: int, width: int, *, above: bool) -> int:
    """One bar with its figure; returns where the next begins."""
    zero, tip = along.at(0), along.at(bar.length)
    if above:
        y += LINE
        parts.append(text(shortened(bar.said, width - along.start), x=along.start, y=y - 3, class_="bar-value"))
    wide = max(abs(tip - zero), 1)
    parts.append(
        element("rect", title(f"{group.name} {bar.said}"), x=f"{min(zero, tip):.1f}", y=y, width=f"{wide:.1f}", height=THICK,
                rx=2, class_=f"bar {bar.mark}")
    )  # fmt: skip
    if not above:
        # Below zero the place to the right of the zero line is free.
        parts.append(text(bar.said, x=f"{max(tip, zero) + GAP:.1f}", y=y + 15, class_="bar-value"))
    return y + THICK + 4


def whole(parts_of: Sequence[Bar], *, label: str, height: int = 34) -> str:
    """One bar cut into its parts, named below."""
    return twice(lambda width: _whole(parts_of, width, height), label=label)


def _whole(parts_of: Sequence[Bar], width: int, height: int) -> tuple[list[str], int]:
    total = sum((bar.length for bar in parts_of), Fraction(0)) or 1
    along = Scale(0, total, 0, width)
    parts, before = [], Fraction(0)
    for bar in parts_of:
        x, end = along.at(before), along.at(before + bar.length)
        parts.append(
            element("rect", title(f"{bar.name} {bar.shown}"), x=f"{x:.1f}", y=0, width=f"{max(end - x - 1.5, 0.5):.1f}",
                    height=height, class_=f"bar {bar.mark}")
        )  # fmt: skip
        before += bar.length
    named, end_y = key([(_square(bar.mark), f"{bar.name} {bar.shown}") for bar in parts_of], y=height + 10, width=width)
    return [*parts, *named], end_y


def _square(mark: str) -> Callable[[float, float], str]:
    return lambda x, y: element("rect", x=x - 6, y=y - 6, width=12, height=12, class_=f"bar {mark}")
