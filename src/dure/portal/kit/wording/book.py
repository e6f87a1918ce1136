"""What is a rule called, in what unit is it, and how is its value written for a person?"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from dure.cycle import programme
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.numbers import NONE, date, money, number, percent
from dure.portal.kit.wording.tables import RowWords, output, rows_of
from dure.portal.kit.wording.words import WORDS, name
from dure.rules.book import Book, Rule

# Of one and of several.
MEASURES = {
    "gpus": (gettext_noop("%(n)s GPU"), gettext_noop("%(n)s GPUs")),
    "servers": (gettext_noop("%(n)s server"), gettext_noop("%(n)s servers")),
    "months": (gettext_noop("%(n)s month"), gettext_noop("%(n)s months")),
    "weeks": (gettext_noop("%(n)s week"), gettext_noop("%(n)s weeks")),
    "days": (gettext_noop("%(n)s day"), gettext_noop("%(n)s days")),
    "hours": (gettext_noop("%(n)s hour"), gettext_noop("%(n)s hours")),
    "minutes": (gettext_noop("%(n)s minute"), gettext_noop("%(n)s minutes")),
}


def book() -> Book:
    """The rule book of this programme."""
    return programme.book()


def rule(rule_name: str) -> Rule | None:
    """The rule of that name, `topic/field`."""
    return book().rules.get(rule_name)


def unit(rule_name: str) -> str:
    """The unit of its values; empty where the book has no such rule."""
    found = rule(rule_name)
    return found.unit if found else ""


def title(rule_name: str) -> str:
    """Its title in the reader's language; the bare field where the book has no such rule."""
    found = rule(rule_name)
    if found is None and is_rule(rule_name):
        return output(rule_name.partition("/")[2])
    if found is None:
        return rule_name.partition("/")[2].replace("_", " ") or rule_name
    return in_language(found.title)


def is_rule(rule_name: str) -> bool:
    """Whether the book has a rule of that name, or a table of that topic that gives a value of that name."""
    topic, _, field = rule_name.partition("/")
    tables = (each for name, each in book().rules.items() if name.startswith(f"{topic}/") and each.unit == "table")
    return rule_name in book().rules or any(field in value.value["gives"] for each in tables for value in each.values)


def note_of(value: Any) -> str:
    """What the book says of a value, in the reader's language, else in one that it has; empty where it says nothing."""
    return in_language(value.note)


def programme_title() -> str:
    """The programme's name."""
    return in_language(book().title)


def written(value: Any, unit: str = "") -> str:
    """A rule's value in words and figures: shares as percent, money with separators, maps as `name: value`."""
    if unit == "table":
        return "; ".join(f"{row.title} {given(value, row)}" for row in rows_of(value))
    if isinstance(value, dict):
        return ", ".join(f"{name(key)}: {written(each, unit)}" for key, each in value.items()) or NONE
    if isinstance(value, list | tuple):
        return ", ".join(written(each, unit) for each in value) or NONE
    if isinstance(value, bool):
        return name("yes" if value else "no")
    if isinstance(value, int):
        return money(value) if "money" in unit else measured(value, unit)
    return _written_text(value, unit) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def given(table: Mapping[str, Any], row: RowWords) -> str:
    """What a row of a table gives: one value alone, several by their names."""
    told = {
        what: gettext("not set") if row.values[what] is None else written(row.values[what], says["unit"])
        for what, says in table["gives"].items()
    }
    said = ", ".join(told.values() if len(told) == 1 else (f"{output(what)} {value}" for what, value in told.items()))
    return f"{said} ({row.combined})" if row.combined else said


def measured(value: int, unit: str) -> str:
    """A whole number with what it counts: `12 months`; bare where the unit says no more than that it is a number."""
    names = MEASURES.get(unit.partition(" ")[0])
    return gettext(names[value != 1]) % {"n": number(value)} if names else number(value)


def _written_text(value: str, unit: str) -> str:
    if value[:1].isdigit() and any(word in unit for word in ("ratio", "share")):
        return percent(value)
    if "date" in unit:
        return date(value)
    of_rules = f"rule.{value}"  # a word that says something else where it stands elsewhere
    return name(of_rules if of_rules in WORDS else value)
