"""How is a raw value of a table written in its cell, and how in a file?"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording import numbers

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

_WRITTEN: dict[str, Callable[[Any], str]] = {
    "number": lambda value: numbers.number(value, 2 if "/" in str(value) else None),
    "whole": lambda value: numbers.number(value, 0),
    "hours": lambda value: numbers.number(value, 1),
    "money": numbers.money,
    "share": numbers.percent,
    "points": numbers.points,
    "gpus": numbers.number,
    "date": numbers.date,
    "instant": numbers.instant,
    "flag": lambda value: _("Yes") if value else _("No"),
}


def cell(value: Any, kind: str) -> str:
    """The text of a cell."""
    if value is None or value == "":
        return numbers.NONE
    if isinstance(value, Fraction):
        value = str(value)
    return _WRITTEN.get(kind, str)(value)


def file_rows(table: Table) -> Iterator[list[str]]:
    """Head and rows for a CSV file: raw values, and no text that a spreadsheet would take for a formula."""
    yield [safe_text(column.label) for column in table.columns]
    for row in table.rows:
        yield [file_cell(row, column) for column in table.columns]


def file_cell(row: Mapping[str, Any], column: Column) -> str:
    """The raw value of one cell as text."""
    value = row.get(column.key)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if column.numeric or column.kind in {"whole", "hours"}:
        return numbers.number(text, 6).replace(",", "") if "/" in text else text
    return safe_text(text)


def safe_text(text: str) -> str:
    """The text, marked as text where it would begin a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
