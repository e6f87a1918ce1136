"""Who reads? Row-level security asks two settings of the connection: the person, and the command that is carried out.

They are set by whatever reads rows that are not everybody's: `access` modules for a page, and `cycle.commands.running` for a
command. A page's setting ends with its request, a command's with its transaction. Unset, such rows do not exist.
"""

from typing import Any

from django.db import connection

_READS = "SELECT set_config('dure.person', %s, false)"
_LOCK_AND_READ = (
    "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)), set_config('dure.person', %s, true), "
    "set_config('dure.command', %s, true)"
)


def read_as(person: Any) -> None:
    """Rows of that person are read on this connection, until the request ends or another is named."""
    with connection.cursor() as cursor:
        cursor.execute(_READS, [str(person.pk or "")])
    connection.dure_reader = True  # type: ignore[attr-defined] # ours


def read_as_nobody(**_given: Any) -> None:
    """What the next request on this connection reads is nobody's; a signal's receiver."""
    if getattr(connection, "dure_reader", False) and connection.connection is not None and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(_READS, [""])
        connection.dure_reader = False  # type: ignore[attr-defined] # ours


def wait_and_read_as(name: str, person: Any, command: str) -> None:
    """Lock that name until the transaction ends, after waiting for the transaction that holds it, and read as that person."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_AND_READ, [name, str(person.pk or ""), command])
