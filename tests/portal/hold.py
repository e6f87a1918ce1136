"""The hold that stops a round being solved at a known report, until a test lets it go on.

It is an advisory lock in the served database, which only the tests know: the product cannot be held.
A test that dies loses its lock with its connection.
"""

import contextlib
import time

import psycopg

from portal.serving import PATIENCE

STAGE = "plan"  # the search has its prices and its first plan
KEY = 20_251_101


class Hold:
    """The end of a hold, and whether a run has come to it."""

    def __init__(self, holder):
        self._holder = holder

    def wait_until_reached(self):
        """Come back when a run waits at its first report of a plan, with the process of the database in which it waits."""
        asked = """SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
                   WHERE locktype = 'advisory' AND objid = %s AND NOT granted AND datname = current_database()"""
        for _ in range(20 * PATIENCE):
            if found := self._holder.execute(asked, [KEY]).fetchone():
                return found[0]
            time.sleep(0.05)
        raise AssertionError("no run came to its first plan")

    def release(self):
        """Let every run go on."""
        self._holder.close()


@contextlib.contextmanager
def hold(database):
    """Every run that starts meanwhile waits at its first report of that stage, until the hold is released."""
    with psycopg.connect(database, autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", [KEY])
        yield Hold(holder)


def wait_for_release(cursor):
    """Come back when nobody holds."""
    cursor.execute("SELECT pg_advisory_lock_shared(%s)", [KEY])
    cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [KEY])
