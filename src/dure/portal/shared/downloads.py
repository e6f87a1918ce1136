"""Tables, drawings and recommendations as files: CSV for spreadsheets, SVG for reports, JSON for programs."""

import csv
import io
from typing import Any

from django.http import HttpResponse

from dure.formats.canonical import pretty
from dure.portal.shared.charts.file import as_file
from dure.portal.shared.filed import Filed
from dure.portal.shared.shown import Chart, Shown, Table
from dure.portal.shared.wording.cells import file_cell, file_rows


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


def open_record(filed: Filed, shown: Shown) -> dict[str, Any]:
    """What is published of a decision: what was said, its public tables, the rules read, and the digests to compare."""
    return {
        "decision": filed.decision,
        "subject": filed.subject,
        "journal_seq": filed.seq,
        "journal_hash": filed.hash,
        "facts_digest": filed.facts_digest,
        "filed_at": filed.filed_at.isoformat(),
        "approved_at": filed.ruling.at.isoformat() if filed.ruling else None,
        "method": filed.recommendation["method"],
        "headline": shown.headline,
        "tables": {table.key: _records(table) for table in shown.only_public().tables()},
        "rules_read": filed.readings,
    }


def _records(table: Table) -> list[dict[str, str]]:
    return [{column.key: file_cell(row, column) for column in table.columns} for row in table.rows]


def _file(content: str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
