"""Finds a person's own drafts."""

from collections.abc import Collection
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.db.models.fields.json import KT

from dure.records.drafts.models import Draft


def drafts_of(person: Any) -> QuerySet[Draft]:
    """That person's drafts, the one saved last first."""
    return Draft.objects.filter(person=person).order_by("-saved_at")


def listed(person: Any, *, opened: str, command: str = "", whole: Collection[str] = ()) -> QuerySet[Draft, Any]:
    """That person's drafts, the one saved last first: command, about, saved_at and that one input.

    `typed` is all that was typed where the command is one of those that are `whole`, else nothing.
    """
    found = drafts_of(person).filter(command=command) if command else drafts_of(person)
    typed = Case(When(command__in=whole, then=F("inputs")))
    return found.values("command", "about", "saved_at", opened=KT(f"inputs__{opened}"), typed=typed)


def last_saved(person: Any, *, command: str) -> Draft | None:
    """The draft of that command that was saved last, whatever it is about."""
    return drafts_of(person).filter(command=command).first()


def draft(person: Any, *, command: str, about: str) -> Draft | None:
    """That person's draft of that command on that subject, or nothing."""
    return Draft.objects.filter(person=person, command=command, about=about).first()
