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


# Rows of organisations exist for this log-in where it serves nobody; what is sealed exists for its own people alone.
_HIDDEN_ROWS = """
SELECT relname FROM pg_class c WHERE relrowsecurity AND relnamespace = current_schema()::regnamespace
  AND NOT (parties_reads_all() AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'is_theirs'))
"""
_SEES_ALL = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def told_by_query() -> list[str]:
    """The invariants of which a query tells whether they hold."""
    return [each.id for each in INVARIANTS if each.breaches]


def partly_unseen() -> list[str]:
    """The invariants about tables of which this log-in may see some rows only; empty for one that sees all."""
    with connection.cursor() as cursor:
        cursor.execute(_SEES_ALL)
        if (row := cursor.fetchone()) and row[0]:
            return []
        cursor.execute(_HIDDEN_ROWS)
        tables = [name for (name,) in cursor.fetchall()]
    return [each.id for each in INVARIANTS if any(table in each.breaches for table in tables)]
