"""A list declared as data: its page, filters, order, paging, files and print view all follow from the declaration."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import Q

Row = Mapping[str, Any]
# The words of an address that belong to the list itself; no filter may have such a key.
RESERVED = frozenset({"q", "sort", "cols", "after", "before", "view", "format", "rows", "chosen", "print"})
NUMBERS = frozenset({"number", "whole", "hours", "money", "share", "points", "gpus"})


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. `kind`: how a raw value is written, as in `shown.Column`; also `link`, `badge` and `drawing`.

    `source`: field, annotation or expression that SQL selects and sorts by; the key unless given, empty for a value made by
    `show` alone. `show` makes the value from the row, which holds this column's own source under its key, each name of `uses`
    from the list's `extra`, and each name of `also` by the source given there. `standard`: shown unless the reader chooses
    other columns. `nullable`: SQL may give NULL. `beneath`: a column, of the list's `extra` by its key, that pages write small
    below the value as its `show` makes it; files hold its source as it is in a column that follows.
    """

    key: str
    label: Any
    kind: str = "text"
    source: Any = None
    show: Callable[[Row], Any] | None = None
    uses: tuple[str, ...] = ()
    also: Mapping[str, Any] = field(default_factory=dict)
    href: Callable[[Row, str], str] | None = None
    tone: Callable[[Row], str] | None = None
    sortable: bool = True
    nullable: bool = False
    standard: bool = True
    beneath: "Column | None" = None

    @property
    def numeric(self) -> bool:
        """Is the column read from the right?"""
        return self.kind in NUMBERS

    @property
    def in_sql(self) -> bool:
        return not (isinstance(self.source, str) and not self.source)

    @property
    def sorts(self) -> bool:
        return self.sortable and self.in_sql

    def value(self, row: Row) -> Any:
        """The raw value: what files hold."""
        return self.show(row) if self.show else row.get(self.key)

    def in_files(self) -> tuple["Column", ...]:
        """The columns as which files hold it."""
        return (self, replace(self.beneath, show=None)) if self.beneath else (self,)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of several values. `choices` gives (value, label) pairs; `where` turns the value into a condition, else equality."""

    key: str
    label: Any
    choices: Callable[[], Iterable[tuple[str, Any]]]
    field: str = ""
    where: Callable[[str], Q] | None = None


@dataclass(frozen=True, kw_only=True)
class Range:
    """Numbers from, to, both included; either may be left out."""

    key: str
    label: Any
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class DateRange:
    """Days from, to, both included; either may be left out."""

    key: str
    label: Any
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class Text:
    """Contains these letters, in either case."""

    key: str
    label: Any
    field: str = ""


Filter = Choice | Range | DateRange | Text


@dataclass(frozen=True, kw_only=True, eq=False)
class List:
    """A list of records. `order`: the key of the column it is sorted by, with a minus for the largest first.

    `search` turns one word into a condition. `empty`: what a reader should know where the list has no row at all.
    `extra`: sources that columns use without being columns. `unique`: columns whose values never repeat, next to the key.
    `counts`: rows beyond a page are counted; not where there may be millions.
    """

    key: str
    title: Any
    columns: Sequence[Column]
    order: str
    filters: Sequence[Filter] = ()
    search: Callable[[str], Q] | None = None
    searched: Any = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    unique: frozenset[str] = frozenset()
    empty: Any = ""
    note: Any = ""
    per_page: int = 25
    counts: bool = True

    def __post_init__(self) -> None:
        """Raises `ValueError` where the declaration contradicts itself; it is read when the portal starts."""
        keys = [each.key for each in (*self.columns, *self.filters)]
        columns = {each.key for each in self.columns}
        if len({each.key for each in self.columns}) != len(self.columns) or RESERVED & set(keys):
            raise ValueError(f"list {self.key}: column keys repeat or a key is one of {sorted(RESERVED)}")
        if not self.by_key(self.order.removeprefix("-")) or columns & set(self.beside):
            raise ValueError(f"list {self.key}: its order names no column, or an extra source has a column's key")
        used = {name for each in self.columns for name in each.uses} - columns
        if missing := (used | {each.beneath.key for each in self.columns if each.beneath}) - set(self.beside):
            raise ValueError(f"list {self.key}: columns use {sorted(missing)}, which are not declared")

    @cached_property
    def beside(self) -> Mapping[str, Any]:
        """Sources that are no columns: the list's own, and those that its columns bring with them."""
        return {**self.extra, **{name: source for each in self.columns for name, source in each.also.items()}}

    def by_key(self, key: str) -> Column | None:
        """The column of that key."""
        return next((each for each in self.columns if each.key == key), None)

    def source(self, key: str) -> Any:
        """What SQL selects under that name."""
        column = self.by_key(key)
        if column is None:
            return self.beside[key]
        return column.key if column.source is None else column.source
