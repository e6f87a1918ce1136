"""Jobs: asked for, begun, reporting, and ended in exactly one way."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from dure.formats.errors import BadInput
from dure.records.parties.models import Person
from dure.records.work.models import Job

LONGEST_FAILURE = 2000


def ask(
    *,
    kind: str,
    subject: str,
    queue: str,
    by: Person | None,
    inputs: Mapping[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> Job:
    """Ask for a job, which is queued when this transaction ends well; one at a time of a kind on a subject."""
    try:
        with transaction.atomic():
            return Job.objects.create(
                kind=kind, subject=subject, queue=queue, asked_by=by, inputs=dict(inputs or {}), asked_at=at or timezone.now()
            )
    except IntegrityError as error:
        if "job_is_done_once_at_a_time" in str(error):
            raise BadInput(
                "is asked for already.", where=f"{kind} {subject}", todo="Wait for its end, or cancel it.", code="asked_already"
            ) from error
        raise


def begin(*, job_id: int, at: dt.datetime | None = None) -> Job | None:
    """Count one more attempt, whose reports alone count from now on; nothing where the job has ended."""
    now = at or timezone.now()
    begun = {"begun_at": now, "heard_at": now, "attempts": F("attempts") + 1, "stage": "", "done": None, "total": None}
    if not Job.objects.filter(pk=job_id, finished_at=None).update(**begun):
        return None
    return Job.objects.select_related("asked_by").get(pk=job_id)


def put_back(*, job: Job) -> None:
    """It was begun and is to be begun again by somebody else: this attempt does not count."""
    _of(job).update(attempts=F("attempts") - 1, begun_at=None, heard_at=None, stage="", done=None, total=None)


def hear(*, job: Job, stage: str, done: int | None = None, total: int | None = None, at: dt.datetime | None = None) -> bool:
    """Note how far it is; whether it may go on, for nobody wants it cancelled and no later attempt has overtaken it."""
    _of(job).update(stage=stage, done=done, total=total, heard_at=at or timezone.now())
    return _of(job).filter(cancel_asked_at=None).exists()


def cancel(*, job: Job, at: dt.datetime | None = None) -> bool:
    """Ask it to stop; one that nobody has begun ends at once. Returns whether there was anything to stop."""
    now = at or timezone.now()
    open_ = Job.objects.filter(pk=job.pk, finished_at=None)
    return bool(
        open_.filter(begun_at=None).update(cancel_asked_at=now, cancelled=True, finished_at=now)
        or open_.update(cancel_asked_at=now)
    )


def has_ended(*, job: Job) -> bool:
    """Whether it has ended by now."""
    return Job.objects.filter(pk=job.pk, finished_at__isnull=False).exists()


def lock(*, job: Job) -> Job | None:
    """Lock this attempt until the end of the transaction; nothing where the job has ended or a later attempt has begun."""
    return _of(job).select_for_update().first()


def finish(*, job: Job, outcome: Any, at: dt.datetime | None = None) -> None:
    """It is done, with this outcome in plain values."""
    _of(job).update(outcome=outcome, finished_at=at or timezone.now())


def finish_cancelled(*, job: Job, at: dt.datetime | None = None) -> None:
    """It stopped as it was asked to."""
    now = at or timezone.now()
    _of(job).update(cancelled=True, cancel_asked_at=Coalesce("cancel_asked_at", Value(now)), finished_at=now)


def fail(*, job: Job, failure: str, at: dt.datetime | None = None) -> bool:
    """It ended for that reason; whether this attempt was the one that counts."""
    words = failure.strip()[:LONGEST_FAILURE] or "no reason was given"
    return bool(_of(job).update(failure=words, finished_at=at or timezone.now()))


def _of(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, finished_at=None, attempts=job.attempts)
