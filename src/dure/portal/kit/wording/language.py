"""How figures are said in each language: `locale/LANGUAGE/figures.json`."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from dure.formats.kinds import text_in

LOCALE = Path(__file__).parent.parent / "locale"


def language() -> str:
    """The code of the language in which is being written; outside of any page the programme's usual one."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def in_language(texts: Mapping[str, str]) -> str:
    """Of a text by language the one that the reader reads, else that in the programme's first; empty where there is none."""
    return text_in(texts, get_language() or settings.LANGUAGE_CODE, settings.LANGUAGE_CODE)


def said() -> dict[str, Any]:
    """Patterns and words for figures in the reader's language."""
    return figures_of(language())


@cache
def figures_of(language: str) -> dict[str, Any]:
    """Those of that language; a file that is missing or wrong stops whoever asks."""
    found: dict[str, Any] = json.loads((LOCALE / language / "figures.json").read_text(encoding="utf-8"))
    return found


def counted(forms: list[str], number: int) -> str:
    """The form for that number, with the number in it: the first is of one."""
    return forms[0 if number == 1 else 1].format(n=number)


def short(value: int) -> str:
    """A whole number in its largest magnitude, as the language counts; empty where it is said as it is.

    A magnitude says so many `digits` after the point, or is followed by the number of a smaller one, rounded down: `then`,
    which is left out where it is nothing or where the first is not `below` a number. `from`: the least number of it.
    """
    for each in said()["magnitudes"]:
        if value >= each.get("from", 1) * 10 ** each["power"]:
            return _decimal(value, each) if "digits" in each else _compound(value, each)
    return ""


def _decimal(value: int, magnitude: dict[str, Any]) -> str:
    unit, places = 10 ** magnitude["power"], 10 ** magnitude["digits"]
    whole, part = divmod((2 * value * places + unit) // (2 * unit), places)
    digits = f"{part:0{magnitude['digits']}d}".rstrip("0")
    return f"{whole:,}{f'.{digits}' if digits else ''}{magnitude['word']}"


def _compound(value: int, magnitude: dict[str, Any]) -> str:
    whole, rest = divmod(value, 10 ** magnitude["power"])
    first = f"{whole:,}{magnitude['word']}"
    then = magnitude.get("then")
    if then is None or whole >= then.get("below", whole + 1) or not (part := rest // 10 ** then["power"]):
        return first
    return f"{first} {part:,}{then['word']}"
