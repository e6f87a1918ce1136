"""Tables that are too long to be carried about: their rows lie in the database and are read as the page asks for them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, overload

from dure.portal.kit.shown import Column
from dure.records.explanations import queries
from dure.records.explanations.queries import Wanted

Row = Mapping[str, Any]
NOTHING = -1  # the rank of what is in no row


class Choice(NamedTuple):
    """A value that a table can be narrowed down to, its rank among all of its column, and how many rows have it."""

    value: Any
    rank: int | None
    rows: int


class StoredRows(Sequence[Row]):
    """The rows of one table.

    `opening`: the first of them, which most readers see alone; `choices`: the values that it can be narrowed down to.
    """

    def __init__(
        self,
        explanation: int,
        table: str,
        *,
        keys: Sequence[str],
        length: int,
        opening: Sequence[Sequence[Any]],
        choices: Sequence[Choice],
    ) -> None:
        self._at = (explanation, table)
        self._keys, self._length = tuple(keys), length
        self._changed: Callable[[Row], Row] | None = None
        self.opening, self.choices = opening, choices

    def each(self, change: Callable[[Row], Row]) -> "StoredRows":
        """The same rows, each changed when it is read."""
        same = StoredRows(*self._at, keys=self._keys, length=self._length, opening=self.opening, choices=self.choices)
        same._changed = change
        return same

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Row]:
        return map(self._row, queries.every(*self._at))

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            start, stop, step = place.indices(self._length)
            if step != 1:
                raise ValueError("stored rows are read one after the other")
            return self.page(Wanted(), start=start, most=max(0, stop - start))
        return self[place : place + 1][0]

    def page(self, wanted: Wanted, *, start: int, most: int) -> list[Row]:
        """So many of the wanted rows from that one on."""
        carried = wanted == Wanted() and start + most <= len(self.opening)
        found = self.opening[start : start + most] if carried else queries.rows(*self._at, wanted, start=start, most=most)
        return [self._row(cells) for cells in found]

    def count(self, wanted: Wanted) -> int:
        """How many rows are wanted."""
        if wanted.words:
            return queries.count(*self._at, wanted)
        return self._length if wanted.only is None else sum(each.rows for each in self.choices if each.rank == wanted.only[1])

    def wanted(self, columns: Sequence[Column], *, query: str, order: str, narrowed_by: str, only: str) -> Wanted:
        """What the address asks, as the database is asked; columns and values that there are not ask nothing."""
        places = {column.key: place for place, column in enumerate(columns)}
        sorting = order.removeprefix("-")
        ranks = {str(each.value): each.rank for each in self.choices}
        return Wanted(
            words=tuple(query.casefold().split()),
            only=(places[narrowed_by], ranks.get(only, NOTHING)) if only and narrowed_by in places else None,
            order=(places[sorting], order.startswith("-")) if sorting in places else None,
        )

    def _row(self, cells: Sequence[Any]) -> Row:
        row = dict(zip(self._keys, cells, strict=True))
        return self._changed(row) if self._changed else row


def each(rows: Sequence[Row], change: Callable[[Row], Row]) -> Sequence[Row]:
    """Every row changed: now, or when it is read."""
    return rows.each(change) if isinstance(rows, StoredRows) else [change(row) for row in rows]
