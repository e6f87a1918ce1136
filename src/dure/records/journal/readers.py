"""Who reads? Row-level security asks two settings of the connection: the person, and the command that is carried out.

Whatever finds out who asks names the person in the same statement: a session, a token. Other doors name them by `read_as`, and
`cycle.commands.running` for each command. A page's setting ends with its request, a command's with its transaction. Unset, rows
of a person or an organisation do not exist.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Func, TextField
from django.db.models.functions import Cast

NAMES = "set_config('dure.person', {person}, false)"  # within a statement that finds the person
_READS = f"SELECT {NAMES.format(person='%s')}"
_LOCK_AND_READ = (
    "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)), set_config('dure.person', %s, true), "
    "set_config('dure.command', %s, true)"
)


class Named(Func):
    """In a query that finds one row with a person: that person reads on this connection from then on; see `is_named`."""

    template = NAMES.format(person="%(expressions)s")
    output_field = TextField()

    def __init__(self, person: str) -> None:
        super().__init__(Cast(person, TextField()))


def read_as(person: Any) -> None:
    """Rows of that person are read on this connection, until the request ends or another is named."""
    with connection.cursor() as cursor:
        cursor.execute(_READS, [str(person.pk or "")])
    is_named()


def is_named() -> None:
    """A statement has named somebody on this connection, which is to forget them."""
    connection.dure_reader = True  # type: ignore[attr-defined] # ours
    connection.connection.dure_reader = True


@contextmanager
def reading_as(person: int | None) -> Iterator[None]:
    """Within, rows of the person of that number are read; afterwards as before. No number: it stays as it is."""
    if person is None:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('dure.person', true)")
        before = cursor.fetchone()[0] or ""
        cursor.execute(_READS, [str(person)])
    is_named()
    try:
        yield
    finally:
        # A closed connection has forgotten, and a transaction that is rolled back forgets.
        if connection.connection is not None and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(_READS, [before])


def read_as_nobody(**_given: Any) -> None:
    """What the next request on this connection reads is nobody's; a signal's receiver."""
    if getattr(connection, "dure_reader", False) and connection.connection is not None and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(_READS, [""])
        connection.dure_reader = False  # type: ignore[attr-defined] # ours


def forget_reader(returned: Any) -> None:
    """As `read_as_nobody`, for a connection of psycopg that goes back to its pool, which is before the request has ended."""
    if getattr(returned, "dure_reader", False):
        returned.execute(_READS, [""])
        returned.commit()
        returned.dure_reader = False


def wait_and_read_as(name: str, person: Any, command: str) -> None:
    """Lock that name until the transaction ends, after waiting for the transaction that holds it, and read as that person."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_AND_READ, [name, str(person.pk or ""), command])
