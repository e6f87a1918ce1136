"""What the conditions of tables can tell apart: each attribute in cells, and every combination of them.

Cells are the ids of a choice, true and false, the spans between the numbers that rows name, and for open words those that rows
name and one that stands for all others.
"""

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from dure.formats.rule_tables import Condition, Row, Table

OTHER = "\x00other"  # stands for every word that no row names


class Cell(NamedTuple):
    """A value that stands for all that rows cannot tell from it, and how a person is told of them."""

    value: Any
    told: str


Combination = dict[str, Cell]


def cells_of(tables: Sequence[Table]) -> dict[str, list[Cell]]:
    """The cells of each attribute that one of them reads."""
    names = dict.fromkeys(name for table in tables for name in table.reads)
    return {name: _cells(name, [table for table in tables if name in table.reads]) for name in names}


def combinations(cells: dict[str, list[Cell]]) -> Iterator[Combination]:
    """Each combination of cells, once."""
    for chosen in itertools.product(*cells.values()):
        yield dict(zip(cells, chosen, strict=True))


def told(combination: Combination) -> str:
    """The combination as a person reads it."""
    return ", ".join(f"{name} {cell.told}" for name, cell in combination.items()) or "every combination"


def hits(rows: Sequence[Row], combination: Combination) -> list[Row]:
    """The rows that hold for it."""
    return [row for row in rows if all(_holds(asked, combination[name].value) for name, asked in row.when.items())]


def given(table: Table, combination: Combination) -> dict[str, Any] | None:
    """What a table gives whose exceptions replace its rows; nothing for what it does not know."""
    known = all(not each.of or combination[name].value in each.of for name, each in table.reads.items() if each.kind == "choice")
    rows = [*hits(table.rows, combination), *hits(table.exceptions, combination)] if known else []
    return rows[-1].then if rows else None


def _holds(asked: Condition, value: Any) -> bool:
    return (
        (asked.is_ is None or value == asked.is_)
        and (not asked.in_ or value in asked.in_)
        and value not in asked.other_than
        and (asked.at_least is None or value >= asked.at_least)
        and (asked.below is None or value < asked.below)
        and set(asked.has) <= (set(value) if isinstance(value, tuple) else set())
    )


def _cells(name: str, tables: Sequence[Table]) -> list[Cell]:
    asked = [row.when[name] for table in tables for row in (*table.rows, *table.exceptions) if name in row.when]
    kinds = {table.reads[name].kind for table in tables}
    known = dict.fromkeys(each for table in tables for each in table.reads[name].of)
    if kinds == {"flag"}:
        return [Cell(True, "true"), Cell(False, "false")]
    if kinds == {"choice"}:
        return [Cell(each, each) for each in known]
    if kinds == {"words"}:
        return _sets([each for each in known if any(each in condition.has for condition in asked)])
    points = {value for each in asked for value in (each.is_, *each.in_, *each.other_than) if value is not None} | set(known)
    if kinds <= {"word", "choice"}:
        return [*(Cell(each, each) for each in sorted(points)), Cell(OTHER, "any other")]
    bounds = {value for each in asked for value in (each.at_least, each.below) if value is not None}
    return list(_spans(kinds == {"date"}, points, bounds))


def _sets(named: list[str]) -> list[Cell]:
    """Each set of the words that rows ask for."""
    return [
        Cell(chosen, " and ".join(chosen) or "none")
        for count in range(len(named) + 1)
        for chosen in itertools.combinations(named, count)
    ]


def _spans(of_days: bool, points: set[Any], bounds: set[Any]) -> Iterator[Cell]:
    """The values from one edge to the next, each named value apart."""
    edges = sorted({"0001-01-01" if of_days else 0, *bounds, *points, *(_after(each) for each in points)})
    for begin, end in itertools.pairwise([*edges, None]):
        yield Cell(begin, str(begin) if begin in points else f"from {begin}" + ("" if end is None else f" to below {end}"))


def _after(value: Any) -> Any:
    return value + 1 if isinstance(value, int) else (dt.date.fromisoformat(value) + dt.timedelta(days=1)).isoformat()
