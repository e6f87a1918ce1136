"""A table that can be searched, sorted and turned over, all through the address so that it works without script."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from unicodedata import normalize
from urllib.parse import urlencode

from dure.portal.kit.shown import Column, Table
from dure.portal.kit.stored import Choice, Row, StoredRows
from dure.portal.kit.wording.cells import cell

PER_PAGE = 25
MOST_PRINTED = 5000
PRINT = "print"  # the field of the address that asks for all rows of all tables, to be put on paper
LONGEST_QUERY = 80


@dataclass(frozen=True)
class Heading:
    """A column's head: where sorting by it leads, and how it is sorted now."""

    column: Column
    href: str
    sorted: str


@dataclass(frozen=True)
class Listing:
    """One page of a table, as asked for."""

    table: Table
    rows: list[Mapping[str, Any]]
    headings: list[Heading]
    query: str
    found: int
    page: int
    pages: int
    previous: str
    next: str
    csv: str
    filters: tuple[tuple[str, str, bool], ...] = ()
    filter_name: str = ""
    print: str = ""
    left_out: int = 0

    @property
    def is_long(self) -> bool:
        """Are there so many rows that search helps?"""
        return len(self.table.rows) > PER_PAGE


def listing(table: Table, asked: Mapping[str, str], *, csv: str = "") -> Listing:
    """The page of the table that the address asks for; senseless wishes fall back to the whole table."""
    key = table.key
    query = normalize("NFC", asked.get(f"{key}-q", "")).strip()[:LONGEST_QUERY]
    order = asked.get(f"{key}-sort", "")
    wanted = asked.get(f"{key}-only", "")
    found, rows_from = _found(table, query=query, order=order, only=wanted)
    per_page = MOST_PRINTED if asked.get(PRINT) else PER_PAGE
    pages = 1 if asked.get(PRINT) else max(1, -(-found // PER_PAGE))
    page = min(max(1, _whole(asked.get(f"{key}-page", "1"))), pages)

    def href(**changed: str | int) -> str:
        fields = {"q": query, "sort": order, "only": wanted, **changed}
        given = {f"{key}-{name}": value for name, value in fields.items() if value not in ("", 1)}
        return f"?{urlencode(given)}#table-{key}"

    return Listing(
        table=table,
        rows=rows_from((page - 1) * per_page, per_page),
        headings=[_heading(column, order, href) for column in table.columns],
        query=query,
        found=found,
        page=page,
        pages=pages,
        previous=href(page=page - 1) if page > 1 else "",
        next=href(page=page + 1) if page < pages else "",
        csv=csv,
        filters=_choices(table, wanted) if table.narrowed_by else (),
        filter_name=next((column.label for column in table.columns if column.key == table.narrowed_by), ""),
        print=_to_print(asked) if pages > 1 else "",
        left_out=max(0, found - MOST_PRINTED) if asked.get(PRINT) else 0,
    )


def _found(table: Table, *, query: str, order: str, only: str) -> tuple[int, Callable[[int, int], list[Row]]]:
    """How many rows the address asks for, and what reads so many of them from one on; long tables are asked in the database."""
    stored = table.rows
    if isinstance(stored, StoredRows):
        wanted = stored.wanted(table.columns, query=query, order=order, narrowed_by=table.narrowed_by, only=only)
        return stored.count(wanted), lambda start, most: stored.page(wanted, start=start, most=most)
    rows = arrange(search(_narrowed(table, only), table.columns, query), table.columns, order)
    return len(rows), lambda start, most: rows[start : start + most]


def _to_print(asked: Mapping[str, str]) -> str:
    """The same page, as it is searched and sorted, with all rows."""
    kept = {name: value for name, value in asked.items() if not name.endswith("-page")}
    return f"?{urlencode({**kept, PRINT: '1'})}"


def _heading(column: Column, order: str, href: Any) -> Heading:
    now = "ascending" if order == column.key else "descending" if order == f"-{column.key}" else "none"
    return Heading(column, href(sort=f"-{column.key}" if now == "ascending" else column.key), now)


def _choices(table: Table, wanted: str) -> tuple[tuple[str, str, bool], ...]:
    column = next(each for each in table.columns if each.key == table.narrowed_by)
    choices = table.rows.choices if isinstance(table.rows, StoredRows) else different(table.rows, column)
    values = [(str(each.value), cell(each.value, column.kind)) for each in choices]
    return tuple((value, shown, value == wanted) for value, shown in sorted(values, key=lambda each: each[1]))


def _narrowed(table: Table, only: str) -> Sequence[Row]:
    """The rows whose value is as good as the one that is chosen."""
    column = next((each for each in table.columns if each.key == table.narrowed_by), None)
    if not only or column is None:
        return table.rows
    wanted = [each.rank for each in different(table.rows, column) if str(each.value) == only]
    return [row for row, place in zip(table.rows, ranks(table.rows, column), strict=True) if place in wanted]


def search(rows: Iterable[Row], columns: Iterable[Column], query: str) -> list[Mapping[str, Any]]:
    """Rows in which each word of the query appears somewhere, as it is written on the page or stored."""
    words = query.casefold().split()
    if not words:
        return list(rows)
    shown = list(columns)
    kept = []
    for row in rows:
        text = searched(row, shown)
        if all(word in text for word in words):
            kept.append(row)
    return kept


def searched(row: Mapping[str, Any], columns: Iterable[Column]) -> str:
    """By what a row is found: its values as they are stored and as they are written, casefolded."""
    return " ".join(f"{row.get(each.key, '')} {cell(row.get(each.key), each.kind)}" for each in columns).casefold()


def arrange(rows: list[Mapping[str, Any]], columns: Iterable[Column], order: str) -> list[Mapping[str, Any]]:
    """Rows by one column; empty values come last either way."""
    key = order.removeprefix("-")
    column = next((each for each in columns if each.key == key), None)
    if column is None:
        return rows
    full = [row for row in rows if row.get(key) not in (None, "")]
    empty = [row for row in rows if row.get(key) in (None, "")]
    full.sort(key=lambda row: _weight(row[key], column), reverse=order.startswith("-"))
    return full + empty


def ranks(rows: Sequence[Mapping[str, Any]], column: Column) -> list[int | None]:
    """Of each row the place of its value in the order by that column; equal values share one, empty ones have none."""
    weights = [None if row.get(column.key) in (None, "") else _weight(row[column.key], column) for row in rows]
    place = {weight: rank for rank, weight in enumerate(sorted({each for each in weights if each is not None}))}
    return [None if weight is None else place[weight] for weight in weights]


def different(rows: Sequence[Mapping[str, Any]], column: Column) -> list[Choice]:
    """The values of the column that have a place of their own in its order; of equal ones the first."""
    placed = ranks(rows, column)
    first = {rank: row.get(column.key) for row, rank in zip(reversed(rows), reversed(placed), strict=True)}
    found = Counter(placed)
    return [Choice(first[rank], rank, found[rank]) for rank in found]


def _weight(value: Any, column: Column) -> tuple[int, Any]:
    if column.numeric or column.kind in {"whole", "hours"}:
        try:
            return (0, Fraction(str(value)))
        except ValueError:
            return (1, str(value))
    return (0, str(value).casefold())


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
