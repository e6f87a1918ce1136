"""Finds a person's own drafts."""

from typing import Any

from django.db.models import QuerySet

from dure.records.drafts.models import Draft


def drafts_of(person: Any) -> QuerySet[Draft]:
    """That person's drafts, the one saved last first."""
    return Draft.objects.filter(person=person).order_by("-saved_at")


def draft(person: Any, *, command: str, about: str) -> Draft | None:
    """That person's draft of that command on that subject, or nothing."""
    return Draft.objects.filter(person=person, command=command, about=about).first()
