"""Reads the commands of a table from their rows, and says of every row that cannot be read why, one reason for each."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from dure.cycle.commands.grouping import Group, grouped, place_of, without
from dure.cycle.commands.languages import named
from dure.cycle.commands.rows import Row
from dure.cycle.commands.running import exact_place, read_command
from dure.cycle.commands.spreading import gathered, parts
from dure.cycle.commands.versions import SEEN, version_seen, without_versions
from dure.formats.commands.kinds import Command
from dure.formats.errors import BadInput
from dure.formats.kinds import LONGEST_NAME
from dure.formats.reading import as_struct
from dure.formats.reading.entering import entered
from dure.formats.sheets import Line, Sheet

_PLACE = re.compile(r" at \$\.?(.*)$")
Wrong = dict[int, tuple[str, BadInput]]


class Read(NamedTuple):
    """One command of a table, of those of its parts that can be read; nothing where there is none without the others.

    `faults`: by row the column to blame, where one is, and why it cannot be read. `seen`: the subject's version that its rows
    name, where they do.
    """

    group: Group
    command: Command | None
    faults: Wrong
    seen: int | None = None


def read_groups(row: Row, sheet: Sheet) -> list[Read]:
    """The commands of the table, in its order."""
    groups = grouped(row.command, without_versions(sheet))
    begins = {each.line.number for each in groups}
    rows: list[list[Line]] = []
    for line in sheet.lines:
        rows += [[]] if line.number in begins else []
        rows[-1].append(line)
    return [_with_version(_read(row, each, typed=sheet.typed), own) for each, own in zip(groups, rows, strict=True)]


def _with_version(read: Read, rows: list[Line]) -> Read:
    try:
        return read._replace(seen=version_seen(rows))
    except BadInput as error:
        return read._replace(faults={error.detail["row"]: (SEEN, error), **read.faults})


def again(row: Row, read: Read, part: tuple[str, int]) -> Read:
    """The command without that part; none where it cannot be without."""
    group = without(read.group, {part})
    try:
        return read._replace(group=group, command=_command(row, group, typed=False))
    except BadInput:
        return read._replace(group=group, command=None)


def place_in(error: BadInput) -> str:
    """The place in the command that the error is about, such as `responses[3].weeks`; empty where it names none."""
    place = _PLACE.search(error.where)
    return place.group(1) if place else ""


def place_of_error(row: Row, group: Group, error: BadInput) -> tuple[int, str]:
    """The row and the column that the error is about, as far as it names one."""
    whole = place_in(error)
    number, column = place_of(group, whole) if group.rows else (group.line.number, re.sub(r"\[.*", "", whole))
    if not column and error.where in row.command.__struct_encode_fields__:
        column = error.where
    return number, _of_language(row, group, column)


def _of_language(row: Row, group: Group, column: str) -> str:
    """Of a text by language the column of the language that is to blame: one that is too long, else the first."""
    cells = group.line.cells
    languages = [each for each in cells if each.startswith(f"{column}.")] if column in named(row.command) else []
    return next((each for each in languages if len(str(cells[each])) > LONGEST_NAME), languages[0] if languages else column)


def _read(row: Row, group: Group, *, typed: bool) -> Read:
    wrong: Wrong = dict(group.wrong)
    if group.line.number in wrong and not group.rows:
        return Read(group, None, wrong)
    try:
        return Read(group, _command(row, group, typed=typed), wrong)
    except BadInput as error:
        first = error
    if not group.rows:
        wrong[group.line.number] = (place_of_error(row, group, first)[1], first)
        return Read(group, None, wrong)
    bad = dict(_bad_parts(row, group))
    for each in bad.values():
        number, column = place_of_error(row, group, each)
        wrong.setdefault(number, (column, each))
    good = without(group, bad)
    try:
        return Read(good, _command(row, good, typed=False), wrong)
    except BadInput as error:  # of what the parts have in common; or of too few parts, where some are bad
        left = error if bad else first
    number, column = place_of_error(row, good, left)
    if not bad or column not in group.rows:
        wrong.setdefault(number, (column, left))
    return Read(good, None, wrong)


def _command(row: Row, group: Group, *, typed: bool) -> Command:
    cells = group.line.cells
    return read_command(row, cells if typed else gathered(row.command, cells), strict=typed)


def _bad_parts(row: Row, group: Group) -> Iterator[tuple[tuple[str, int], BadInput]]:
    """Each part that cannot be read, with an error that names its place."""
    structs: dict[str, Any] = parts(row.command)
    for name in group.rows:
        for place, part in enumerate(group.line.cells[name]):
            try:
                as_struct(entered(part, where=row.name), structs[name], where=row.name, strict=False)
            except BadInput as error:
                within = exact_place(error).partition(" at $")[2]
                where = f"{row.name} at $.{name}[{place}]{within}"
                code = "invalid" if error.code == "bad_input" else error.code
                yield (name, place), BadInput(error.what, where=where, todo=error.todo, code=code, detail=error.detail)
