"""May this log-in work? Asked before the first job is taken."""

from django.db import connection

from dure.cycle.installing.standing import database_name
from dure.formats.errors import BadInput


def require_rights() -> None:
    """Raise where this log-in may not take jobs from the queue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('procrastinate_jobs', 'UPDATE'), session_user")
        row = cursor.fetchone()
    connection.close()
    if not row or not row[0]:
        raise BadInput(
            f"the log-in {row[1] if row else ''} may not take jobs.",
            where=database_name(),
            todo="Set DURE_WORKER_URL to the worker's log-in.",
        )
