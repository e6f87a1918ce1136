"""Which rows of a table are one command? Those that give its parts, one after another, until another command begins."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import Struct

from dure.cycle.commands.spreading import gathered, parts
from dure.formats.commands.kinds import Command
from dure.formats.errors import BadInput
from dure.formats.sheets import Line, Sheet


class Group(NamedTuple):
    """A command's rows: the first, whose cells hold the lists of parts whole, and by list the row of each of its parts."""

    line: Line
    rows: dict[str, list[int]]


def grouped(command: type[Command], sheet: Sheet) -> list[Group]:
    """The table's commands. A row continues the one before it where its other cells are blank, or say the same."""
    lists = {name: struct for name, struct in parts(command).items() if _in_columns(name, sheet)}
    if sheet.typed or not lists:
        return [Group(each, {}) for each in sheet.lines]
    return list(_groups(lists, sheet))


def place_of(group: Group, place: str) -> tuple[int, str]:
    """The row and the column of a place in the command such as `responses[3].weeks`."""
    name, _bracket, rest = place.partition("[")
    number, _close, field = rest.partition("]")
    rows = group.rows.get(name, [])
    if not number.isdecimal() or int(number) >= len(rows):
        return group.line.number, name
    return rows[int(number)], f"{name}{field.partition('[')[0]}"


def _in_columns(name: str, sheet: Sheet) -> bool:
    return any(each.startswith(f"{name}.") for each in sheet.columns)


def _groups(lists: dict[str, type[Struct]], sheet: Sheet) -> Iterator[Group]:
    current: Group | None = None
    own: dict[str, Any] = {}
    for line in sheet.lines:
        mine = {key: cell for key, cell in line.cells.items() if key.partition(".")[0] not in lists}
        if current is None or line.fault is not None or any(cell not in ("", own.get(key, "")) for key, cell in mine.items()):
            if current is not None:
                yield current
            current, own = Group(line._replace(cells=dict(mine)), {}), mine
        for name, struct in lists.items():
            current = _with_part(current, line, name, struct)
    if current is not None:
        yield current


def _with_part(group: Group, line: Line, name: str, struct: type[Struct]) -> Group:
    """The group with the part that this row gives to that list; blank cells give none."""
    cells = {key.partition(".")[2]: cell for key, cell in line.cells.items() if key.startswith(f"{name}.")}
    if all(cell == "" for cell in cells.values()):
        return group
    try:
        part = gathered(struct, cells)
    except BadInput as error:
        return group if group.line.fault else group._replace(line=group.line._replace(number=line.number, fault=error))
    group.line.cells.setdefault(name, []).append(part)
    group.rows.setdefault(name, []).append(line.number)
    return group
