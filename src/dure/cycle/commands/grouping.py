"""Which rows of a table are one command? Those that give its parts, one after another, until another command begins."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from msgspec import Struct

from dure.cycle.commands.spreading import gathered, parts
from dure.formats.commands.kinds import Command
from dure.formats.errors import BadInput
from dure.formats.sheets import Line, Sheet


class Group(NamedTuple):
    """A command's rows: the first, whose cells hold the lists of parts whole, and by list the row of each of its parts.

    `wrong`: each row that cannot be read, with the column to blame where one is, and why.
    """

    line: Line
    rows: dict[str, list[int]]
    wrong: dict[int, tuple[str, BadInput]]


def grouped(command: type[Command], sheet: Sheet) -> list[Group]:
    """The table's commands. A row continues the one before it where its other cells are blank, or say the same."""
    lists = {name: struct for name, struct in parts(command).items() if _in_columns(name, sheet)}
    if sheet.typed or not lists:
        return [Group(each, {}, {each.number: ("", each.fault)} if each.fault else {}) for each in sheet.lines]
    return list(_groups(lists, sheet))


def part_at(group: Group, place: str) -> tuple[str, int, str] | None:
    """The list, the number of the part and the field of a place such as `responses[3].weeks`; nothing where it is in none."""
    name, _bracket, rest = place.partition("[")
    number, _close, field = rest.partition("]")
    rows = group.rows.get(name, [])
    if not number.isdecimal() or int(number) >= len(rows):
        return None
    return name, int(number), field.partition("[")[0]


def place_of(group: Group, place: str) -> tuple[int, str]:
    """The row and the column of a place in the command such as `responses[3].weeks`."""
    found = part_at(group, place)
    if found is None:
        return group.line.number, place.partition("[")[0]
    name, number, field = found
    return group.rows[name][number], f"{name}{field}"


def without(group: Group, gone: Collection[tuple[str, int]]) -> Group:
    """The group without these parts, each its list and its number there."""
    cells, rows = dict(group.line.cells), {}
    for name, numbers in group.rows.items():
        kept = [place for place in range(len(numbers)) if (name, place) not in gone]
        rows[name] = [numbers[place] for place in kept]
        cells[name] = [cells[name][place] for place in kept]
    return group._replace(line=group.line._replace(cells=cells), rows=rows)


def _in_columns(name: str, sheet: Sheet) -> bool:
    return any(each.startswith(f"{name}.") for each in sheet.columns)


def _groups(lists: dict[str, type[Struct]], sheet: Sheet) -> Iterator[Group]:
    current: Group | None = None
    own: dict[str, Any] = {}
    for line in sheet.lines:
        mine = {key: cell for key, cell in line.cells.items() if key.partition(".")[0] not in lists}
        if current is None or any(cell not in ("", own.get(key, "")) for key, cell in mine.items()):
            if current is not None:
                yield current
            current, own = Group(line._replace(cells=dict(mine)), {}, {}), mine
        if line.fault is not None:
            current.wrong[line.number] = ("", line.fault)
            continue
        for name, struct in lists.items():
            _add_part(current, line, name, struct)
    if current is not None:
        yield current


def _add_part(group: Group, line: Line, name: str, struct: type[Struct]) -> None:
    """Add the part that this row gives to that list; blank cells give none."""
    cells = {key.partition(".")[2]: cell for key, cell in line.cells.items() if key.startswith(f"{name}.")}
    if all(cell == "" for cell in cells.values()):
        return
    try:
        part = gathered(struct, cells)
    except BadInput as error:
        group.wrong.setdefault(line.number, (f"{name}.{error.where.rpartition('$.')[2]}", error))
        return
    group.line.cells.setdefault(name, []).append(part)
    group.rows.setdefault(name, []).append(line.number)
