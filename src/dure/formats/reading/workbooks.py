"""Reads and writes XLSX within limits: no zip bomb, no entity declarations, no formulas (ECMA-376, read by openpyxl)."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from dure.formats.errors import BadInput

MOST_BYTES_INSIDE = 100 * 1024 * 1024
MOST_PARTS = 1000
LARGEST_RATIO = 200
MOST_SHEET_ROWS = 20_000  # empty ones included
_CHUNK = 1 << 20


# What a spreadsheet shows where a formula has no value (ECMA-376, part 1, 18.17.3, and the later ones of Excel).
ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!"}
)


class BadCell(NamedTuple):
    """A cell that holds no plain value: a formula, or an error."""

    code: str
    what: str


def formula_at(place: str) -> BadCell:
    """The cell at a place such as B3, where a formula stands."""
    return BadCell("formula", f"cell {place} holds a formula, but only plain values are read: replace it with its value.")


def error_at(place: str, error: str) -> BadCell:
    """The cell at a place such as B3, where an error stands."""
    return BadCell("cell_error", f"cell {place} holds the error {error[:20]}: correct it, or leave the cell empty.")


def read_workbook(raw: bytes, *, where: str, most_columns: int) -> Iterator[tuple[int, list[Any]]]:
    """The first sheet's rows with their numbers; each cell as text or `BadCell`. Raises `BadInput` for what is no workbook."""
    _require_harmless(raw, where)
    rows = _rows(raw, most_columns)
    for number in range(1, MOST_SHEET_ROWS + 2):
        try:
            row = next(rows, None)
        except Exception as error:  # a broken workbook fails in many ways, all of them the file's
            raise BadInput(
                "is no workbook that can be read.", where=where, todo="Save it again as XLSX.", code="bad_file"
            ) from error
        if row is None:
            return
        yield number, row or [""]
    raise BadInput("has too many rows.", where=where, todo="Divide it into several files.", code="too_many_rows")


UNDATED = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - the first day of a ZIP archive, which knows no zone


def write_workbook(rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet of plain values, with the first row frozen; the same rows make the same bytes, whenever they are written."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(buffer, options)
    book.set_properties({"created": UNDATED})
    sheet = book.add_worksheet("rows")
    sheet.freeze_panes(1, 0)
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, list(row))
    book.close()
    return buffer.getvalue()


def _rows(raw: bytes, most_columns: int) -> Iterator[list[Any]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says of its size is not asked
    for row in sheet.iter_rows(max_col=most_columns + 1):
        yield [_cell(each) for each in row]


def _cell(cell: Any) -> Any:
    if cell.data_type == "f":
        return formula_at(cell.coordinate)
    if cell.data_type == "e" or cell.value in ERRORS:
        return error_at(cell.coordinate, str(cell.value))
    return _text(cell.value)


def _text(value: Any) -> str:
    """A value as it would stand in a CSV file: whole numbers without a point, days without a time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _require_harmless(raw: bytes, where: str) -> None:
    """Refuse before anything is unpacked: declared sizes bound what the reader unpacks."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            inside = sum(part.file_size for part in parts)
            packed = sum(part.compress_size for part in parts)
            if inside > MOST_BYTES_INSIDE or len(parts) > MOST_PARTS or inside > LARGEST_RATIO * max(packed, _CHUNK // 16):
                raise BadInput(
                    f"unpacks to {inside:,} bytes in {len(parts):,} parts.",
                    where=where,
                    todo=f"At most {MOST_BYTES_INSIDE:,} bytes are unpacked.",
                    code="too_large_inside",
                )
            for part in parts:
                _require_no_declarations(archive, part, where)
    except (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError) as error:
        raise BadInput("is no workbook that can be read.", where=where, todo="Save it again as XLSX.", code="bad_file") from error


def _require_no_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo, where: str) -> None:
    """A document type declaration can make a small part huge; no workbook needs one, nor any encoding but UTF-8."""
    tail = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            seen = tail + chunk
            is_text = part.filename.lower().endswith((".xml", ".rels"))
            if is_text and (b"<!DOCTYPE" in seen or b"<!ENTITY" in seen or b"\x00" in seen):
                raise BadInput("declares entities or is not UTF-8.", where=f"{where}, {part.filename[:80]}", code="bad_file")
            tail = seen[-16:]
