"""Who may see which job?"""

from typing import Any

from django.db.models import QuerySet

from dure.records.parties.access import sits_at
from dure.records.work.models import Job

OVERSEERS = ("operator", "auditor")  # they see what everybody has asked for


def visible_jobs(person: Any) -> QuerySet[Job]:
    """Everybody sees what they asked for; operators and auditors see all."""
    jobs = Job.objects.select_related("asked_by")
    return jobs if sits_at(person, *OVERSEERS) else jobs.filter(asked_by=person)
