"""Says what this database is for, once."""

import datetime as dt

from django.utils import timezone

from dure.records.installation.models import Installation


def begin(*, kind: str, programme: str, code_version: str, at: dt.datetime | None = None) -> Installation:
    """Bind this database to a programme."""
    return Installation.objects.create(kind=kind, programme=programme, code_version=code_version, begun_at=at or timezone.now())


def finish(*, at: dt.datetime | None = None) -> None:
    """Note that everything is in place."""
    Installation.objects.filter(finished_at=None).update(finished_at=at or timezone.now())
