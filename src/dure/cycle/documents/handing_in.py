"""A file is handed in first, by page, API or command line; an act then makes it a document of its subject.

Handing in is no command of the table: until its act the file is nobody's but its sender's, and after a day it is forgotten.
"""

import datetime as dt
import hashlib

from dure.formats.errors import BadInput
from dure.records.documents import actions, queries
from dure.records.documents.models import KINDS_OF_FILE, LARGEST, Upload
from dure.records.parties.models import Person

__all__ = ["ACCEPTED", "KEPT", "LARGEST", "forget_uploads", "hand_in", "handed_in", "too_large"]
KEPT = dt.timedelta(days=1)
ACCEPTED = ",".join(f".{ending}" for _first, endings in KINDS_OF_FILE.values() for ending in endings)
MOST_WAITING = 30  # files of one person
NAME_LENGTH = 120


def hand_in(person: Person, name: str, content: bytes, *, at: dt.datetime) -> Upload:
    """Keep a file of the person's until its act.

    Raises `BadInput` with code `empty_file`, `not_a_document`, `document_too_large` or `too_many_uploads`.
    """
    name = _plain_name(name)
    if not content:
        raise BadInput(f"{name!r} is empty.", where="file", todo="Choose it again, or save it again first.", code="empty_file")
    media = _media(name, content)
    if len(content) > LARGEST:
        raise too_large(name)
    if not media:
        raise BadInput(
            f"{name!r} is no PDF, picture, office document or ZIP archive, or its name ends as that of another kind.",
            where="file",
            todo="Save it as one of these.",
            code="not_a_document",
        )
    digest = hashlib.sha256(content).hexdigest()
    waiting = queries.uploads(person, since=at - KEPT).exclude(digest=digest).count()
    if waiting >= MOST_WAITING:
        raise BadInput(
            f"{waiting} files that you handed in wait for their act.",
            where="file",
            todo="Attach them, or wait a day.",
            code="too_many_uploads",
            detail={"most": MOST_WAITING},
        )
    return actions.hand_in(person=person, at=at, name=name, media=media, digest=digest, content=content)


def too_large(name: str) -> BadInput:
    """Why a file of that name is not taken."""
    return BadInput(
        f"{_plain_name(name)!r} has more than {LARGEST // 10**6} MB.",
        where="file",
        todo="Divide it, or save its pictures smaller.",
        code="document_too_large",
        detail={"most": LARGEST // 10**6},
    )


def handed_in(person: Person, digest: str, *, at: dt.datetime) -> Upload | None:
    """What the person handed in within the last day under that SHA-256."""
    return queries.handed_in(person, digest, since=at - KEPT)


def forget_uploads(at: dt.datetime) -> int:
    """Forget what was handed in more than a day ago and never attached; returns how many files."""
    return actions.forget_uploads(before=at - KEPT)


def _plain_name(name: str) -> str:
    """The last part of what the sender called it, without what cannot be printed."""
    shown = "".join(each if each.isprintable() else " " for each in name).replace("\\", "/").rpartition("/")[2].strip()
    return shown[-NAME_LENGTH:] or "document"


def _media(name: str, content: bytes) -> str:
    """What it is by its first bytes; its name must say the same, so that it opens where it is read."""
    ending = name.lower().rpartition(".")[2] if "." in name else ""
    return next((m for m, (first, endings) in KINDS_OF_FILE.items() if content.startswith(first) and ending in endings), "")
