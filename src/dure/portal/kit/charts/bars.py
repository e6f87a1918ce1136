"""Bars that lie: pairs to compare (published and actual), parts of a whole, money nested in money."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dure.portal.kit.charts.svg import Scale, drawing, element, names_width, text, text_width, title

WIDTH, VALUE, THICK = 600, 150, 20


@dataclass(frozen=True)
class Bar:
    """One bar: its length, the text at its end, and the class that gives its colour."""

    length: Fraction | int
    shown: str
    mark: str
    name: str = ""


@dataclass(frozen=True)
class Group:
    """Bars that are compared with each other."""

    name: str
    bars: Sequence[Bar]
    note: str = ""


def bars(groups: Sequence[Group], *, label: str, high: Fraction | int | None = None) -> str:
    """Groups under each other; each bar with its figure at the end."""
    most = high or max((bar.length for group in groups for bar in group.bars), default=1) or 1
    start = names_width(each for group in groups for each in (group.name, group.note))
    along = Scale(0, most, start, WIDTH - VALUE)
    parts, y = [], 6
    for group in groups:
        height = len(group.bars) * (THICK + 4)
        parts.append(
            text(group.name, x=start - 12, y=y + height / 2 + (0 if group.note else 4), class_="group-name", anchor="end")
        )
        if group.note:
            parts.append(text(group.note, x=start - 12, y=y + height / 2 + 16, class_="tick", anchor="end"))
        for bar in group.bars:
            wide = float(along(bar.length)) - start
            parts.append(
                element("rect", title(f"{group.name} {bar.name} {bar.shown}"), x=start, y=y, width=f"{max(wide, 1):.1f}",
                        height=THICK,
                        rx=2, class_=f"bar {bar.mark}")
            )  # fmt: skip
            parts.append(
                text(" ".join(filter(None, (bar.shown, bar.name))), x=f"{start + wide + 8:.1f}", y=y + 15, class_="bar-value")
            )
            y += THICK + 4
        y += 14
    parts.append(element("line", x1=start, x2=start, y1=0, y2=y - 10, class_="axis"))
    return drawing(*parts, width=WIDTH, height=max(y - 6, 30), label=label)


def whole(parts_of: Sequence[Bar], *, label: str, height: int = 34) -> str:
    """One bar cut into its parts, named below where there is room."""
    total = sum((bar.length for bar in parts_of), Fraction(0)) or 1
    along = Scale(0, total, 0, WIDTH)
    parts, before, legend_x = [], Fraction(0), 0
    for bar in parts_of:
        x, end = float(along(before)), float(along(before + bar.length))
        parts.append(
            element("rect", title(f"{bar.name} {bar.shown}"), x=f"{x:.1f}", y=0, width=f"{max(end - x - 1.5, 0.5):.1f}",
                    height=height,
                    class_=f"bar {bar.mark}")
        )  # fmt: skip
        before += bar.length
        parts.append(element("rect", x=legend_x, y=height + 14, width=12, height=12, class_=f"bar {bar.mark}"))
        parts.append(text(f"{bar.name} {bar.shown}", x=legend_x + 18, y=height + 25, class_="series-name"))
        legend_x += 40 + text_width(f"{bar.name} {bar.shown}")
    return drawing(*parts, width=max(WIDTH, legend_x), height=height + 34, label=label)
