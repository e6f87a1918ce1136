"""Does one job: begun by one process at a time, and ended by exactly one, in the transaction that writes what was found."""

import logging
from collections.abc import Callable

from django.db import DatabaseError, transaction

from dure.cycle.commands.running import refusal_of
from dure.cycle.working.apart import Apart, snapshot
from dure.cycle.working.claims import claimed
from dure.cycle.working.kinds import Ending, Kind, kind_of
from dure.cycle.working.reporting import Cancelled, PutBack, Report
from dure.formats.errors import BadInput, CheckFailed, Infeasible, stated
from dure.records.journal.readers import reading_as
from dure.records.work import actions, queries
from dure.records.work.models import Job

log = logging.getLogger(__name__)
GIVEN_UP = "was begun {tries} times, and each time the process that did it ended or failed."


class Busy(Exception):
    """Another process does that job at this moment: ask again whether it has ended."""


def do(job_id: int, *, leaving: Callable[[], bool] = lambda: False) -> None:
    """Begin that job and end it, unless it has ended. `leaving`: whether this process is about to end.

    Raises `Busy`, `PutBack`, or the error of a job that is to be tried again. What a job answers, be it a refusal, ends it.
    """
    with claimed(job_id) as mine:
        if not mine:
            raise Busy
        job = actions.begin(job_id=job_id)
        if job is None:
            return
        kind = kind_of(job.kind)
        if job.attempts > kind.tries:
            _fail(job, kind, stated(BadInput(GIVEN_UP.format(tries=kind.tries), where=str(job), code="given_up")))
            return
        _attempt(job, kind, Report(job, leaving))


def _attempt(job: Job, kind: Kind, report: Report) -> None:
    try:
        report("begun")
        _carry_out(job, kind, report)
    except Cancelled:
        _end_cancelled(job, kind)
    except PutBack:
        actions.put_back(job=job)
        raise
    except (BadInput, Infeasible, CheckFailed) as error:
        _fail(job, kind, stated(error))
    except Exception as error:
        if job.attempts < kind.tries:
            raise
        log.exception("job %s (%s) is given up after %s attempts", job.pk, job, job.attempts)
        _fail(job, kind, f"{type(error).__name__}: {error}")


def _carry_out(job: Job, kind: Kind, report: Report) -> None:
    """What the records refuse is an answer like any other."""
    try:
        does = kind.function()
        if kind.within == "snapshot":
            with Apart(report) as says, snapshot():
                ending = does(job, says)
            _end(job, ending)
        elif kind.within == "end":
            with Apart(report) as says, transaction.atomic():
                _end(job, does(job, says))
        else:
            _end(job, does(job, report))
    except DatabaseError as error:
        raise refusal_of(error, str(job)) from error


@transaction.atomic
def _end(job: Job, ending: Ending) -> None:
    """Write what was found and end the job; raises `Cancelled` where somebody wanted that or a later attempt has begun."""
    running = actions.lock(job=job)
    if running is None or running.cancel_asked_at is not None:
        raise Cancelled
    actions.finish(job=job, outcome=ending())


@transaction.atomic
def _end_cancelled(job: Job, kind: Kind) -> None:
    if actions.lock(job=job) is not None:
        kind.close(job, "")
        actions.finish_cancelled(job=job)


@transaction.atomic
def _fail(job: Job, kind: Kind, failure: str) -> None:
    if actions.lock(job=job) is not None:
        kind.close(job, failure)
        actions.fail(job=job, failure=failure)


def do_here(job_id: int) -> None:
    """Do it in this process, again and again as a worker would: for scripts and command lines, which hold up no browser.

    Rows are read as whoever asked for it: a worker reads all of them, and the log-in of this process may not.
    """
    asked = _asked(job_id)
    kind = kind_of(asked.kind)
    for _attempt_number in range(kind.tries + 1):
        try:
            with reading_as(asked.asked_by_id):
                do(job_id)
        except Busy:
            return  # a worker has it
        except Exception:
            log.exception("job %s failed and is tried again", job_id)
        else:
            return


def kind_of_job(job_id: int) -> Kind:
    """The kind of the job of that number."""
    return kind_of(_asked(job_id).kind)


def _asked(job_id: int) -> Job:
    job = queries.job(job_id)
    if job is None:
        raise BadInput("there is no such job.", where=f"job {job_id}", code="unknown_id")
    return job
