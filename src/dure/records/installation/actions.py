"""Says what this database is for, once, and which rule book it goes by."""

import datetime as dt
from typing import Any

from django.utils import timezone

from dure.records.installation.models import Installation, RuleBook


def begin(*, kind: str, programme: str, code_version: str, at: dt.datetime | None = None) -> Installation:
    """Bind this database to a programme."""
    return Installation.objects.create(kind=kind, programme=programme, code_version=code_version, begun_at=at or timezone.now())


def finish(*, at: dt.datetime | None = None) -> None:
    """Note that everything is in place."""
    Installation.objects.filter(finished_at=None).update(finished_at=at or timezone.now())


def adopt(*, digest: str, content: dict[str, Any], reason: str, at: dt.datetime | None = None) -> RuleBook:
    """From now on decisions are made by that rule book."""
    return RuleBook.objects.create(digest=digest, content=content, reason=reason, adopted_at=at or timezone.now())
