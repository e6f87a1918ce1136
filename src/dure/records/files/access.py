"""Who may have a file? Whoever asked for its job, and nobody else: not even those who see everybody's jobs."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from dure.records.files.models import File, Part
from dure.records.work.models import Job


def own_jobs(person: Any) -> QuerySet[Job]:
    """The jobs that this person asked for."""
    return Job.objects.select_related("asked_by").filter(asked_by=person.pk)


def own_files(person: Any, *, at: dt.datetime) -> QuerySet[File]:
    """What jobs made for this person and is kept at that time."""
    return File.objects.filter(job__asked_by=person.pk, job__outcome__isnull=False, part=Part.MADE, until__gt=at)
