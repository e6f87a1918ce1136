"""Many commands of one kind from a table, a row for each or for each of its parts: previewed, then all carried out or none."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from django.db import DatabaseError, connection, transaction

from dure.cycle.commands.grouping import Group, grouped, place_of
from dure.cycle.commands.permitting import as_absent, seats_of
from dure.cycle.commands.rows import Context, Row
from dure.cycle.commands.running import read_command, refusal_of, run
from dure.cycle.commands.spreading import gathered, require_columns
from dure.formats.canonical import digest, plain
from dure.formats.commands.kinds import Command
from dure.formats.errors import BadInput, Refused
from dure.formats.sheets import Sheet
from dure.records.journal import queries
from dure.records.journal.readers import wait_and_read_as

MOST_FAULTS = 500
_MISSING = re.compile(r"(?:required|unknown) field `([^`]+)`")
_PLACE = re.compile(r" at \$\.?(.*)$")


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Why one row is not possible: its line in the file, the column where one is to blame, a stable code, and what to do.

    `values`: those seen, and the constraint or trigger that refused, as in the answer to a single command.
    """

    line: int
    column: str
    code: str
    what: str
    todo: str
    values: dict[str, Any] = {}


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What one row does: the subject as KIND/ID, whether anything was done to it before, and the command's result."""

    line: int
    about: str
    known: bool
    result: Any


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a table of commands came to. `applied`: all rows were carried out; otherwise nothing was.

    `remarks`: lines above the first row that begin with `# ` and were passed over.
    """

    command: str
    rows: int
    applied: bool
    made: list[Made]
    faults: list[Fault]
    remarks: list[int] = []


def import_rows(
    row: Row, sheet: Sheet, context: Context, *, apply: bool, key: str = "", says: Callable[[int], None] = lambda _done: None
) -> Report:
    """Carry out each row; keep the whole when `apply` and no row has a fault, else undo the whole.

    A preview does the same and undoes it, so it says what would happen to the last constraint. `key`: makes a repetition
    harmless, as for one command. `says` is told of each row, and may raise. Raises `BadInput` when the
    columns do not fit the command, and `Refused` (key_reused) when the key belongs to another table.
    """
    read = _read(row, sheet)
    faults = [found for _group, found in read if isinstance(found, Fault)]
    made: list[Made] = []
    with transaction.atomic():
        if key:
            wait_and_read_as(f"table {context.person.pk} {key}", context.person, row.name)
            _require_same(row, read, context, key)
        if not (apply and faults):
            for done, (group, command) in enumerate(read):
                says(done)
                if isinstance(command, Fault):
                    continue
                found = _carried_out(row, command, group, context, key)
                (faults if isinstance(found, Fault) else made).append(found)  # type: ignore[arg-type] # one list each
                if len(faults) >= MOST_FAULTS:
                    break
        if not faults:
            faults += _faults_at_the_end(row)
        kept = apply and not faults
        transaction.set_rollback(not kept)
    return Report(
        command=row.name,
        rows=len(sheet.lines),
        applied=kept,
        made=made,
        faults=sorted(faults, key=lambda each: each.line),
        remarks=list(sheet.remarks),
    )


def refusal_of_row(command: str, fault: Fault) -> BadInput:
    """The refusal of that row, to be said in the reader's language."""
    made = BadInput(fault.what, todo=fault.todo, code=fault.code, detail=fault.values)
    made.command = command
    return made


def require_own_key(row: Row, sheet: Sheet, context: Context, key: str) -> None:
    """Raise `Refused` (key_reused) when this person has carried out anything but this very table under the key."""
    if key and queries.acts_of_table(person_id=context.person.pk, key=key):
        _require_same(row, _read(row, sheet), context, key)


def other_table(key: str, where: str) -> Refused:
    """The refusal of a key that belongs to another table."""
    todo = "Use a new key for each table."
    return Refused(f"the key {key!r} belongs to another request.", where=where, todo=todo, code="key_reused")


def _require_same(row: Row, read: Sequence[tuple[Group, Command | Fault]], context: Context, key: str) -> None:
    """A key stands for the whole table: neither a row more nor a row less goes under it."""
    earlier = queries.acts_of_table(person_id=context.person.pk, key=key)
    if earlier and earlier != {
        f"{key}#{group.line.number}": (row.name, "" if isinstance(found, Fault) else digest(plain(found)))
        for group, found in read
    }:
        raise other_table(key, row.name)


def _read(row: Row, sheet: Sheet) -> list[tuple[Group, Command | Fault]]:
    if not sheet.typed:
        require_columns(row.command, sheet.columns)
    return [(each, _command(row, each, typed=sheet.typed)) for each in grouped(row.command, sheet)]


def _command(row: Row, group: Group, *, typed: bool) -> Command | Fault:
    line = group.line
    if line.fault is not None:
        return _fault(row, group, line.fault)
    try:
        return read_command(row, line.cells if typed else gathered(row.command, line.cells), strict=typed)
    except BadInput as error:
        return _fault(row, group, error)


def _carried_out(row: Row, command: Command, group: Group, context: Context, key: str) -> Made | Fault:
    number = group.line.number
    known = queries.version(row.about(command)) > 0
    try:
        outcome = run(row, command, context, key=f"{key}#{number}" if key else "")
    except BadInput as error:
        return _fault(row, group, as_absent(row, error, seats_of(context.person)))
    return Made(line=number, about=outcome.about, known=known, result=outcome.result)


def _faults_at_the_end(row: Row) -> list[Fault]:
    """Constraints that wait for the end of the transaction are asked now, while there is a report to put the answer in."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as error:
        refused = refusal_of(error, row.name)
        together = f"Check the rows of {row.name} together."
        return [Fault(line=0, column="", code=refused.code, what=refused.what, todo=together, values=refused.detail)]
    return []


def _fault(row: Row, group: Group, error: BadInput) -> Fault:
    """The error with its row, and the column that it is about, as far as it names one."""
    missing, place = _MISSING.search(error.what), _PLACE.search(error.where)
    named = [place.group(1)] if place and place.group(1) else []
    whole = ".".join([*named, missing.group(1)] if missing else named)
    number, column = place_of(group, whole) if group.rows else (group.line.number, re.sub(r"\[.*", "", whole))
    if not column and error.where in row.command.__struct_encode_fields__:
        column = error.where
    return Fault(line=number, column=column, code=error.code, what=error.what, todo=error.todo, values=plain(error.detail))
