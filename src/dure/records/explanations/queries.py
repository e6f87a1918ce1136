"""Reads what is kept of a filed recommendation: its parts, a page of a long table, a value by its key."""

import json
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from dure.records.explanations.models import Explanation, Row

CHUNK = 2000
_PIECE = "SELECT content FROM explanations_piece WHERE explanation_id = %s AND first <= %s ORDER BY first DESC LIMIT 1"


@dataclass(frozen=True)
class Wanted:
    """Which rows, in which order: casefolded words; a column's place with its rank; the column to sort by, and whether down."""

    words: Sequence[str] = ()
    only: tuple[int, int | None] | None = None
    order: tuple[int, bool] | None = None


def explanations(*, entries: Collection[int], part: str, language: str) -> dict[int, Explanation]:
    """What is kept of that part of these recommendations, by entry; one statement."""
    return {each.entry_id: each for each in Explanation.objects.filter(entry__in=entries, part=part, language=language)}


def parts(*, entry: int, parts: Collection[tuple[str, str]]) -> dict[tuple[str, str], Explanation]:
    """What is kept of one recommendation under these parts and languages; one statement."""
    wanted = {"part__in": {part for part, _language in parts}, "language__in": {language for _part, language in parts}}
    return {(each.part, each.language): each for each in Explanation.objects.filter(entry=entry, **wanted)}


def briefs(*, entries: Collection[int], part: str, language: str) -> dict[int, tuple[str, dict[str, Any]]]:
    """By entry what it was made with and what lists show of it, without the head; one statement."""
    found = Explanation.objects.filter(entry__in=entries, part=part, language=language)
    return {entry: (made_with, brief) for entry, made_with, brief in found.values_list("entry", "made_with", "brief")}


def entries_without_names(proposals: Collection[str]) -> list[int]:
    """The recommendations in whose explanation one of these proposals has no name."""
    found = Explanation.objects.filter(nameless__overlap=list(proposals)).order_by("entry")
    return list(found.values_list("entry", flat=True).distinct())


def value(explanation_id: int, key: str) -> Any:
    """The value of that key, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_PIECE, [explanation_id, key])
        piece = cursor.fetchone()
    return json.loads(zlib.decompress(piece[0])).get(key) if piece else None


def rows(explanation_id: int, table: str, wanted: Wanted, *, start: int, most: int) -> list[list[Any]]:
    """So many of the wanted rows from that one on."""
    found = _wanted(explanation_id, table, wanted)
    if wanted.order is not None:
        place, down = wanted.order
        rank = F(f"ranks__{place}")
        found = found.order_by(rank.desc(nulls_last=True) if down else rank.asc(nulls_last=True), "place")
    elif not wanted.words and wanted.only is None:  # places have no gaps
        found, start = found.filter(place__gte=start).order_by("place"), 0
    else:
        found = found.order_by("place")
    return [json.loads(cells) for cells in found.values_list("cells", flat=True)[start : start + most]]


def count(explanation_id: int, table: str, wanted: Wanted) -> int:
    """How many rows are wanted."""
    return _wanted(explanation_id, table, wanted).count()


def every(explanation_id: int, table: str) -> Iterator[list[Any]]:
    """All rows in their order, some at a time."""
    start = 0
    while found := rows(explanation_id, table, Wanted(), start=start, most=CHUNK):
        yield from found
        start += len(found)


def _wanted(explanation_id: int, table: str, wanted: Wanted) -> QuerySet[Row]:
    found = Row.objects.filter(explanation=explanation_id, table=table)
    if wanted.only is not None:
        place, rank = wanted.only
        found = found.filter(**({f"ranks__{place}__isnull": True} if rank is None else {f"ranks__{place}": rank}))
    for word in wanted.words:
        found = found.filter(text__contains=word)
    return found
