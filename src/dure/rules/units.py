"""The units that a rule's value may have, and how each is read from the text of its YAML."""

import datetime as dt
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

Leaf = Callable[[str], Any]

_DECIMAL = re.compile(r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?$")
_WHOLE = re.compile(r"^(0|[1-9][0-9]{0,15})$")


def _decimal(text: str) -> str:
    if not _DECIMAL.match(text):
        raise ValueError("is not a non-negative decimal number")
    return text


def _ratio(text: str) -> str:
    if Fraction(_decimal(text)) > 1:
        raise ValueError("is not between 0 and 1; write 5 % as 0.05")
    return text


def _whole(text: str) -> int:
    if not _WHOLE.match(plain := text.replace("_", "")):
        raise ValueError("is not a non-negative whole number")
    return int(plain)


def _date(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("is not a day of the calendar (YYYY-MM-DD)") from None


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError("is neither true nor false")
    return text == "true"


def _word(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


class Unit(NamedTuple):
    """How a value is read, by `shape`.

    0: one value; "list": values in order; "lists by name": a map of such lists; 1 or 2: a map (of maps) of values; "table": rows.
    """

    leaf: Leaf
    shape: int | str = 0
    sums_to_one: bool = False


UNITS: dict[str, Unit] = {
    **{
        name: Unit(_whole)
        for name in ("count", "money", "gpus", "servers", "days", "weeks", "months", "hours", "minutes", "milli_points")
    },
    "ratio": Unit(_ratio),
    "decimal": Unit(_decimal),
    "points": Unit(_decimal),
    "choice": Unit(_word),
    "word": Unit(_word),
    "flag": Unit(_flag),
    "date": Unit(_date),
    "words": Unit(_word, "list"),
    "counts": Unit(_whole, "list"),
    "ratios": Unit(_ratio, "list"),
    "shares": Unit(_ratio, 1, sums_to_one=True),
    "ratios by name": Unit(_ratio, 1),
    "weights by name": Unit(_decimal, 1),
    "counts by name": Unit(_whole, 1),
    "money by name": Unit(_whole, 1),
    "words by name": Unit(_word, "lists by name"),
    "dates by name": Unit(_date, 1),
    "ratios by name and name": Unit(_ratio, 2),
    "days by name and name": Unit(_whole, 2),
    "table": Unit(_word, "table"),
}
