"""Tables that people fill in: CSV, XLSX and JSON lines, read within limits and written so that no cell acts as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any, Literal, NamedTuple

from dure.formats.errors import BadInput
from dure.formats.reading import parse_json
from dure.formats.reading.workbooks import ERRORS, BadCell, error_at, read_workbook, write_workbook

Form = Literal["csv", "xlsx", "jsonl"]
MOST_ROWS = 10_000
MOST_COLUMNS = 200
CONTENT_TYPES: dict[Form, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}
AGAIN = "Then send the table again."
NOT_UTF8 = "Save it as “CSV UTF-8” or as XLSX, and send it again."
_BEGINS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class Line(NamedTuple):
    """One row: where it stands in the file, and its cells by column. `fault`: why it could not be read."""

    number: int
    cells: dict[str, Any]
    fault: BadInput | None = None


class Sheet(NamedTuple):
    """A table as it was read. `typed`: cells are JSON values; otherwise all are text. `remarks`: rows that were taken as such."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    typed: bool = False
    remarks: tuple[int, ...] = ()


def form_of(name: str, content_type: str = "") -> Form:
    """Which form a file has, by its content type or the end of its name; raises for any other."""
    for form, kind in CONTENT_TYPES.items():
        if content_type == kind or PurePath(name).suffix.lower() == f".{form}":
            return form
    raise BadInput(
        f"{PurePath(name).name[:80] or content_type[:80]!r} is no CSV, XLSX or JSON lines.",
        where="file",
        todo=f"Use {', '.join(f'.{form}' for form in CONTENT_TYPES)}.",
        code="content_type",
    )


def read_sheet(raw: bytes, form: Form, *, where: str) -> Sheet:
    """The table; raises `BadInput` for what is no table. A single bad row is a fault of that row. At most 10,000 rows.

    What stands above the first row of values and begins with `# ` is a remark, as a template's descriptions; below, it is a row.
    """
    if form == "jsonl":
        return _read_json_lines(raw)
    numbered = _csv_rows(raw, where) if form == "csv" else read_workbook(raw, where=where, most_columns=MOST_COLUMNS)
    header: tuple[str, ...] = ()
    lines: list[Line] = []
    remarks: list[int] = []
    for number, cells in numbered:
        if not any(cell != "" for cell in cells):
            continue
        if not lines and isinstance(cells[0], str) and cells[0].startswith("# "):
            remarks.append(number)
            continue
        if not header:
            header = _header(cells, where=f"{where}:{number}")
            continue
        lines.append(_line(number, header, cells))
        _require_few(lines)
    if not header:
        raise BadInput("has no row of column names.", where=where, todo="Start from the template.", code="no_header")
    return Sheet(header, tuple(lines), remarks=tuple(remarks))


def write_sheet(columns: Sequence[str], rows: Iterable[Sequence[Any]], form: Literal["csv", "xlsx"]) -> bytes:
    """The table as a file. Text that a spreadsheet would take as a formula gets an apostrophe in front."""
    guarded = ([guard(cell) for cell in row] for row in (columns, *rows))
    if form == "xlsx":
        return write_workbook(guarded)
    buffer = io.StringIO()
    csv.writer(buffer).writerows(guarded)
    return ("\ufeff" + buffer.getvalue()).encode()


def guard(cell: Any) -> Any:
    """Text that cannot act as a formula; numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(_BEGINS_A_FORMULA) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _csv_rows(raw: bytes, where: str) -> Iterator[tuple[int, list[Any]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("the file is not in UTF-8.", where=where, todo=NOT_UTF8, code="not_utf8") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begin = 1
    try:
        for cells in reader:
            yield begin, [_csv_cell(cell, begin, place) for place, cell in enumerate(cells)] or [""]
            begin = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(f"is no CSV: {error}.", where=f"{where}:{begin}", todo="Check the quotes.", code="bad_file") from error


def _csv_cell(cell: str, line: int, place: int) -> Any:
    """An error that a spreadsheet saved as its text is no value, and begins no remark."""
    return error_at(f"{_letters(place)}{line}", cell) if cell in ERRORS else cell


def _letters(place: int) -> str:
    """What spreadsheets call the column at that place, counted from 0."""
    before, last = divmod(place, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _read_json_lines(raw: bytes) -> Sheet:
    lines: list[Line] = []
    for number, text in enumerate(raw.split(b"\n"), start=1):
        if not text.strip():
            continue
        try:
            value = parse_json(text, where=f"line {number}")
            fault = None if isinstance(value, dict) else BadInput("is no JSON object.", where=f"line {number}", code="bad_json")
        except BadInput as error:
            value, fault = {}, BadInput(error.what, where=error.where, todo=error.todo, code="bad_json")
        lines.append(Line(number, value if isinstance(value, dict) else {}, fault))
        _require_few(lines)
    return Sheet((), tuple(lines), typed=True)


def _header(cells: Sequence[Any], *, where: str) -> tuple[str, ...]:
    if bad := next((cell for cell in cells if isinstance(cell, BadCell)), None):
        raise BadInput(bad.what, where=where, todo=AGAIN, code=bad.code)
    names = [str(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    twice = {name for name in names if names.count(name) > 1}
    if twice or "" in names or len(names) > MOST_COLUMNS:
        what = f"column {min(twice)!r} comes twice" if twice else "a column has no name, or there are more than 200"
        raise BadInput(
            f"{what}.", where=where, todo="Give each column a name of its own, as in the template.", code="bad_header_row"
        )
    return tuple(names)


def _line(number: int, header: tuple[str, ...], cells: Sequence[Any]) -> Line:
    beyond = [cell for cell in cells[len(header) :] if cell != ""]
    fault = BadInput("the row has more cells than there are columns.", where=f"line {number}", code="bad_row") if beyond else None
    return Line(number, dict(zip(header, cells, strict=False)), fault)


def _require_few(lines: Sequence[Line]) -> None:
    if len(lines) > MOST_ROWS:
        raise BadInput(
            f"has more than {MOST_ROWS:,} rows.", where="file", todo="Divide it into several files.", code="too_many_rows"
        )
