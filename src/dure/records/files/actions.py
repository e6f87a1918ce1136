"""Keeps files in pieces, and forgets them."""

import datetime as dt
import hashlib
import os
from typing import IO

from django.db import transaction

from dure.records.files.models import Chunk, File
from dure.records.work.models import Job

CHUNK = 1024 * 1024  # bytes: what a reader or a writer of a file holds in memory


@transaction.atomic
def keep(*, job: Job, part: str, name: str, media: str, content: IO[bytes], at: dt.datetime, until: dt.datetime) -> File:
    """Keep everything that stands in `content`, from its beginning, under that name until then."""
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type] # it asks for less than it names
    size = content.seek(0, os.SEEK_END)
    file = File.objects.create(job=job, part=part, name=name, media=media, size=size, digest=digest, made_at=at, until=until)
    content.seek(0)
    place = 0
    while piece := content.read(CHUNK):
        Chunk.objects.create(file=file, place=place, content=piece)
        place += 1
    return file


@transaction.atomic
def forget(*, at: dt.datetime) -> int:
    """Forget every file whose time is over, and its pieces; returns how many."""
    over = File.objects.filter(until__lte=at)
    Chunk.objects.filter(file__in=over).delete()
    return over.delete()[0]
