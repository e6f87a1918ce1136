"""What people do to jobs: cancel one, and ask again for one that failed or was cancelled."""

from django.utils.module_loading import import_string

from dure.cycle.commands.rows import Context, Owners, State
from dure.cycle.lookup import found
from dure.cycle.working.asking import ask
from dure.cycle.working.kinds import kind_of
from dure.formats.commands.work import CancelJob, RetryJob
from dure.records.work import actions, queries
from dure.records.work.models import Job


def cancel(request: CancelJob, context: Context) -> bool:
    """Stop it; returns whether there was anything to stop."""
    job = _job(request)
    stopped = actions.cancel(job=job, at=context.at)
    job.refresh_from_db()
    if job.cancelled:
        kind_of(job.kind).close(job, "")
    return stopped


def retry(request: RetryJob, context: Context) -> int:
    """Ask for the same work again; returns the number of the new job."""
    job = _job(request)
    again = kind_of(job.kind).again
    if again:
        return int(import_string(again)(job, context))
    return ask(job.kind, job.subject, by=context.person, via=context.via, inputs=job.inputs, at=context.at).pk


def asker_of(request: CancelJob | RetryJob) -> Owners:
    """A job belongs to the person who asked for it."""
    job = queries.job(request.job)
    return Owners(people=frozenset({job.asked_by.uid} if job and job.asked_by else ()))


def _state(request: CancelJob | RetryJob, context: Context) -> str:
    del context
    job = _job(request)
    if job.finished_at is None:
        return "under way"
    return "failed or cancelled" if job.failure or job.cancelled else "done"


STATE = State(("under way", "failed or cancelled", "done"), _state)


def _job(request: CancelJob | RetryJob) -> Job:
    return found(queries.job(request.job), "job", str(request.job))
