"""One SVG element at a time, escaped; the scale between values and places; and texts measured before they are drawn.

Every drawing is made twice, for a wide and for a narrow place, and the stylesheet shows the one that fits: a drawing
that is only made smaller cannot be read on a telephone, and one that is cut off tells half of what it knows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property, lru_cache

from dure.portal.kit.escaping import escape

Number = int | Fraction
WIDE, NARROW = 560, 320
SIZE = 13.5  # of the largest text in a drawing, in the drawing's units; the stylesheet uses no larger one
LINE = 16  # from one line of text to the next
# Advance widths in em, of the broadest face that may stand in: those of Latin letters, and of hangul and ideographs.
_THIN, _BROAD = frozenset(" .,:;'|!()[]ijlftr·-/"), frozenset("mwMWGOQD%@×–…")
_EM_THIN, _EM_BROAD, _EM_CAPITAL, _EM_SMALL, _EM_HANGUL = 0.38, 0.92, 0.68, 0.6, 0.95
_FIRST_HANGUL = 0x1100


def element(tag: str, *children: str, **attributes: object) -> str:
    """An element; `class_` and `data_x` are spelt `class` and `data-x`."""
    spelt = "".join([f' {_spelt(name)}="{escape(str(value))}"' for name, value in attributes.items() if value is not None])
    return f"<{tag}{spelt}>{''.join(children)}</{tag}>" if children else f"<{tag}{spelt}/>"


@cache
def _spelt(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def text(content: object, *, x: object, y: object, class_: str = "", anchor: str = "start") -> str:
    """A line of text."""
    return element("text", escape(str(content)), x=x, y=y, class_=class_ or None, text_anchor=anchor)


def title(content: object) -> str:
    """What a pointer shows for the element in which it stands."""
    return element("title", escape(str(content)))


def drawing(*children: str, width: int, height: int, label: str = "", class_: str = "chart") -> str:
    """One picture; `label` is what a screen reader says instead of it, empty where its frame says it."""
    said: dict[str, object] = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return element("svg", *children, viewBox=f"0 0 {width} {height}", **said, class_=class_, preserveAspectRatio="xMinYMin")


def twice(draw: Callable[[int], tuple[Sequence[str], int]], *, label: str, wide: int = WIDE) -> str:
    """The picture for a wide and for a narrow place; `draw` gets the width and returns the parts and the height."""
    pictures = []
    for width, class_ in ((wide, "chart wide"), (NARROW, "chart narrow")):
        parts, height = draw(width)
        pictures.append(drawing(*parts, width=width, height=height, class_=class_))
    return element("div", *pictures, class_="twice" if wide == WIDE else "twice broad", role="img", aria_label=label)


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` onto places from `start` to `end`."""

    low: Number
    high: Number
    start: int
    end: int

    @cached_property
    def _terms(self) -> tuple[int, int, int]:
        """Ten times the place of n/d is (n times the first + d times the second) / (d times the third), all whole."""
        low, span = Fraction(self.low), Fraction(self.high - self.low or 1)
        wide = 10 * (self.end - self.start) * span.denominator
        below = low.denominator * span.numerator
        terms = wide * low.denominator, 10 * self.start * below - wide * low.numerator, below
        return terms if below > 0 else (-terms[0], -terms[1], -terms[2])

    def __call__(self, value: Number) -> str:
        """The place, in tenths; a half goes to the even one. A page draws thousands, so it is reckoned in whole numbers."""
        of_value, of_one, below = self._terms
        below *= value.denominator
        tenths, rest = divmod(of_value * value.numerator + of_one * value.denominator, below)
        tenths += 2 * rest > below or (2 * rest == below and tenths % 2)
        sign = "-" if tenths < 0 else ""
        return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"

    def at(self, value: Number) -> float:
        """The place as a number."""
        return float(self(value))


def ticks(high: Number, *, low: Number = 0, count: int = 4) -> list[Number]:
    """Round values from at most `low` (never above zero) up to at least `high` (never below zero)."""
    low, high = min(low, 0), max(high, 0)
    if high == low:
        return [0, 1]
    raw = Fraction(high - low) / count
    magnitude = Fraction(1)
    while magnitude * 10 <= raw:
        magnitude *= 10
    while magnitude > raw:
        magnitude /= 10
    step = next(magnitude * factor for factor in (1, 2, Fraction(5, 2), 5, 10) if magnitude * factor >= raw)
    return [step * place for place in range(int(Fraction(low) // step), int(-(-Fraction(high) // step)) + 1)]


@lru_cache(4096)  # the same names, years and figures stand in every drawing
def text_width(content: str) -> int:
    """About how wide that text is in a drawing, rather too wide than too narrow."""
    return int(sum(_em(char) for char in content) * SIZE) + 1


def _em(char: str) -> float:
    if ord(char) >= _FIRST_HANGUL and char not in _BROAD:
        return _EM_HANGUL
    if char in _THIN:
        return _EM_THIN
    if char in _BROAD:
        return _EM_BROAD
    return _EM_CAPITAL if char.isupper() or char.isdigit() else _EM_SMALL


def wrapped(content: str, room: float, *, lines: int = 2) -> list[str]:
    """The text in lines no wider than `room`; where it needs more than `lines`, the last ends with an ellipsis."""
    found = [""]
    for word in content.split():
        joined = f"{found[-1]} {word}".strip()
        if text_width(joined) <= room:
            found[-1] = joined
        elif found[-1]:
            found.append(word)
        else:
            found[-1] = word
    cut = [*found[: lines - 1], " ".join(found[lines - 1 :])] if len(found) > lines else found
    return [shortened(line, room) for line in cut]


def shortened(content: str, room: float) -> str:
    """The text, with an ellipsis for what does not fit."""
    if text_width(content) <= room:
        return content
    kept = content
    while kept and text_width(kept + "…") > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def names_width(names: Iterable[str], *, least: int = 60, most: int = 210) -> int:
    """Room for the longest of the names that stand before a drawing's lines."""
    return min(most, max([least, *(text_width(name) + 16 for name in names)]))


Mark = Callable[[float, float], str]


def key(entries: Sequence[tuple[Mark, str]], *, y: int, width: int, left: int = 0) -> tuple[list[str], int]:
    """Marks with their names, in as many rows as they need; and the height at which the last row ends.

    A mark is drawn around the point that it gets: 8 to its left and right, 6 above and below.
    """
    parts, x = [], left
    for mark, name in entries:
        wide = 22 + text_width(name)
        if x > left and x + wide > width:
            x, y = left, y + LINE + 6
        shown = shortened(name, width - x - 22)
        parts += [mark(x + 8, y + 8), text(shown, x=x + 22, y=y + 13, class_="series-name")]
        x += wide + 14
    return parts, y + LINE + 2
