"""Puts jobs back whose process has ended, so that another takes them up without anybody's hand."""

from typing import NamedTuple

from django.db import connection

from dure.cycle.working.tasks import work
from dure.records.work.models import Job

# What is being done, although nobody holds its lock. A process takes the lock within milliseconds of taking the job; one that is
# slower than this loses nothing, for whoever takes the job then waits for its lock.
_ORPHANS = """
SELECT q.id FROM procrastinate_jobs q
WHERE q.status = 'doing' AND q.task_name = 'dure.work'
  AND (SELECT max(at) FROM procrastinate_events e WHERE e.job_id = q.id AND e.type = 'started') < now() - interval '2 seconds'
  AND NOT EXISTS (
    SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
    WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
      AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('job ' || (q.args ->> 'job'), 0))
UNION ALL
SELECT q.id FROM procrastinate_jobs q LEFT JOIN procrastinate_workers w ON w.id = q.worker_id
WHERE q.status = 'doing' AND q.task_name <> 'dure.work' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '60 seconds')
"""
_UNQUEUED = """
SELECT w.id FROM work_job w WHERE w.finished_at IS NULL AND NOT EXISTS (
  SELECT FROM procrastinate_jobs q
  WHERE q.task_name = 'dure.work' AND q.status IN ('todo', 'doing') AND (q.args ->> 'job')::bigint = w.id)
"""


class Recovered(NamedTuple):
    """How many were put back, and how many had fallen out of the queue."""

    put_back: int
    queued: int


def recover() -> Recovered:
    """Put back what nobody does any more."""
    orphans, unqueued = _ids(_ORPHANS), _ids(_UNQUEUED)
    with connection.cursor() as cursor:
        for queued in orphans:  # as the library does it, unless it has ended meanwhile
            cursor.execute(
                "SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM procrastinate_jobs "
                "WHERE id = %s AND status = 'doing'",
                [queued],
            )
    for job in Job.objects.filter(pk__in=unqueued):
        work.configure(queue=job.queue).defer(job=job.pk)
    return Recovered(len(orphans), len(unqueued))


def _ids(statement: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]
