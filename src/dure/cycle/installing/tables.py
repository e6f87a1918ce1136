"""Changes of tables while the portal is used: they wait for a lock shortly and come back, so that nobody waits behind them."""

import time
from collections.abc import Callable

from django.core.management import call_command
from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from dure.cycle.installing.standing import database_name
from dure.formats.errors import BadInput

PATIENCE = "2s"  # for one lock: every command that needs the table waits behind the change that waits for it
ATTEMPTS, PAUSE = 30, 1.0  # seconds between them
_HOLDERS = (
    "SELECT pid, usename, extract(epoch FROM clock_timestamp() - xact_start)::int FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 1"
)


def migrate(*, verbosity: int, pause: Callable[[float], None] = time.sleep) -> None:
    """All changes that the database has not seen, each in its own transaction; goes on where it was cut off.

    Raises `BadInput` where a transaction of somebody's holds on to a table all the while.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{PATIENCE}'")
    try:
        for attempt in range(ATTEMPTS):
            try:
                call_command("migrate", verbosity=verbosity, interactive=False)
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable):
                    raise
                if attempt == ATTEMPTS - 1:
                    raise _held() from error
                pause(PAUSE)
            else:
                return
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def _held() -> BadInput:
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS)
        row = cursor.fetchone()
    who = f" (process {row[0]} of {row[1]}, for {row[2]} s)" if row else ""
    return BadInput(
        f"has a transaction that holds on to a table{who}; what was done before it stays done.",
        where=database_name(),
        todo="End it, with pg_terminate_backend say, and run the command again.",
    )
