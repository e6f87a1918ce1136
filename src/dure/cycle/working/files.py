"""Files of jobs: asked for once, kept for a while with the end of the job that made them, and told of where that took long."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from dure.cycle.notifying.telling import Notice, tell
from dure.cycle.working.asking import ask
from dure.cycle.working.kinds import Ending
from dure.formats.errors import BadInput
from dure.records.files import actions, queries
from dure.records.files.models import File, Part
from dure.records.parties.models import Person
from dure.records.work import queries as work
from dure.records.work.models import Job

EXPORT = "export"
TOLD_AFTER = dt.timedelta(seconds=5)  # who waits no longer than this sees it on the page
MOST_UNFINISHED = 5  # files that one person may wait for at a time


class Made(NamedTuple):
    """A file that a job has made: its content, what it is called, and how many rows it has, where it has rows."""

    content: IO[bytes]
    name: str
    media: str
    rows: int | None = None


def ask_for_file(person: Person, name: str, inputs: Mapping[str, Any]) -> Job:
    """The job that makes that file for that person from these inputs; while it waits or is made, asking again gives the same one.

    Raises `BadInput` where this person waits for too many already.
    """
    digest = hashlib.sha256(repr((person.uid, sorted(inputs.items()))).encode()).hexdigest()
    subject = f"file/{name}-{digest[:16]}"
    for _try in range(3):  # one that is under way may end between the two questions
        if found := work.unfinished(EXPORT, subject):
            return found
        if work.unfinished_of(EXPORT, person) >= MOST_UNFINISHED:
            break
        try:
            return ask(EXPORT, subject, by=person, inputs=inputs)
        except BadInput as refused:
            if refused.code != "asked_already":
                raise
    raise BadInput(
        f"you are waiting for {MOST_UNFINISHED} files already.", where=name, todo="Wait for one, or cancel it.",
        code="too_many_files", detail={"most": MOST_UNFINISHED},
    )  # fmt: skip


def kept(job: Job, made: Made, *, also: Sequence[Callable[[], None]] = ()) -> Ending:
    """What ends that job: its file is kept, what is `also` to be written is, and who asked is told where that took long."""

    def ending() -> dict[str, Any]:
        now = timezone.now()
        with made.content:
            file = keep(job, made, now)
        for write in also:
            write()
        _tell(job, "file_ready", now)
        return {"name": file.name, "size": file.size, "sha256": file.digest, "rows": made.rows, "until": file.until.isoformat()}

    return ending


def keep(job: Job, made: Made, now: dt.datetime, *, part: Part = Part.MADE) -> File:
    """Keep that file of the job for as long as this installation keeps files."""
    return actions.keep(
        job=job, part=part, name=made.name, media=made.media, content=made.content, at=now, until=now + settings.DURE_FILES_KEPT
    )


def ended_without(job: Job, failure: str) -> None:
    """There is no file: say so, unless it was cancelled."""
    if failure:
        _tell(job, "file_failed", timezone.now())


def _tell(job: Job, kind: str, now: dt.datetime) -> None:
    if job.asked_by is not None and now - job.asked_at >= TOLD_AFTER:
        facts = {"file": job.subject.removeprefix("file/").rpartition("-")[0]}
        tell([Notice(kind, [job.asked_by], f"job/{job.pk}", facts)], cause=f"job {job.pk}", at=now)


def file_of(job: Job) -> File | None:
    """What the job made, as long as it is kept with all its pieces."""
    found = queries.of_job(job, part=Part.MADE, at=timezone.now())
    return found[0] if found and queries.is_whole(found[0]) else None


def forget_files() -> int:
    """Forget the files whose time is over; returns how many."""
    return actions.forget(at=timezone.now())
