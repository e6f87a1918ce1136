"""Finds the files of jobs, and reads them piece by piece."""

import datetime as dt
from collections.abc import Iterator

from dure.formats.errors import BadInput
from dure.records.files.models import Chunk, File, Part
from dure.records.parties.models import Person
from dure.records.work.models import Job


def of_job(job: Job, *, part: str, at: dt.datetime) -> list[File]:
    """The files that are that to the job and are kept at that time, in the order in which they were made."""
    return list(File.objects.filter(job=job, part=part, until__gt=at))


def given_by(person: Person | None, *, digest: str, at: dt.datetime) -> File | None:
    """The file of that SHA-256 that this person handed in last and that is kept at that time."""
    return File.objects.filter(job__asked_by=person, part=Part.GIVEN, digest=digest, until__gt=at).order_by("-id").first()


def pieces(file: File) -> Iterator[bytes]:
    """The content, a piece at a time; raises `BadInput` where one is gone, as after a restored backup."""
    left, place = file.size, 0
    while left > 0:
        found = Chunk.objects.filter(file=file, place=place).values_list("content", flat=True).first()
        if found is None:
            raise BadInput("is no longer kept.", where=file.name, todo="Have it made again.", code="file_gone")
        yield bytes(found)
        left, place = left - len(found), place + 1


def is_whole(file: File) -> bool:
    """Are its pieces there? A backup leaves them out."""
    return file.size == 0 or Chunk.objects.filter(file=file, place=0).exists()
