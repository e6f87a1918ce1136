"""A part of a page: a table as the address asks for it, behind its chart if it has one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from dure.portal.kit.listing import PRINT, Listing, listing
from dure.portal.kit.shown import Chart, Table


@dataclass(frozen=True)
class Section:
    """A table of the page, behind its chart if it has one.

    `open`: the address asks something of it; `svg`: the address of the drawing as a file.
    """

    listing: Listing
    chart: Chart | None
    open: bool
    svg: str = ""


TARGET, TABLE = "HX-Target", "table-"


def alone(request: HttpRequest) -> str:
    """The key of the one table that the script wants to replace; empty for a request for the whole page.

    The script uses only that table of the response, so a view may leave the rest out. Such views vary on `TARGET`.
    """
    target = request.headers.get(TARGET, "")
    return target.removeprefix(TABLE) if target.startswith(TABLE) else ""


def shown_with(parts: Iterable[Chart | Table | None], only: str) -> list[Chart | Table]:
    """The parts that are there; where a table is asked for alone, that one."""
    return [each for each in parts if each is not None and only in {"", _table(each).key}]


def _table(part: Chart | Table) -> Table:
    return part.table if isinstance(part, Chart) else part


def rows_of(part: Chart | Table) -> Any:
    """The rows behind a part of an explanation."""
    return _table(part).rows


def section(part: Chart | Table, asked: Mapping[str, str], *, files: str = "") -> Section:
    """A part of an explanation as the address asks for it."""
    table = _table(part)
    made = listing(table, asked, csv=f"{files}{table.key}.csv" if files else "")
    asked_for = any(key.startswith(f"{table.key}-") or key == PRINT for key in asked)
    return Section(made, part if isinstance(part, Chart) else None, asked_for)
