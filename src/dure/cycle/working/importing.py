"""Long tables of commands, carried out in the background: all rows with the end of the job, or none."""

import datetime as dt
import hashlib
import io
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from dure.cycle.commands.importing import Report, import_rows, other_table
from dure.cycle.commands.registry import row_of
from dure.cycle.commands.rows import Context, Row
from dure.cycle.commands.tables import documents, people
from dure.cycle.programme import book
from dure.cycle.working.asking import ask
from dure.cycle.working.files import Made, file_of, keep
from dure.cycle.working.kinds import Ending, Says
from dure.formats.errors import BadInput
from dure.formats.sheets import CONTENT_TYPES, Form, read_sheet
from dure.records.files import queries as files
from dure.records.files.models import Part
from dure.records.journal.readers import wait_and_read_as
from dure.records.parties.models import Person
from dure.records.work import queries as work
from dure.records.work.models import Job

IMPORT = "import"
# What changes who may do what, and files of people, are the app's alone: the worker's log-in has no right to them
# (`records/rights/table.py`).
NEVER_LATER = frozenset(row.name for row in (*people.ROWS, *documents.ROWS)) - {"register_organisation"}


@transaction.atomic
def ask_for_import(row: Row, raw: bytes, form: Form, context: Context, *, name: str, apply: bool, key: str) -> Job:
    """The job that previews or carries out that table; the same table from the same person is asked for once at a time.

    Raises `Refused` (key_reused) while another table waits under the key; what was carried out under it, the import itself asks.
    """
    inputs = {
        "command": row.name, "form": form, "name": name, "apply": apply, "key": key, "sha256": hashlib.sha256(raw).hexdigest(),
        "confirmed_at": context.confirmed_at.isoformat() if context.confirmed_at else "",
    }  # fmt: skip
    identity = [context.person.uid, *(inputs[each] for each in ("form", "apply", "key", "sha256"))]
    subject = f"import/{row.name}-{hashlib.sha256(repr(identity).encode()).hexdigest()[:16]}"
    if found := work.unfinished(IMPORT, subject):
        return found
    if key and apply:
        _require_free(row, context.person, inputs)
    try:
        job = ask(IMPORT, subject, by=context.person, inputs=inputs)
    except BadInput as refused:
        if refused.code == "asked_already" and (found := work.unfinished(IMPORT, subject)):
            return found
        raise
    keep(job, Made(io.BytesIO(raw), f"rows.{form}", CONTENT_TYPES[form]), timezone.now(), part=Part.GIVEN)
    return job


def _require_free(row: Row, person: Person, inputs: dict[str, Any]) -> None:
    wait_and_read_as(f"table {person.pk} {inputs['key']}", person, row.name)
    waiting = work.unfinished_under(IMPORT, person, inputs["key"]).filter(inputs__apply=True)
    if any((each.inputs["command"], each.inputs["sha256"]) != (row.name, inputs["sha256"]) for each in waiting):
        raise other_table(inputs["key"], row.name)


def again(job: Job, context: Context, *, apply: bool, key: str) -> Job:
    """The job that does that one's table again, as to carry out what it previewed; raises once that is kept no longer."""
    given = job.inputs
    return ask_for_import(row_of(given["command"]), _given(job), given["form"], context, name=given["name"], apply=apply, key=key)


def carry_out(job: Job, says: Says) -> Ending:
    """Do what its table says, within the transaction that ends the job; the report is kept as a file, with a row for each row."""
    given, row = job.inputs, row_of(job.inputs["command"])
    sheet = read_sheet(_given(job), given["form"], where=given["name"])
    total = len(sheet.lines)
    report = import_rows(
        row, sheet, _context(job), apply=given["apply"], key=given["key"], says=lambda done: says("importing", done, total)
    )

    def ending() -> dict[str, Any]:
        now = timezone.now()
        content = io.BytesIO(msgspec.json.encode(report))
        keep(job, Made(content, "report.json", "application/json"), now)
        return {"rows": report.rows, "applied": report.applied, "made": len(report.made), "faults": len(report.faults)}

    return ending


def report_of(job: Job) -> Report:
    """What its table came to; raises `BadInput` once that is kept no longer."""
    kept = file_of(job)
    if kept is None:
        raise BadInput("is no longer kept.", where=str(job), todo="Send the table again.", code="file_gone")
    return msgspec.json.decode(b"".join(files.pieces(kept)), type=Report)


def _given(job: Job) -> bytes:
    """The table as it was sent, with this job or with one whose work this one does again."""
    kept = files.given_by(job.asked_by, digest=job.inputs["sha256"], at=timezone.now())
    if kept is None or not files.is_whole(kept):
        raise BadInput("is no longer kept.", where=job.inputs["name"], todo="Send the table again.", code="file_gone")
    return b"".join(files.pieces(kept))


def _context(job: Job) -> Context:
    """Who acts, now. A log-in counts as old as it was when they asked: waiting for a worker does not age it."""
    person, now = job.asked_by, timezone.now()
    if person is None or not person.is_active:
        raise BadInput("there is no such person any more.", where=str(job), code="no_longer_yours")
    confirmed = dt.datetime.fromisoformat(given) if (given := job.inputs["confirmed_at"]) else None
    aged = confirmed + (now - job.asked_at) if confirmed else None
    return Context(book(), person, now, "import", confirmed_at=aged, clock=timezone.now)
