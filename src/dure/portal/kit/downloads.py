"""What is handed out as a file: tables as CSV, drawings as SVG, values as JSON; and what others sent, as they sent it."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from dure.formats.canonical import pretty
from dure.portal.kit.charts.file import as_file
from dure.portal.kit.shown import Chart, Table
from dure.portal.kit.stored import StoredRows
from dure.portal.kit.wording.cells import file_rows
from dure.portal.kit.wording.streams import in_language

LINES = 1000  # that are sent together


def as_csv(table: Table, *, name: str) -> HttpResponseBase:
    """The table as CSV in UTF-8 with the mark by which spreadsheets know it; a long one is sent as it is read."""
    lines, kind = _csv_lines(table), "text/csv; charset=utf-8"
    if isinstance(table.rows, StoredRows):
        return _attached(StreamingHttpResponse(in_language(lines), content_type=kind), f"{name}.csv")
    return _attached(HttpResponse("".join(lines), content_type=kind), f"{name}.csv")


def _csv_lines(table: Table) -> Iterator[str]:
    yield "\ufeff"
    rows = file_rows(table)
    while some := list(islice(rows, LINES)):
        buffer = io.StringIO()
        csv.writer(buffer).writerows(some)
        yield buffer.getvalue()


def as_svg(chart: Chart, *, name: str) -> HttpResponse:
    """The drawing as a file that stands alone."""
    drawn = as_file(chart.svg, title=chart.title, unit=chart.unit)
    return _attached(HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8"), f"{name}.svg")


def as_json(value: Any, *, name: str) -> HttpResponse:
    """A plain value as JSON with sorted keys."""
    return _attached(HttpResponse(pretty(value), content_type="application/json; charset=utf-8"), f"{name}.json")


def as_sent(content: bytes, *, name: str, personal: bool) -> HttpResponse:
    """A file that somebody sent: of no known type, and run or shown within the portal by no browser.

    `personal`: nobody keeps a copy on the way; else whoever keeps one asks each time whether it may still be read.
    """
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store, private" if personal else "no-cache"
    return response


Response = TypeVar("Response", bound=HttpResponseBase)


def _attached(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
