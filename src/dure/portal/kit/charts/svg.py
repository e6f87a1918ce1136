"""One SVG element at a time, escaped; and the scale between values and places."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from html import escape

Number = int | Fraction


def element(tag: str, *children: str, **attributes: object) -> str:
    """An element; `class_` and `data_x` are spelt `class` and `data-x`."""
    spelt = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for name, value in attributes.items() if value is not None
    )
    return f"<{tag}{spelt}>{''.join(children)}</{tag}>" if children else f"<{tag}{spelt}/>"


def text(content: object, *, x: object, y: object, class_: str = "", anchor: str = "start") -> str:
    """A line of text."""
    return element("text", escape(str(content)), x=x, y=y, class_=class_ or None, text_anchor=anchor)


def title(content: object) -> str:
    """What a pointer shows for the element in which it stands."""
    return element("title", escape(str(content)))


def drawing(*children: str, width: int, height: int, label: str) -> str:
    """The whole picture; `label` is what a screen reader says instead of it."""
    return element(
        "svg",
        *children,
        viewBox=f"0 0 {width} {height}",
        role="img",
        aria_label=label,
        class_="chart",
        preserveAspectRatio="xMinYMin",
    )


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` onto places from `start` to `end`."""

    low: Number
    high: Number
    start: int
    end: int

    def __call__(self, value: Number) -> str:
        """The place, in tenths."""
        span = self.high - self.low or 1
        place = self.start + Fraction(value - self.low) / Fraction(span) * (self.end - self.start)
        tenths = round(place * 10)
        return f"{tenths // 10}.{tenths % 10}"


def ticks(high: Number, count: int = 4) -> list[Number]:
    """Round values from zero up to at least `high`."""
    if high <= 0:
        return [0, 1]
    raw = Fraction(high) / count
    magnitude = Fraction(1)
    while magnitude * 10 <= raw:
        magnitude *= 10
    while magnitude > raw:
        magnitude /= 10
    step = next(magnitude * factor for factor in (1, 2, Fraction(5, 2), 5, 10) if magnitude * factor >= raw)
    return [step * place for place in range(int(-(-Fraction(high) // step)) + 1)]


def text_width(content: str) -> int:
    """About how wide that text is: hangul is nearly twice a Latin letter."""
    return sum(14 if ord(char) > 0x1100 else 8 for char in content)


def names_width(names: Iterable[str], *, least: int = 110, most: int = 230) -> int:
    """Room for the longest of the names that stand before a drawing's lines."""
    return min(most, max([least, *(text_width(name) + 14 for name in names)]))
