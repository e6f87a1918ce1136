"""Looks whether the invariants hold now."""

from typing import NamedTuple

from django.db import connection

from dure.records.invariants.declared import Invariant
from dure.records.invariants.listed import INVARIANTS

MOST = 20  # breaches that are named of one invariant


class Breach(NamedTuple):
    """An invariant that does not hold, and the first places where it does not."""

    invariant: Invariant
    places: tuple[str, ...]

    def __str__(self) -> str:
        more = " and more" if len(self.places) == MOST else ""
        return f"{self.invariant.id}: {self.invariant.says} Not so: {'; '.join(self.places)}{more}."


def breaches() -> list[Breach]:
    """Every invariant that a query can tell and that does not hold, each with its places; empty where all hold."""
    found = []
    with connection.cursor() as cursor:
        for each in INVARIANTS:
            if each.breaches:
                cursor.execute(each.breaches)
                if places := tuple(str(row[0]) for row in cursor.fetchmany(MOST)):
                    found.append(Breach(each, places))
    return found
