"""Finds jobs, and says whether anybody works."""

import datetime as dt
from typing import NamedTuple

from django.db import connection
from django.db.models import Case, Min, Q, QuerySet, Value, When
from django.utils import timezone

from dure.records.parties.models import Person
from dure.records.work.models import Job

SEEN_WITHIN = dt.timedelta(seconds=30)  # a worker says every few seconds that it lives


def job(job_id: int) -> Job | None:
    """The job of that number."""
    return Job.objects.filter(pk=job_id).first()


def unfinished(kind: str, subject: str) -> Job | None:
    """The job of that kind on that subject which waits or is being done."""
    return Job.objects.filter(kind=kind, subject=subject, finished_at=None).first()


def unfinished_of(kind: str, person: Person) -> int:
    """How many jobs of that kind this person waits for."""
    return Job.objects.filter(kind=kind, asked_by=person, finished_at=None).count()


def unfinished_under(kind: str, person: Person, key: str) -> QuerySet[Job]:
    """The jobs of that kind that this person waits for and asked for under that key."""
    return Job.objects.filter(kind=kind, asked_by=person, finished_at=None, inputs__key=key)


def asked_last(kind: str, subject: str) -> Job | None:
    """The job of that kind on that subject which was asked for last."""
    return Job.objects.filter(kind=kind, subject=subject).first()


def latest_finished(kind: str) -> Job | None:
    """The job of that kind which came to an end of its own last, whatever it is about."""
    return Job.objects.filter(kind=kind, finished_at__isnull=False, cancelled=False).order_by("-finished_at").first()


def with_progress(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Each with its `progress`: `waiting`, `running`, `done`, `failed` or `cancelled`."""
    told = Case(
        When(finished_at=None, begun_at=None, then=Value("waiting")),
        When(finished_at=None, then=Value("running")),
        When(cancelled=True, then=Value("cancelled")),
        When(failure="", then=Value("done")),
        default=Value("failed"),
    )
    return jobs.annotate(progress=told)


def matching(word: str) -> Q:
    """Jobs about a subject with these letters."""
    return Q(subject__icontains=word)


class Waiting(NamedTuple):
    """How many jobs wait for a worker, since when, and how many workers are there."""

    jobs: int
    since: dt.datetime | None
    workers: int


def waiting() -> Waiting:
    """How it stands with the work in the background."""
    queued = Job.objects.filter(finished_at=None, begun_at=None)
    return Waiting(queued.count(), queued.aggregate(first=Min("asked_at"))["first"], workers())


def workers() -> int:
    """How many processes have said lately that they take jobs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", [timezone.now() - SEEN_WITHIN])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
