"""Takes requests in, with their documents, and notes the answer."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction

from dure.records.parties.models import Organisation, Person
from dure.records.registrations.models import Content, Document, Registration


class File(NamedTuple):
    """A document as it is stored. `digest`: SHA-256 of `content`."""

    name: str
    media: str
    digest: str
    content: bytes


@transaction.atomic
def ask(*, digest: str, files: Sequence[File], asked_at: dt.datetime, **fields: Any) -> Registration:
    """Add a request, whose id is the first 16 characters of its digest."""
    made = Registration.objects.create(id=digest[:16], digest=digest, asked_at=asked_at, **fields)
    Content.objects.bulk_create([Content(digest=each.digest, content=each.content) for each in files], ignore_conflicts=True)
    Document.objects.bulk_create(
        Document(registration=made, place=place, name=each.name, media=each.media, size=len(each.content), content_id=each.digest)
        for place, each in enumerate(files, start=1)
    )
    return made


def confirm(*, registration: Registration, organisation: Organisation, by: Person, at: dt.datetime) -> Registration:
    """Note which organisation it became."""
    return _decided(registration, by, at, organisation=organisation)


def refuse(*, registration: Registration, reason: str, by: Person, at: dt.datetime) -> Registration:
    """Note why nothing came of it."""
    return _decided(registration, by, at, reason=reason)


def _decided(registration: Registration, by: Person, at: dt.datetime, **outcome: Any) -> Registration:
    for name, value in {"decided_by": by, "decided_at": at, **outcome}.items():
        setattr(registration, name, value)
    registration.save(update_fields=["decided_by", "decided_at", *outcome])
    return registration
