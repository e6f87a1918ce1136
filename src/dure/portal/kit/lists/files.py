"""Lists as files: CSV, XLSX and JSON of the same rows, order and columns as on the page, written in constant memory."""

import csv
import datetime as dt
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.timezone import get_default_timezone

from dure.portal.kit.lists.declared import Column, Row
from dure.portal.kit.wording.cells import file_cell, safe_text
from dure.portal.kit.wording.numbers import as_date
from dure.portal.kit.wording.streams import in_language

# Excel's largest sheet has 1,048,576 rows; a list that is longer goes on in another sheet.
SHEET_ROWS = 1_000_000
EXACT_IN_A_DOUBLE = 2**53
_NO_TIME = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - so that the same rows make the same bytes
NUMBER_FORMATS = {"money": "#,##0", "share": "0.0%", "points": "0.0%", "hours": "#,##0.0", "whole": "#,##0"}


def as_csv(columns: Sequence[Column], rows: Iterable[Row], *, name: str) -> HttpResponseBase:
    """RFC 4180 in UTF-8 with the mark by which spreadsheets know it; no text that a spreadsheet would take for a formula."""
    writer = csv.writer(_Echo())
    head = writer.writerow([safe_text(str(each.label)) for each in columns])
    lines = (writer.writerow([file_cell({each.key: _raw(each, row)}, each) for each in columns]) for row in rows)  # type: ignore[arg-type]
    return _streamed(_after("\ufeff" + head, lines), "text/csv; charset=utf-8", f"{name}.csv")


def as_json(columns: Sequence[Column], rows: Iterable[Row], *, name: str) -> HttpResponseBase:
    """A list of objects by column key: numbers exact as text where JSON would round them, dates in ISO 8601."""
    return _streamed(_objects(columns, rows), "application/json; charset=utf-8", f"{name}.json")


def as_xlsx(columns: Sequence[Column], rows: Iterable[Row], *, name: str, title: str) -> HttpResponseBase:
    """A workbook with numbers as numbers and dates as dates; every text is a text cell, so that none is a formula."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    _write_workbook(file, columns, rows, title)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=kind)


class _Echo:
    """A file that gives back each line written, for `csv`."""

    def write(self, text: str) -> str:
        return text


def _after(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _streamed(content: Iterator[str], kind: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(in_language(_together(content)), content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _together(content: Iterator[str], size: int = 500) -> Iterator[str]:
    """Pieces joined, because each one sent costs a turn of the server."""
    held: list[str] = []
    for each in content:
        held.append(each)
        if len(held) == size:
            yield "".join(held)
            held.clear()
    yield "".join(held)


def _raw(column: Column, row: Row) -> Any:
    """A column's value as files hold it: dates and instants as ISO 8601 text in the programme's zone."""
    value = column.value(row)
    if isinstance(value, dt.datetime):
        return value.astimezone(get_default_timezone()).isoformat() if column.kind == "instant" else as_date(value).isoformat()  # type: ignore[union-attr]
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Fraction | Promise) else value  # a `Promise` is a text that is translated late


def _objects(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    mark = "["
    for row in rows:
        values = {each.key: _plain(_raw(each, row)) for each in columns}
        yield f"{mark}\n{json.dumps(values, ensure_ascii=False)}"
        mark = ","
    yield "[]\n" if mark == "[" else "\n]\n"


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) or (isinstance(value, int) and abs(value) > EXACT_IN_A_DOUBLE) else value


def _write_workbook(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Row], title: str) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"created": _NO_TIME})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    numbers = {kind: book.add_format({"num_format": form}) for kind, form in NUMBER_FORMATS.items()}
    sheet, place = None, SHEET_ROWS
    formats = {"date": day, "instant": instant, **numbers}
    for row in _first_and(rows):
        if place >= SHEET_ROWS:
            sheet, place = _new_sheet(book, columns, head, title), 0
        if row is None:
            continue
        place += 1
        for at, column in enumerate(columns):
            _write_cell(sheet, (place, at), column, column.value(row), formats)
    book.close()


def _first_and(rows: Iterable[Row]) -> Iterator[Row | None]:
    """Nothing, then every row: so that an empty list has its head, too."""
    yield None
    yield from rows


def _new_sheet(book: Any, columns: Sequence[Column], head: Any, title: str) -> Any:
    name = "".join(" " if each in r"[]:*?/\'" else each for each in title)[:25].strip() or "list"
    sheet = book.add_worksheet(name if not book.worksheets() else f"{name} {len(book.worksheets()) + 1}")
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, 18 if column.numeric or column.kind in {"date", "instant", "flag"} else 28)
        sheet.write_string(0, at, str(column.label), head)
    return sheet


def _write_cell(sheet: Any, at: tuple[int, int], column: Column, value: Any, formats: Mapping[str, Any]) -> None:
    form = formats.get(column.kind)
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(*at, value)
    elif column.kind == "instant":
        moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
        sheet.write_datetime(*at, moment.astimezone(get_default_timezone()).replace(tzinfo=None), form)
    elif column.kind == "date":
        sheet.write_datetime(*at, as_date(value), form)
    elif column.numeric and abs(number := Fraction(str(value))) <= EXACT_IN_A_DOUBLE:
        sheet.write_number(*at, int(number) if number.denominator == 1 else float(number), form)
    else:
        sheet.write_string(*at, str(value))
