"""What is a rule called, in what unit is it, and how is its value written for a person?"""

import json
from typing import Any

from dure.cycle import programme
from dure.portal.kit.wording.numbers import NONE, date, korean, number, percent, won
from dure.portal.kit.wording.words import name
from dure.rules.book import Book, Rule


def book() -> Book:
    """The rule book of this programme."""
    return programme.book()


def rule(rule_name: str) -> Rule | None:
    """The rule of that name, `topic/field`."""
    return book().rules.get(rule_name)


def title(rule_name: str) -> str:
    """Its title in the reader's language; the bare field where the book has no such rule."""
    found = rule(rule_name)
    if found is None:
        return rule_name.partition("/")[2].replace("_", " ") or rule_name
    return found.title["ko" if korean() else "en"]


def programme_title() -> str:
    """The programme's name."""
    return book().title["ko" if korean() else "en"]


def written(value: Any, unit: str = "") -> str:
    """A rule's value in words and figures: shares as percent, won with separators, maps as `name: value`."""
    if isinstance(value, dict):
        return ", ".join(f"{name(key)}: {written(each, unit)}" for key, each in value.items()) or NONE
    if isinstance(value, list | tuple):
        return ", ".join(written(each, unit) for each in value) or NONE
    if isinstance(value, bool):
        return name("yes" if value else "no")
    if isinstance(value, int):
        return won(value) if "won" in unit else number(value)
    return _written_text(value, unit) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _written_text(value: str, unit: str) -> str:
    if value[:1].isdigit() and any(word in unit for word in ("ratio", "share")):
        return percent(value)
    return date(value) if "date" in unit else name(value)
