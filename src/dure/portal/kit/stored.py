"""Tables that are too long to be carried about: their rows lie in the database and are read as the page asks for them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, overload

from dure.portal.kit.shown import Column
from dure.records.explanations import queries
from dure.records.explanations.queries import Wanted

Row = Mapping[str, Any]
Choices = Sequence[tuple[Any, int | None]]
NOTHING = -1  # the rank of what is in no row


class StoredRows(Sequence[Row]):
    """The rows of one table; `choices`: the values that it can be narrowed down to, with their ranks."""

    def __init__(
        self,
        explanation: int,
        table: str,
        *,
        keys: Sequence[str],
        length: int,
        choices: Choices,
        changed: Callable[[Row], Row] | None = None,
    ) -> None:
        self._at = (explanation, table)
        self._keys, self._length, self._changed = tuple(keys), length, changed
        self.choices = choices

    def each(self, change: Callable[[Row], Row]) -> "StoredRows":
        """The same rows, each changed when it is read."""
        return StoredRows(*self._at, keys=self._keys, length=self._length, choices=self.choices, changed=change)

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
        return [self._row(cells) for cells in queries.rows(*self._at, wanted, start=start, most=most)]

    def count(self, wanted: Wanted) -> int:
        """How many rows are wanted."""
        return queries.count(*self._at, wanted) if wanted.words or wanted.only else self._length

    def wanted(self, columns: Sequence[Column], *, query: str, order: str, narrowed_by: str, only: str) -> Wanted:
        """What the address asks, as the database is asked; columns and values that there are not ask nothing."""
        places = {column.key: place for place, column in enumerate(columns)}
        sorting = order.removeprefix("-")
        ranks = {str(value): rank for value, rank in self.choices}
        return Wanted(
            words=query.casefold().split(),
            only=(places[narrowed_by], ranks.get(only, NOTHING)) if only and narrowed_by in places else None,
            order=(places[sorting], order.startswith("-")) if sorting in places else None,
        )

    def _row(self, cells: Sequence[Any]) -> Row:
        row = dict(zip(self._keys, cells, strict=True))
        return self._changed(row) if self._changed else row


def each(rows: Sequence[Row], change: Callable[[Row], Row]) -> Sequence[Row]:
    """Every row changed: now, or when it is read."""
    return rows.each(change) if isinstance(rows, StoredRows) else [change(row) for row in rows]
