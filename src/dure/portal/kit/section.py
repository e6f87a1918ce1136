"""A part of a page: a table as the address asks for it, behind its chart if it has one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


def rows_of(part: Chart | Table) -> Any:
    """The rows behind a part of an explanation."""
    return (part.table if isinstance(part, Chart) else part).rows


def section(part: Chart | Table, asked: Mapping[str, str], *, files: str = "", filter_by: str = "") -> Section:
    """A part of an explanation as the address asks for it."""
    table = part.table if isinstance(part, Chart) else part
    made = listing(table, asked, csv=f"{files}{table.key}.csv" if files else "", filter_by=filter_by)
    asked_for = any(key.startswith(f"{table.key}-") or key == PRINT for key in asked)
    return Section(made, part if isinstance(part, Chart) else None, asked_for)
