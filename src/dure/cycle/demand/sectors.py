"""The programme's sectors: those that the rule book announces for any day, and those whose shares are in force."""

import datetime as dt
from collections.abc import Iterable

from dure.cycle.commands.rows import Context
from dure.formats.errors import BadInput
from dure.records.allocation import queries
from dure.rules.book import Book

SHARES = "programme/sector_shares"


def known_sectors(book: Book, *, on: dt.date) -> list[str]:
    """Their ids, in order."""
    announced = {sector for value in book.rules[SHARES].values for sector in value.value}
    return sorted(announced | set(queries.shares(programme=book.programme, on=on)))


def require_sectors(sectors: Iterable[str], context: Context, *, where: str) -> None:
    """Raise `BadInput` with code `unknown_sector` for the first that is none: no round could ever take it in."""
    known = known_sectors(context.book, on=context.day)
    for each in sectors:
        if each not in known:
            raise BadInput(
                f"{each!r} is no sector of the programme.",
                where=where,
                todo=f"Choose one of {', '.join(known)}.",
                code="unknown_sector",
                detail={"sector": each},
            )
