"""What was filled in, to be checked before it is done: each field in words and figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.form.bound import option_name
from dure.portal.kit.form.fields import Field
from dure.portal.kit.form.labels import label
from dure.portal.kit.form.names import in_words as by_language
from dure.portal.kit.wording import numbers
from dure.portal.kit.wording.words import name

SHOWN_ROWS = 50
SHOWN_LINES = 20
LONGEST_SHOWN = 2000
Named = Callable[[Field, str], str]
# What a default is called that limits nothing.
UNLIMITED = {"SubmitApplication.latest_week": gettext_noop("Any week of the round")}

# What leaving a field out means, where it means something.
LEFT_OUT = {"FileDecision.facts": gettext_noop("As the records give them")}
# How the description of a field says that it need not be filled in to mean everything.
ALL = "empty means all"


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


def answers(fields: Sequence[Field], values: Mapping[str, Any], named: Named) -> list[Answer]:
    """Every field with what was filled in; one that was left out says so. `named`: what a value of a field is called."""
    return [_answer(each, values.get(each.key, each.default), named) for each in fields]


def _answer(field: Field, value: Any, named: Named) -> Answer:
    title = label(field)
    if value in (None, "", [], (), {}):
        means = LEFT_OUT.get(f"{field.struct}.{field.name}") or (
            gettext_noop("All") if ALL in field.help else gettext_noop("Nothing")
        )
        return Answer(title, field.name, _(means), empty=True)
    if not field.is_group:
        unlimited = UNLIMITED.get(f"{field.struct}.{field.name}") if field.optional and value == field.default else None
        return Answer(title, field.name, _(unlimited) if unlimited else in_words(field, value, named))
    rows = [{"key": key, "value": each} for key, each in value.items()] if field.kind == "pairs" else list(value)
    shown = tuple(tuple(in_words(each, row.get(each.key), named) for each in field.items) for row in rows[:SHOWN_ROWS])
    head = tuple(label(each) for each in field.items)
    return Answer(title, field.name, head=head, rows=shown, more=max(0, len(rows) - SHOWN_ROWS))


def in_words(field: Field, value: Any, named: Named, titled: Callable[[Field], str] = label) -> str:
    """One value as a person reads it; `titled`: what its parts are called."""
    if value is None or value == "":
        return numbers.NONE
    if isinstance(value, dict | list | tuple):
        return _composed(field, value, named, titled)
    if field.kind == "choice":
        return option_name(field, str(value))
    if field.kind == "whole" and field.money and isinstance(value, int):
        return numbers.money(value)
    return _plainly(field, value) if field.kind in _WRITTEN else _short(named(field, str(value)))


def _composed(field: Field, value: Any, named: Named, titled: Callable[[Field], str]) -> str:
    """Lists and maps, by the shape that the field has; edited facts may have another."""
    if field.kind == "names" and isinstance(value, dict):
        return _short(by_language(value))
    if field.kind == "lines" and not isinstance(value, dict):
        return _some([in_words(field.items[0], each, named, titled) for each in value])
    if field.kind == "pairs" and isinstance(value, dict):
        key, item = field.items
        return _some([f"{named(key, str(k))}: {in_words(item, each, named, titled)}" for k, each in value.items()])
    if field.kind == "rows" and not isinstance(value, dict):
        return _some([row_in_words(field.items, each, named, titled) for each in value], between="\n")
    if field.kind == "json" and field.items:
        return row_in_words(field.items, value, named, titled)
    return _short(_loose(value))


def row_in_words(fields: Sequence[Field], row: Any, named: Named, titled: Callable[[Field], str] = label) -> str:
    """A group of fields in one line; what was left out is not said."""
    if not isinstance(row, dict):
        return _short(_loose(row))
    given = [(each, row[each.key]) for each in fields if row.get(each.key) not in (None, "", [], {})]
    return ", ".join(f"{titled(each)}: {in_words(each, value, named, titled)}" for each, value in given) or _("Nothing")


def _plainly(field: Field, value: Any) -> str:
    try:
        return _WRITTEN[field.kind](value)
    except (ValueError, ArithmeticError, TypeError):  # edited facts may hold anything
        return _short(str(value))


def _loose(value: Any) -> str:
    """Plain values of no known shape."""
    if isinstance(value, dict):
        return ", ".join(f"{name(key)}: {_loose(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_loose(each) for each in value)
    return name("yes" if value else "no") if isinstance(value, bool) else name(value)


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "check": lambda value: name("yes" if value else "no"),
    "answer": lambda value: name("yes" if value else "no"),
    "instant": numbers.instant,
    "whole": numbers.number,
    "decimal": numbers.number,
}


def _some(lines: list[str], between: str = ", ") -> str:
    text = between.join(lines[:SHOWN_LINES])
    left = len(lines) - SHOWN_LINES
    return _("%(some)s and %(left)s more") % {"some": text, "left": numbers.number(left)} if left > 0 else text


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"
