"""What the workers' queue calls: one task for all jobs, and one line for each thing that is done by the clock."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as Queued

from dure.cycle.clocks.watching import watch
from dure.cycle.documents.handing_in import forget_uploads
from dure.cycle.evidence.heads import installation_key, publish
from dure.cycle.evidence.witnesses import peers, send
from dure.cycle.notifying.outbox import deliver_due
from dure.cycle.notifying.reminding import remind
from dure.cycle.notifying.watching import tell_of_bulk_reading
from dure.cycle.people.readings import forget_readings
from dure.cycle.programme import book
from dure.cycle.working.asking import ask
from dure.cycle.working.checks import INVARIANTS, RECORDS
from dure.cycle.working.doing import Busy, do
from dure.cycle.working.files import forget_files
from dure.cycle.working.reporting import PutBack
from dure.records.work import queries

LONGEST_PAUSE = 300  # seconds
MAILS = 30


class Again(BaseRetryStrategy):
    """Always again, after a pause that grows: whether a job is given up, its kind says, and then the call ends well."""

    def get_retry_decision(self, *, exception: BaseException, job: Queued) -> RetryDecision:
        """At once where the process ended, soon where another process has it, later where it failed."""
        if isinstance(exception, PutBack):
            return RetryDecision()
        pause = 3 if isinstance(exception, Busy) else min(LONGEST_PAUSE, 2 * 4 ** min(job.attempts, 6))
        return RetryDecision(retry_in={"seconds": pause})


@app.task(name="dure.work", pass_context=True, retry=Again())
def work(context: JobContext, *, job: int) -> None:
    """Do the job of that number."""
    do(job, leaving=context.should_abort)


def forget_old() -> None:
    """Take out of the queue what could not even be called, a week later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs q WHERE status IN ('failed', 'cancelled', 'aborted') AND "
            "(SELECT max(at) FROM procrastinate_events e WHERE e.job_id = q.id) < now() - interval '7 days'"
        )


def every(cron: str, name: str, does: Callable[[], Any]) -> None:
    """Have that function called at those times (five fields of cron, in UTC), by one worker; what was missed is left out.

    The function takes no argument, and seconds at most; what takes longer it asks for as a job.
    """

    def call(timestamp: int) -> None:
        del timestamp
        does()

    app.periodic(cron=cron, periodic_id=name)(app.task(name=f"dure.{name}", queue="short")(call))


def _look_at_invariants() -> None:
    """Every hour, unless the last look has not ended."""
    if queries.unfinished(INVARIANTS, RECORDS) is None:
        ask(INVARIANTS, RECORDS)


def _deliver() -> None:
    """Every minute as many mails as a slow server takes in one; the rest waits for the next."""
    deliver_due(timezone.now(), most=MAILS)


def _remind() -> None:
    remind(timezone.now())


def _watch() -> None:
    tell_of_bulk_reading(timezone.now())


def _watch_clocks() -> None:
    watch(settings.DURE_CLOCKS)


def _forget_readings() -> None:
    forget_readings(timezone.now())


def _forget_uploads() -> None:
    forget_uploads(timezone.now())


def _publish() -> None:
    """Sign the head of the log, and hand it to the witnesses; an installation without a key signs nothing."""
    key = installation_key()
    head = publish(key, programme=book().programme, at=timezone.now()) if key else None
    if head is not None:
        send(head, to=peers())


every("* * * * *", "deliver", _deliver)
every("*/10 * * * *", "publish", _publish)
every("11 * * * *", "remind", _remind)
every("7 * * * *", "look_at_invariants", _look_at_invariants)
every("*/5 * * * *", "watch_readings", _watch)
every("* * * * *", "watch_clocks", _watch_clocks)
every("27 3 * * *", "forget_readings", _forget_readings)
every("37 3 * * *", "forget_old", forget_old)
every("17 * * * *", "forget_files", forget_files)
every("19 * * * *", "forget_uploads", _forget_uploads)
