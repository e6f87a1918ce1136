"""What was filled in, to be checked before it is done: each field in words and figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dure.formats.canonical import pretty
from dure.portal.kit.form.bound import OptionsOf, option_name
from dure.portal.kit.form.fields import Field
from dure.portal.kit.form.labels import label
from dure.portal.kit.wording import numbers
from dure.portal.kit.wording.words import name

SHOWN_ROWS = 50
SHOWN_LINES = 20
LONGEST_SHOWN = 2000


@dataclass(frozen=True)
class Answer:
    """One field: its text, or its rows below a head; `more` rows are not shown."""

    label: str
    path: str
    text: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    more: int = 0
    empty: bool = False


def answers(fields: Sequence[Field], values: Mapping[str, Any], options_of: OptionsOf) -> list[Answer]:
    """Every field with what was filled in; one that was left out says so."""
    return [_answer(each, values.get(each.key, each.default), options_of) for each in fields]


def _answer(field: Field, value: Any, options_of: OptionsOf) -> Answer:
    title = label(field)
    if value in (None, "", [], (), {}):
        return Answer(title, field.name, _("Nothing"), empty=True)
    if not field.is_group:
        return Answer(title, field.name, in_words(field, value, options_of))
    rows = [{"key": key, "value": each} for key, each in value.items()] if field.kind == "pairs" else list(value)
    shown = tuple(tuple(in_words(each, row.get(each.key), options_of) for each in field.items) for row in rows[:SHOWN_ROWS])
    head = tuple(label(each) for each in field.items)
    return Answer(title, field.name, head=head, rows=shown, more=max(0, len(rows) - SHOWN_ROWS))


def in_words(field: Field, value: Any, options_of: OptionsOf) -> str:
    """One value as a person reads it."""
    if value is None or value == "":
        return numbers.NONE
    if field.kind == "lines":
        return _some([in_words(field.items[0], each, options_of) for each in value])
    if field.is_group or field.kind == "json":
        return _short(pretty(value).strip())
    if field.kind == "choice":
        return option_name(field, value)
    if field.kind in _WRITTEN:
        return _WRITTEN[field.kind](value)
    return _short(dict(options_of(field).options).get(str(value), str(value)))


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "check": lambda value: name("yes" if value else "no"),
    "answer": lambda value: name("yes" if value else "no"),
    "instant": numbers.instant,
    "whole": numbers.number,
    "decimal": numbers.number,
}


def _some(lines: list[str]) -> str:
    text = ", ".join(lines[:SHOWN_LINES])
    left = len(lines) - SHOWN_LINES
    return _("%(some)s and %(left)s more") % {"some": text, "left": numbers.number(left)} if left > 0 else text


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"
