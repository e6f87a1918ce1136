"""Every act of the programme, as data: page, API, command line, import and script all go through this table."""

from dure.cycle.commands.rows import Row
from dure.cycle.commands.tables import clocks, decisions, demand, documents, funding, people, stem, supply, work
from dure.formats.errors import BadInput

COMMANDS: tuple[Row, ...] = (
    *people.ROWS, *funding.ROWS, *supply.ROWS, *demand.ROWS, *stem.ROWS, *documents.ROWS, *decisions.ROWS,
    *work.ROWS,
)  # fmt: skip
BY_NAME = {row.name: row for row in COMMANDS}
# What the worker does by a rule, and no person by any door; each is on record as an act like the others.
BY_RULE: tuple[Row, ...] = clocks.ROWS
LABELS = {row.name: row.label for row in (*COMMANDS, *BY_RULE)}


def row_of(name: str) -> Row:
    """The row of that name; raises `BadInput` with the names that there are."""
    if name not in BY_NAME:
        raise BadInput(f"there is no command {name!r}.", todo=f"Commands: {', '.join(sorted(BY_NAME))}.", code="unknown_command")
    return BY_NAME[name]
