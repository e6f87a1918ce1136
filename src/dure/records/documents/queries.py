"""Finds documents, and files that were handed in."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from dure.records.documents.models import Document, Upload
from dure.records.parties.models import Person


def document(document_id: str) -> Document | None:
    """The document that stands under that id, without its content."""
    return documents().filter(pk=document_id).first()


def documents() -> QuerySet[Document]:
    """Documents that stand, the latest of a subject last; their content stays where it is."""
    return Document.objects.filter(removed_at=None).select_related("organisation", "attached_by").defer("content")


def ever(ids: Iterable[str]) -> QuerySet[Document]:
    """Those of these documents that there ever were, without their content."""
    return Document.objects.filter(pk__in=list(ids)).select_related("organisation").defer("content")


def of_subject(kind: str, subject: str) -> QuerySet[Document]:
    """Documents of that subject that stand."""
    return documents().filter(kind=kind, subject=subject)


def ever_of_subject(kind: str, subject: str) -> int:
    """How many documents the subject has ever had: the next one's number is one more."""
    return Document.objects.filter(kind=kind, subject=subject).count()


def content_of(document: Document) -> bytes:
    """The bytes of the file."""
    return bytes(Document.objects.values_list("content", flat=True).get(pk=document.pk))


def handed_in(person: Person, digest: str, *, since: dt.datetime) -> Upload | None:
    """The file of that SHA-256 that this person handed in since then."""
    return uploads(person, since=since).filter(digest=digest).first()


def uploads(person: Person, *, since: dt.datetime) -> QuerySet[Upload]:
    """What this person handed in since then and has not attached."""
    return Upload.objects.filter(person=person, handed_in_at__gte=since)
