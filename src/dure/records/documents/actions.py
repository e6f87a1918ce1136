"""Takes files in, attaches them to their subject, and takes them away again."""

import datetime as dt
from typing import Any

from django.db import transaction

from dure.records.documents.models import Document, Upload
from dure.records.parties.models import Person

_OF_A_FILE = ("name", "media", "size", "digest", "content")


def hand_in(*, person: Person, at: dt.datetime, digest: str, content: bytes, **file: Any) -> Upload:
    """Keep a file of this person until it is attached; the same content again counts from now, under its new name."""
    made, _new = Upload.objects.update_or_create(
        person=person, digest=digest, defaults={"handed_in_at": at, "content": content, "size": len(content), **file}
    )
    return made


@transaction.atomic
def attach(*, upload: Upload, kind: str, subject: str, number: int, by: Person, at: dt.datetime, **fields: Any) -> Document:
    """Make the file that was handed in a document of the subject: its `number`-th. `fields`: title, organisation and part."""
    made = Document.objects.create(
        id=f"{kind}/{subject}/{number}", kind=kind, subject=subject, attached_by=by, attached_at=at,
        **{name: getattr(upload, name) for name in _OF_A_FILE}, **fields,
    )  # fmt: skip
    upload.delete()
    return made


def remove(*, document: Document, at: dt.datetime) -> None:
    """Nobody reads it from then on."""
    document.removed_at = at
    document.save(update_fields=["removed_at"])


def forget_uploads(*, before: dt.datetime) -> int:
    """Forget what was handed in before then and never attached; returns how many files."""
    return Upload.objects.filter(handed_in_at__lt=before).delete()[0]
