"""Keeps an explanation with its long tables, and forgets it."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from dure.records.explanations.models import Explanation, Piece, Row

COMPRESSION = 6
PIECE = 40  # keys that are compressed together
_EXPLANATION_LOCK = 7_301  # the first half of the advisory lock; the second is the entry


@dataclass(frozen=True)
class LongTable:
    """Rows as lists of plain JSON values, the text by which each is found, and the rank of its value in each column."""

    rows: Sequence[Sequence[Any]]
    texts: Sequence[str]
    ranks: Sequence[Sequence[int | None]]


@dataclass(frozen=True)
class Kept:
    """What is kept of one part: `head` and `brief` of plain JSON values, long tables by key, and values by key.

    `nameless`: the proposals that it shows by their number, because their providers are not named yet.
    """

    head: Any
    brief: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, LongTable] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    nameless: Sequence[str] = ()


@transaction.atomic
def keep(*, entry: int, part: str, language: str, made_with: str, kept: Kept) -> Explanation:
    """Keep it under entry, part and language instead of what was made otherwise; of two who keep the same, the first's stays."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_EXPLANATION_LOCK, entry])
    known = Explanation.objects.filter(entry=entry, part=part, language=language).first()
    if known is not None and known.made_with == made_with:
        return known
    if known is not None:
        _delete(Explanation.objects.filter(pk=known.pk))
    made = Explanation.objects.create(
        entry_id=entry,
        part=part,
        language=language,
        made_with=made_with,
        nameless=list(kept.nameless),
        brief=dict(kept.brief),
        head=_packed(kept.head),
    )
    for key, table in kept.tables.items():
        _copy_rows(made.pk, key, table)
    pieces = [Piece(explanation=made, first=first, content=_packed(values)) for first, values in _pieces(kept.values)]
    Piece.objects.bulk_create(pieces, batch_size=500)
    return made


@transaction.atomic
def forget(*, entry: int) -> None:
    """Delete every explanation of that recommendation; the next page that needs one makes it again."""
    _delete(Explanation.objects.filter(entry=entry))


def _delete(kept: QuerySet[Explanation]) -> None:
    Row.objects.filter(explanation__in=kept).delete()
    Piece.objects.filter(explanation__in=kept).delete()
    kept.delete()


def _copy_rows(explanation: int, key: str, table: LongTable) -> None:
    statement = 'COPY explanations_row (explanation_id, "table", place, cells, text, ranks) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for place, (cells, text, ranks) in enumerate(zip(table.rows, table.texts, table.ranks, strict=True)):
            copy.write_row((explanation, key, place, _json(cells), text, list(ranks)))


def _pieces(values: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), PIECE):
        together = ordered[start : start + PIECE]
        yield together[0], {key: values[key] for key in together}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _packed(value: Any) -> bytes:
    return zlib.compress(_json(value).encode(), COMPRESSION)
