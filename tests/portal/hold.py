"""The hold that stops a round being solved at a known report, until a test lets it go on.

It is an advisory lock in the served database, which only the tests know: the product cannot be held.
A test that dies loses its lock with its connection.
"""

import contextlib

import psycopg

STAGE = "plan"  # the search has its prices and its first plan
KEY = 20_251_101


@contextlib.contextmanager
def hold(database):
    """Every run that starts meanwhile waits at its first report of that stage; call what is given to let it go on."""
    with psycopg.connect(database, autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", [KEY])
        yield holder.close


def wait_for_release(cursor):
    """Come back when nobody holds."""
    cursor.execute("SELECT pg_advisory_lock_shared(%s)", [KEY])
    cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [KEY])
