"""Writes a part down as plain JSON values with its long tables apart, and reads it back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dure.cycle.people.explanations import Kept, LongTable
from dure.portal.kit.listing import PER_PAGE, different, ranks, searched
from dure.portal.kit.shown import Chart, Column, Figure, Shown, Table
from dure.portal.kit.stored import Choice, StoredRows
from dure.portal.subjects.decisions.parts import Part

LONG = 200  # rows from which a table is kept row by row

TEXTS, FLAGS = ("key", "title", "note", "narrowed_by"), ("public", "folded", "office")
WORDS, CHART = ("headline", "method", "proof", "warning"), ("title", "svg", "says", "unit")


def kept_of(part: Part, *, most: int = LONG) -> Kept:
    """The part as it is kept; tables of more than `most` rows apart."""
    long: dict[str, LongTable] = {}

    def table(each: Table) -> dict[str, Any]:
        return _long_table(each, long) if len(each.rows) > most else {**_about(each), "rows": _cells(each)}

    def section(each: Chart | Table) -> dict[str, Any]:
        if isinstance(each, Table):
            return {"table": table(each)}
        return {"chart": {key: str(getattr(each, key)) for key in CHART}, "table": table(each.table)}

    shown = part.shown
    head = {
        "shown": {
            **{key: str(getattr(shown, key)) for key in WORDS},
            "figures": [{key: str(value) for key, value in asdict(each).items()} for each in shown.figures],
            "sections": [section(each) for each in shown.sections],
        },
        "tables": [table(each) for each in part.tables],
        "frame": part.frame,
    }
    return Kept(head, part.brief, long, part.values)


def read_back(head: Mapping[str, Any], explanation: int) -> Part:
    """The part that was kept; rows of its long tables are read when they are asked for."""
    shown = head["shown"]
    words = {key: shown[key] for key in WORDS}
    figures = [Figure(**each) for each in shown["figures"]]
    sections = [_read_section(each, explanation) for each in shown["sections"]]
    tables = [_read_table(each, explanation) for each in head["tables"]]
    return Part(Shown(figures=figures, sections=sections, **words), tables, frame=head["frame"])


def _read_section(kept: Mapping[str, Any], explanation: int) -> Chart | Table:
    table = _read_table(kept["table"], explanation)
    return Chart(table=table, **kept["chart"]) if "chart" in kept else table


def _about(table: Table) -> dict[str, Any]:
    return {
        **{key: str(getattr(table, key)) for key in TEXTS},
        **{key: getattr(table, key) for key in FLAGS},
        "columns": [{key: str(value) for key, value in asdict(each).items()} for each in table.columns],
        "keys": _keys(table),
    }


def _keys(table: Table) -> list[str]:
    return list(dict.fromkeys(key for row in table.rows for key in row))


def _cells(table: Table) -> list[list[Any]]:
    keys = _keys(table)
    return [[_plain(row.get(key)) for key in keys] for row in table.rows]


def _long_table(table: Table, long: dict[str, LongTable]) -> dict[str, Any]:
    """What is said about it; its rows go into `long`."""
    found = [ranks(table.rows, column) for column in table.columns]
    cells = _cells(table)
    long[table.key] = LongTable(
        cells, [searched(row, table.columns).replace("\0", " ") for row in table.rows], list(zip(*found, strict=True))
    )
    narrowed_by = [column for column in table.columns if column.key == table.narrowed_by]
    choices = [each._replace(value=_plain(each.value)) for column in narrowed_by for each in different(table.rows, column)]
    return {**_about(table), "length": len(cells), "opening": cells[:PER_PAGE], "choices": choices}


def _read_table(kept: Mapping[str, Any], explanation: int) -> Table:
    keys = kept["keys"]
    rows: Sequence[Mapping[str, Any]]
    if "rows" in kept:
        rows = [dict(zip(keys, cells, strict=True)) for cells in kept["rows"]]
    else:
        choices = [Choice(*each) for each in kept["choices"]]
        rows = StoredRows(explanation, kept["key"], keys=keys, length=kept["length"], opening=kept["opening"], choices=choices)
    fields = {key: kept[key] for key in (*TEXTS, *FLAGS)}
    return Table(columns=[Column(**each) for each in kept["columns"]], rows=rows, **fields)


def _plain(value: Any) -> Any:
    """A cell as JSON has it; exact ratios and words that wait for a language as text."""
    if value is None or isinstance(value, (bool, int)):
        return value
    return value.isoformat() if isinstance(value, dt.date) else str(value)
