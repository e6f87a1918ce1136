"""What does a table of the rule book give for one combination of attributes, and by which rows?

A row is found by one set of bits per attribute and value: the rows that this value leaves. So a lookup costs one step for each
attribute that the table reads, however many rows it has.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from dure.formats.errors import BadInput
from dure.formats.kinds import exact
from dure.formats.rule_tables import WORDS, Condition, Output, Row, Table


class Found(NamedTuple):
    """Values by output, `None` where there is no limit; the row's id, and those of the exceptions that hold, in order."""

    values: dict[str, Any]
    row: str
    exceptions: tuple[str, ...]


class Lookup:
    """One table, ready to be asked; `where` names its rule."""

    def __init__(self, table: Table, *, where: str) -> None:
        self.table, self.where = table, where
        self._rows = (*table.rows, *table.exceptions)
        self._left: dict[str, dict[Any, int]] = {name: {} for name in table.reads}
        self._found: dict[int, Found] = {}

    def __call__(self, attributes: Mapping[str, Any]) -> Found:
        """What it gives for them; others are passed over. Raises `BadInput` where not exactly one row holds."""
        bits = (1 << len(self._rows)) - 1
        for name, known in self._left.items():
            value = attributes[name]
            if (left := known.get(value)) is None:
                left = known[value] = self._rows_left(name, value)
            bits &= left
        found = self._found.get(bits)
        if found is None:
            found = self._found[bits] = self._given(bits, attributes)
        return found

    def _rows_left(self, name: str, value: Any) -> int:
        of = self.table.reads[name].of
        if self.table.reads[name].kind == "choice" and value not in of:
            return 0
        held = (name not in row.when or holds(row.when[name], value) for row in self._rows)
        return sum(1 << place for place, each in enumerate(held) if each)

    def _given(self, bits: int, attributes: Mapping[str, Any]) -> Found:
        hit = [row for place, row in enumerate(self._rows) if bits >> place & 1]
        rows = [row for row in hit if any(row is each for each in self.table.rows)]
        exceptions = [row for row in hit if row not in rows]
        if len(rows) != 1 or (self.table.combine == "replace" and len(exceptions) > 1):
            asked = ", ".join(f"{name} {attributes[name]!r}" for name in self.table.reads)
            where, todo = f"rule {self.where}", "Correct the value, or the table."
            if not hit:
                raise BadInput(f"no row holds for {asked}.", where=where, todo=todo)
            raise BadInput(f"the rows {', '.join(row.id for row in hit)} hold together for {asked}.", where=where, todo=todo)
        values = {name: self._combined(name, output, rows[0], exceptions) for name, output in self.table.gives.items()}
        return Found(values, rows[0].id, tuple(row.id for row in exceptions))

    def _combined(self, name: str, output: Output, row: Row, exceptions: list[Row]) -> Any:
        values = [quantity(output, each.then[name]) for each in (row, *exceptions)]
        return COMBINED[self.table.combine](values)


def holds(asked: Condition, value: Any) -> bool:
    """Whether a value meets all that is asked of it."""
    if asked.has and not set(asked.has) <= set(value):
        return False
    if (asked.is_ is not None and value != asked.is_) or (asked.in_ and value not in asked.in_) or value in asked.other_than:
        return False
    return (asked.at_least is None or value >= asked.at_least) and (asked.below is None or value < asked.below)


def quantity(output: Output, value: Any) -> Any:
    """A value of a row as decisions reckon with it: decimal text as an exact fraction."""
    return exact(value) if isinstance(value, str) and output.unit not in WORDS else value


def combinations(table: Table, names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The combinations of these words that rows tell apart, `any` where a row asks nothing of an open word."""
    seen: set[tuple[str, ...]] = set()
    for row in table.rows:
        for each in itertools.product(*(_words(table, row, name) for name in names)):
            if each not in seen:
                seen.add(each)
                yield each


def _words(table: Table, row: Row, name: str) -> tuple[str, ...]:
    asked, of = row.when.get(name), table.reads[name].of if name in table.reads else ()
    if asked is not None and (asked.is_ is not None or asked.in_):
        return tuple(value for value in of or (asked.is_, *asked.in_) if value is not None and holds(asked, value))
    return tuple(each for each in of if asked is None or holds(asked, each)) or ("any",)


def _least(values: list[Any]) -> Any:
    return min((value for value in values if value is not None), default=None)


def _most(values: list[Any]) -> Any:
    return None if None in values else max(values)


COMBINED: dict[str, Callable[[list[Any]], Any]] = {
    "replace": lambda values: values[-1],
    "product": math.prod,
    "sum": sum,
    "min": _least,
    "max": _most,
}
