"""Many commands of one kind from a table, a row for each or for each of its parts: previewed, then all carried out or none."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec
from django.db import DatabaseError, connection, transaction

from dure.cycle.commands.gathering import Read, again, place_in, place_of_error, read_groups
from dure.cycle.commands.grouping import Group, part_at
from dure.cycle.commands.languages import older_columns, renamed
from dure.cycle.commands.permitting import as_absent, seats_of
from dure.cycle.commands.rows import Context, Row
from dure.cycle.commands.running import refusal_of, run
from dure.cycle.commands.spreading import require_columns
from dure.cycle.commands.versions import SEEN, without_versions
from dure.formats.canonical import digest, plain
from dure.formats.errors import BadInput, Refused
from dure.formats.sheets import Sheet
from dure.records.journal import queries
from dure.records.journal.readers import wait_and_read_as

MOST_REFUSED = 500  # rows; what cannot be read is all named, and does not count
_OF_VERSIONS = ("stale", "no_version")
MOST_TRIED = 50  # times that one command is tried again without the parts that were refused


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


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """Where a table was left: after so many refused rows those from `first` to `last` were not tried; `what` says so."""

    refused: int
    first: int
    last: int
    what: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a table of commands came to. `applied`: all rows were carried out; otherwise nothing was.

    `remarks`: lines above the first row that begin with `# ` and were passed over. `stopped`: where not all rows were tried.
    """

    command: str
    rows: int
    applied: bool
    made: list[Made]
    faults: list[Fault]
    remarks: list[int] = []
    stopped: Stop | None = None


def import_rows(
    row: Row, sheet: Sheet, context: Context, *, apply: bool, key: str = "", says: Callable[[int], None] = lambda _done: None
) -> Report:
    """Carry out each row; keep the whole when `apply` and no row has a fault, else undo the whole.

    Where a row names the version of its subject in the column `seen`, it is refused when anybody has acted on it since.
    A preview does the same and undoes it, so it says what would happen to the last constraint. `key`: makes a repetition
    harmless, as for one command. `says` is told with each act how many rows came before it, and may raise.
    Raises `BadInput` when the columns do not fit the command, and `Refused` (key_reused) when the key belongs to another table.
    """
    languages = context.book.manifest.languages
    older = older_columns(sheet, row.command, languages)
    sheet = renamed(sheet, older, languages)
    read = _read(row, sheet)
    faults = [fault for each in read for fault in _unread(each)]
    tried = _Tried()
    with transaction.atomic():
        if key:
            wait_and_read_as(f"table {context.person.pk} {key}", context.person, row.name)
            _require_same(row, read, context, key)
        if not (apply and faults):
            tried = _tried(row, read, sheet, context, key=key, says=says)
            faults += tried.refused
        if not faults:
            faults += _faults_at_the_end(row)
        kept = apply and not faults
        transaction.set_rollback(not kept)
    return Report(
        command=row.name,
        rows=len(sheet.lines),
        applied=kept,
        made=list(tried.made),
        faults=[
            msgspec.structs.replace(each, column=older.get(each.column, each.column))
            for each in sorted(faults, key=lambda each: each.line)
        ],
        remarks=list(sheet.remarks),
        stopped=tried.stopped,
    )


class _Tried(NamedTuple):
    """What came of the rows that could be read."""

    made: tuple[Made, ...] = ()
    refused: tuple[Fault, ...] = ()
    stopped: Stop | None = None


def _tried(row: Row, read: Sequence[Read], sheet: Sheet, context: Context, *, key: str, says: Callable[[int], None]) -> _Tried:
    """Carry out each that can be read, until so many rows are refused."""
    before = {each.number: place for place, each in enumerate(sheet.lines)}
    made: list[Made] = []
    refused: list[Fault] = []
    for each in read:
        says(before[each.group.line.number])
        if each.command is None:
            continue
        if len(refused) >= MOST_REFUSED:
            return _Tried(tuple(made), tuple(refused), _stop(len(refused), each.group.line.number, sheet.lines[-1].number))
        found = _carried_out(row, each, context, key)
        if isinstance(found, Made):
            made += [] if each.faults else [found]
        else:
            refused += found
    return _Tried(tuple(made), tuple(refused))


def _stop(refused: int, first: int, last: int) -> Stop:
    left = f"row {first} was" if first == last else f"rows {first} to {last} were"
    return Stop(refused=refused, first=first, last=last, what=f"Stopped after {refused} refused rows; {left} not tried.")


def refusal_of_row(command: str, fault: Fault) -> BadInput:
    """The refusal of that row, to be said in the reader's language."""
    made = BadInput(fault.what, todo=fault.todo, code=fault.code, detail=fault.values)
    made.command = command
    return made


def require_own_key(row: Row, sheet: Sheet, context: Context, key: str) -> None:
    """Raise `Refused` (key_reused) when this person has carried out anything but this very table under the key."""
    if key and queries.acts_of_table(person_id=context.person.pk, key=key):
        languages = context.book.manifest.languages
        sheet = renamed(sheet, older_columns(sheet, row.command, languages), languages)
        _require_same(row, _read(row, sheet), context, key)


def other_table(key: str, where: str) -> Refused:
    """The refusal of a key that belongs to another table."""
    todo = "Use a new key for each table."
    return Refused(f"the key {key!r} belongs to another request.", where=where, todo=todo, code="key_reused")


def _require_same(row: Row, read: Sequence[Read], context: Context, key: str) -> None:
    """A key stands for the whole table: neither a row more nor a row less goes under it."""
    earlier = queries.acts_of_table(person_id=context.person.pk, key=key)
    if earlier and earlier != {
        f"{key}#{each.group.line.number}": (row.name, digest(plain(each.command)) if each.command and not each.faults else "")
        for each in read
    }:
        raise other_table(key, row.name)


def _read(row: Row, sheet: Sheet) -> list[Read]:
    if not sheet.typed:
        require_columns(row.command, without_versions(sheet).columns)
    return read_groups(row, sheet)


def _unread(read: Read) -> list[Fault]:
    return [_fault_at(number, column, error) for number, (column, error) in read.faults.items()]


def _carried_out(row: Row, read: Read, context: Context, key: str) -> Made | list[Fault]:
    """What it came to; else the fault of each of its rows: what is refused is left out, and the rest of it tried again."""
    number = read.group.line.number
    known = queries.version(row.about(read.command)) > 0
    faults: dict[int, Fault] = {}
    gone: set[str] = set()
    while read.command is not None and len(faults) < MOST_TRIED:
        try:
            outcome = run(row, read.command, context, key=f"{key}#{number}" if key else "", seen=read.seen)
        except BadInput as error:
            refused = as_absent(row, error, seats_of(context.person))
        else:
            return list(faults.values()) if faults else Made(line=number, about=outcome.about, known=known, result=outcome.result)
        fault = _fault(row, read.group, refused)
        part = part_at(read.group, place_in(refused))
        if part is None:
            return list(faults.values()) or [fault]  # of the rest alone, without what was left out, it says little
        values = read.group.line.cells[part[0]][part[1]]
        if not gone & {str(each) for each in values.values() if isinstance(each, str)}:  # else because of what was left out
            faults.setdefault(fault.line, fault)
        gone.add(str(values.get("id", "")) or f"{part[0]} {fault.line}")
        read = again(row, read, part[:2])
    return list(faults.values())


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
    if error.code in _OF_VERSIONS:
        return _fault_at(group.line.number, SEEN, error)
    return _fault_at(*place_of_error(row, group, error), error)


def _fault_at(number: int, column: str, error: BadInput) -> Fault:
    return Fault(line=number, column=column, code=error.code, what=error.what, todo=error.todo, values=plain(error.detail))
