"""Tables, drawings and recommendations as files: CSV for spreadsheets, SVG for reports, JSON for programs."""

import csv
import io
from typing import Any

from django.http import HttpResponse

from dure.formats.canonical import pretty
from dure.portal.kit.charts.file import as_file
from dure.portal.kit.shown import Chart, Table
from dure.portal.kit.wording.cells import file_rows


def as_csv(table: Table, *, name: str) -> HttpResponse:
    """The table as CSV in UTF-8 with the mark by which spreadsheets know it."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows(file_rows(table))
    return _file("\ufeff" + buffer.getvalue(), "text/csv; charset=utf-8", f"{name}.csv")


def as_svg(chart: Chart, *, name: str) -> HttpResponse:
    """The drawing as a file that stands alone."""
    return _file(as_file(chart.svg, title=chart.title, unit=chart.unit), "image/svg+xml; charset=utf-8", f"{name}.svg")


def as_json(value: Any, *, name: str) -> HttpResponse:
    """A plain value as JSON with sorted keys."""
    return _file(pretty(value), "application/json; charset=utf-8", f"{name}.json")


def _file(content: str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
