"""Who does a job right now? Whoever holds its lock, which ends with the connection, and so with the process, however it ends.

A session of PostgreSQL ends when its process is killed; heartbeats would have to be waited for, and stop where a solver
computes for long. Where a machine vanishes from the network, the server finds out by keep-alives.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# A session that computes or waits looks for its client by itself, where the server's system lets it.
_NOTICE = """
SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),
  set_config('tcp_keepalives_count', '3', false),
  CASE WHEN version() LIKE '%%linux%%' THEN set_config('client_connection_check_interval', '2s', false) END
"""
_KEY = "hashtextextended('job ' || %s, 0)"


@contextmanager
def claimed(job_id: int) -> Iterator[bool]:
    """Whether nobody else does that job; nobody else will until the end of the block."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTICE, [])
        cursor.execute(f"SELECT pg_try_advisory_lock({_KEY})", [job_id])
        row = cursor.fetchone()
    mine = bool(row and row[0])
    try:
        yield mine
    finally:
        if mine and connection.connection is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock({_KEY})", [job_id])
