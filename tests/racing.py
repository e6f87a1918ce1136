"""Many writers that start together, and the control that shows that a race is real.

The naive control reads, checks and writes as the guarded action does, on a scratch table, without lock or constraint.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from dure.formats.errors import BadInput

WRITERS = 24
PAUSE = 0.02  # as long as a real decision between reading and writing


def outcomes(job, writers=WRITERS):
    """Run `job(number)` in so many threads that start together: what each returned, or the `BadInput` that refused it."""
    gate = threading.Barrier(writers)

    def attempt(number):
        connection.ensure_connection()
        gate.wait()
        try:
            return job(number)
        except BadInput as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(writers) as pool:
        return list(pool.map(attempt, range(writers)))


def told(found):
    """How many were let through, and the codes of the others."""
    refused = [each for each in found if isinstance(each, BadInput)]
    return len(found) - len(refused), {each.code for each in refused}


def all_at_once(job, writers=WRITERS):
    """As `outcomes`: True where it was let through."""
    return [not isinstance(each, BadInput) for each in outcomes(job, writers)]


def naively(room, *, take=1):
    """The control: how much 24 writers take of `room` when each reads, checks and then writes, and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE naive (taken bigint)")

    def job(_number):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(sum(taken), 0) FROM naive")
            if cursor.fetchone()[0] + take > room:
                raise BadInput("full")
            time.sleep(PAUSE)
            cursor.execute("INSERT INTO naive VALUES (%s)", [take])

    all_at_once(job)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(taken) FROM naive")
        return cursor.fetchone()[0]


def is_waited_for():
    """Does another connection wait for a lock that this one holds?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return cursor.fetchone()[0]
