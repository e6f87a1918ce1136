"""A list over the rows that one reader may see, and the rows of it that an address asks for: a page, all, or those chosen."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet

from dure.portal.kit.lists import keyset
from dure.portal.kit.lists.asked import Asked
from dure.portal.kit.lists.declared import Column, List
from dure.portal.kit.lists.filtering import narrowed
from dure.portal.kit.personal.columns import Whose, personal
from dure.portal.kit.personal.noted import note_all, note_each

BATCH = 2000
MOST_CHOSEN = 1000


@dataclass(frozen=True)
class Bound:
    """`rows`: what this reader may see. `enrich`: adds to a batch of rows what SQL cannot select with them."""

    declared: List
    rows: QuerySet[Any]
    desk: str
    enrich: Callable[[list[dict[str, Any]]], None] | None = None


@dataclass(frozen=True)
class Found:
    """What an address asks of a bound list."""

    bound: Bound
    asked: Asked

    @cached_property
    def _narrowed(self) -> tuple[QuerySet[Any], Mapping[str, Any]]:
        return narrowed(self.bound.rows, self.asked)

    @property
    def errors(self) -> Mapping[str, Any]:
        """What is wrong with filters that could not be read; they are left out."""
        return self._narrowed[1]

    @cached_property
    def columns(self) -> list[Column]:
        return self.asked.columns

    @cached_property
    def _names(self) -> list[str]:
        return keyset.names_of(self.columns, self.bound.declared)

    @cached_property
    def personal(self) -> Mapping[Whose, frozenset[str]]:
        """Of whom the columns tell, and what kinds of data."""
        return personal(self.bound.rows, map(self.bound.declared.source, self._names))

    @property
    def is_of_people(self) -> bool:
        """Is every row about a person?"""
        return any(each.own for each in self.personal)

    @cached_property
    def matching(self) -> int:
        """How many rows match, counted to the last."""
        return self._narrowed[0].order_by().count()

    @cached_property
    def _whose(self) -> Mapping[str, str]:
        """The keys of those people, selected beside the columns."""
        return {f"whose_{place}": each.path for place, each in enumerate(self.personal)}

    @cached_property
    def page(self) -> keyset.Page:
        """The page asked for; of whom it tells is noted."""
        found = keyset.page(self._narrowed[0], self.asked, [*self._names, *self._whose], self._whose)
        self._noted(found.rows)
        self._enriched(found.rows)
        return found

    def _noted(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for name, (whose, data) in zip(self._whose, self.personal.items(), strict=True):
            note_each(whose.kind, (row[name] for row in rows), data)

    @cached_property
    def counted(self) -> tuple[int, bool]:
        """How many rows match, counted to a limit, and whether there are more; a list of one page needs no counting."""
        if not self.page.previous and not self.page.next:
            return len(self.page.rows), False
        if not self.bound.declared.counts:
            return len(self.page.rows), True
        return keyset.counted(self._narrowed[0])

    def at_most(self, limit: int | None = None) -> int:
        """How many rows match, counted to that limit."""
        rows = self._narrowed[0].order_by()
        return rows.count() if limit is None else rows.values("pk")[:limit].count()

    def every(self, chosen: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
        """All rows that match, or of them those with these keys, in batches and in order; noted before the first is read."""
        rows = self._narrowed[0]
        if chosen:
            rows = rows.filter(pk__in=[each for each in chosen[:MOST_CHOSEN] if each])
        if self.personal and chosen:
            self._noted(
                list(rows.order_by().annotate(**{name: F(path) for name, path in self._whose.items()}).values(*self._whose))
            )
        elif self.personal:
            note_all(self.matching, frozenset().union(*self.personal.values()))
        return self._read(rows)

    def _read(self, rows: QuerySet[Any]) -> Iterator[dict[str, Any]]:
        names = self._names
        keyed, _ = keyset.ordered(keyset.selected(rows, self.bound.declared, names, {}), self.asked)
        tuples = keyed.values_list(*(f"c_{name}" for name in names), "k_pk").iterator(chunk_size=BATCH)
        while batch := [dict(zip([*names, "pk"], each, strict=True)) for each in itertools.islice(tuples, BATCH)]:
            self._enriched(batch)
            yield from batch

    def _enriched(self, rows: list[dict[str, Any]]) -> None:
        if self.bound.enrich is not None and rows:
            self.bound.enrich(rows)
