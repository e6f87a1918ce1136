"""What a table of the rule book gives, read row after row: the independent twin of `dure.decisions.tables`."""

from fractions import Fraction
from typing import Any, NamedTuple

from dure.formats.rule_tables import WORDS, Row, Table


class Read(NamedTuple):
    """Values by output and the exceptions that were applied; `plain`: the values of the row alone."""

    values: dict[str, Any]
    plain: dict[str, Any]
    exceptions: tuple[str, ...]


def read(table: Table, **of: Any) -> Read | None:
    """What the table gives for these attributes; `None` where not exactly one of its rows applies."""
    if any(attribute.kind == "choice" and of[name] not in attribute.of for name, attribute in table.reads.items()):
        return None
    rows = [row for row in table.rows if _applies(row, of)]
    besides = [row for row in table.exceptions if _applies(row, of)]
    if len(rows) != 1 or (len(besides) > 1 and table.combine == "replace"):
        return None
    plain = {name: _number(table, name, rows[0]) for name in table.gives}
    values = dict(plain)
    for row in besides:
        for name in table.gives:
            values[name] = _with(table.combine, values[name], _number(table, name, row))
    return Read(values, plain, tuple(row.id for row in besides))


def _applies(row: Row, of: dict[str, Any]) -> bool:
    for name, asked in row.when.items():
        seen = of[name]
        refused = [
            asked.is_ is not None and seen != asked.is_,
            bool(asked.in_) and seen not in asked.in_,
            seen in asked.other_than,
            asked.at_least is not None and seen < asked.at_least,
            asked.below is not None and not seen < asked.below,
            bool(asked.has) and any(word not in seen for word in asked.has),
        ]
        if any(refused):
            return False
    return True


def _number(table: Table, name: str, row: Row) -> Any:
    value = row.then[name]
    return Fraction(value) if isinstance(value, str) and table.gives[name].unit not in WORDS else value


def _with(how: str, so_far: Any, more: Any) -> Any:
    if how == "replace":
        return more
    if how == "product":
        return so_far * more
    if how == "sum":
        return so_far + more
    if so_far is None or more is None:  # no limit: the smaller of two is the other, the larger is none
        return (more if so_far is None else so_far) if how == "min" else None
    return more if (more < so_far) == (how == "min") else so_far


def told_apart(table: Table, first: str, second: str) -> set[tuple[str, str]]:
    """The pairs of words that a table by these two attributes shows: `any` where its row asks for no word."""
    return {
        (one, other)
        for one in _known(table, first)
        for other in _known(table, second)
        for row in table.rows
        if _shown(table, row, first, one) and _shown(table, row, second, other)
    }


def _known(table: Table, name: str) -> set[str]:
    attribute = table.reads.get(name)
    named = {word for row in table.rows if name in row.when for word in (row.when[name].is_, *row.when[name].in_) if word}
    return set(attribute.of) if attribute and attribute.of else named | {"any"}


def _shown(table: Table, row: Row, name: str, word: str) -> bool:
    asked = row.when.get(name)
    if asked is not None and (asked.is_ or asked.in_):
        return word in {asked.is_, *asked.in_} and word not in asked.other_than
    if name in table.reads and table.reads[name].of:
        return asked is None or word not in asked.other_than
    return word == "any"
