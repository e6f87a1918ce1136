"""Which version of its subject had the writer of a row seen? The column `seen` of a table of commands says so, if it is there."""

from collections.abc import Iterable
from typing import Any

from dure.formats.errors import BadInput
from dure.formats.reading.workbooks import BadCell
from dure.formats.sheets import AGAIN, Line, Sheet

SEEN = "seen"  # no command has a field of that name; a test looks
LARGEST = 2**63 - 1


def without_versions(sheet: Sheet) -> Sheet:
    """The table as if it had no such column."""
    lines = tuple(each._replace(cells={key: cell for key, cell in each.cells.items() if key != SEEN}) for each in sheet.lines)
    return sheet._replace(columns=tuple(each for each in sheet.columns if each != SEEN), lines=lines)


def version_seen(rows: Iterable[Line]) -> int | None:
    """What the rows of one command say; nothing where their cells are blank.

    Raises `BadInput`, with the row's number in `detail`, for what is no version, and where two rows name different ones.
    """
    found: int | None = None
    for each in rows:
        version = _version(each)
        if version is None:
            continue
        if found is not None and version != found:
            raise _wrong(
                each, f"{version} is not the version that the rows above name: {found}.", "Say it once, or the same again."
            )
        found = version
    return found


def _version(row: Line) -> int | None:
    cell: Any = row.cells.get(SEEN, "")
    if isinstance(cell, BadCell):
        raise _wrong(row, cell.what, AGAIN, code=cell.code)
    text = "" if cell is None else str(cell).strip()
    if not text:
        return None
    if isinstance(cell, bool) or not (text.isascii() and text.isdecimal()) or len(text) > 19 or int(text) > LARGEST:
        raise _wrong(row, f"{text[:40]!r} is not the number of a version.", "Give a whole number, or leave the cell blank.")
    return int(text)


def _wrong(row: Line, what: str, todo: str, *, code: str = "invalid") -> BadInput:
    return BadInput(what, where=f"row at $.{SEEN}", todo=todo, code=code, detail={"row": row.number})
