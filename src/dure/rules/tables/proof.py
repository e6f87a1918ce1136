"""Does every combination of a table's attributes meet exactly one row? Every combination of cells is tried."""

import math

from dure.formats.rule_tables import WORDS
from dure.rules.tables.cells import cells_of, combinations, hits, told
from dure.rules.tables.reading import Frame, Written

MOST_COMBINATIONS = 200_000
NO_NUMBERS = WORDS | {"flag"}


def require_proof(written: Written, line: int, frame: Frame) -> None:
    """Raise `BadInput` where a combination meets no row, two rows, or two exceptions that replace; it is the example."""
    table, lines = written.table, written.lines
    cells = cells_of([table])
    if (count := math.prod(map(len, cells.values()))) > MOST_COMBINATIONS:
        raise frame.refuse(line, f"there are {count:,} combinations to try.", "Split the table, or name fewer values.")
    met: set[str] = set()
    for combination in combinations(cells):
        rows, besides = hits(table.rows, combination), hits(table.exceptions, combination)
        met.update(row.id for row in (*rows, *besides))
        if not rows:
            raise frame.refuse(line, f"no row holds for {told(combination)}.", "Add a row for it, or widen one.")
        replacing = besides if table.combine == "replace" else []
        for held in (rows, replacing):
            if len(held) > 1:
                message = f"{held[0].id!r} and {held[1].id!r} both hold for {told(combination)}."
                raise frame.refuse(lines[held[1].id], message, "Narrow one of the two.")
    if dead := [row.id for row in (*table.rows, *table.exceptions) if row.id not in met]:
        raise frame.refuse(lines[dead[0]], f"the row {dead[0]!r} never holds.", "Correct its conditions, or take it out.")
    _require_combinable(written, frame)


def _require_combinable(written: Written, frame: Frame) -> None:
    """What is combined is a number, and what is multiplied or added is always given."""
    table = written.table
    for name, output in table.gives.items():
        always = table.combine in {"product", "sum"}
        if table.combine != "replace" and (output.unit in NO_NUMBERS or (always and output.optional)):
            line = written.lines[(table.exceptions or table.rows)[0].id]
            todo = "Combine by `replace`, or give a number in every row."
            raise frame.refuse(line, f"there is no {table.combine} of {name!r}.", todo)
