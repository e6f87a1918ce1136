"""Work in the background, for the program that asked: how far it is, what it came to, and the faults of a table of commands."""

import datetime as dt
from typing import Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from dure.cycle.commands.importing import Fault, Report, refusal_of_row
from dure.cycle.working.files import EXPORT, file_of
from dure.cycle.working.importing import IMPORT, report_of
from dure.formats.errors import BadInput, read_stated
from dure.formats.sheets import CONTENT_TYPES, write_sheet
from dure.portal.api.door import JSON, Caller, require_reading
from dure.portal.api.problems import Worded, not_found, words_of
from dure.portal.kit.gate import sits_behind
from dure.portal.kit.refusals.saying import where_stopped
from dure.records.files import access
from dure.records.files.queries import pieces
from dure.records.work.queries import with_progress

FAULT_COLUMNS = ("line", "column", "code", "what", "todo")


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a job failed: a stable code, and a sentence."""

    code: str
    what: str


class JobState(msgspec.Struct, frozen=True, kw_only=True):
    """A job. `done` of `total` rows, where that is known; `result` and `faults`: addresses, once there is something at them."""

    id: int
    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    done: int | None
    total: int | None
    asked_at: dt.datetime
    ended_at: dt.datetime | None
    failure: Failure | None
    result: str | None
    faults: str | None


def accepted(job: Any, caller: Caller) -> HttpResponse:
    """202: it is done in the background, and that address says how far it is."""
    state = _state(_own(caller, job.pk))
    response = HttpResponse(msgspec.json.encode(state), status=202, content_type=JSON)
    response.headers["Location"] = f"/api/v1/jobs/{job.pk}"
    response.headers["Retry-After"] = "1"
    return response


def open_job(request: HttpRequest, caller: Caller, job_id: int) -> HttpResponse:
    """How far it is, or how it ended."""
    del request
    return HttpResponse(msgspec.json.encode(_state(_own(caller, job_id))), content_type=JSON)


def open_result(request: HttpRequest, caller: Caller, job_id: int) -> HttpResponseBase:
    """What it came to: the file, or the report on a table of commands."""
    del request
    job = _ended_well(caller, job_id)
    if job.kind == IMPORT:
        return HttpResponse(msgspec.json.encode(in_words(report_of(job))), content_type=JSON)
    made = file_of(job) if sits_behind(job.inputs["address"], caller.person) else None
    if made is None:
        raise _gone(job_id)
    response = StreamingHttpResponse(pieces(made), content_type=made.media)
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    response.headers["Content-Length"] = str(made.size)
    return response


def open_faults(request: HttpRequest, caller: Caller, job_id: int) -> HttpResponse:
    """The faults of a table of commands as a table of their own: XLSX, or CSV with `?format=csv`."""
    form = request.GET.get("format", "xlsx")
    if form not in {"csv", "xlsx"} or set(request.GET) - {"format"}:
        raise Worded(_("the format is csv or xlsx."), where="format", code="bad_parameter")
    job = _ended_well(caller, job_id)
    if job.kind != IMPORT:
        raise not_found(f"/api/v1/jobs/{job_id}/faults")
    rows = [[getattr(each, name) for name in FAULT_COLUMNS] for each in in_words(report_of(job)).faults]
    kind = "text/csv; charset=utf-8" if form == "csv" else CONTENT_TYPES["xlsx"]
    made = write_sheet(FAULT_COLUMNS, rows, "csv" if form == "csv" else "xlsx")
    return HttpResponse(made, content_type=kind, headers={"Content-Disposition": f'attachment; filename="faults.{form}"'})


def in_words(report: Report) -> Report:
    """The report with its faults, and where it was left, in the reader's language."""
    stop = report.stopped and msgspec.structs.replace(report.stopped, what=where_stopped(report.stopped))
    faults = [_fault_in_words(report.command, each) for each in report.faults]
    return msgspec.structs.replace(report, faults=faults, stopped=stop)


def _fault_in_words(command: str, fault: Fault) -> Fault:
    what, todo = words_of(refusal_of_row(command, fault))
    return msgspec.structs.replace(fault, what=what, todo=todo)


def _own(caller: Caller, job_id: int) -> Any:
    """The job, if this person asked for it, and the token may read or carry out what it does."""
    found = with_progress(access.own_jobs(caller.person).filter(pk=job_id, kind__in=(EXPORT, IMPORT))).first()
    if found is None:
        raise not_found(f"/api/v1/jobs/{job_id}")
    if found.kind == EXPORT or not caller.may_carry_out(found.inputs["command"]):
        require_reading(caller)
    return found


def _ended_well(caller: Caller, job_id: int) -> Any:
    job = _own(caller, job_id)
    if job.progress != "done":
        raise Worded(
            _("the work has not come to an end of its own."),
            where=f"/api/v1/jobs/{job_id}",
            todo=_("Ask for the job itself: it says how far it is, or why it failed."),
            code="not_now",
            detail={"state": job.progress},
        )
    return job


def _state(job: Any) -> JobState:
    done = job.progress == "done"
    here = f"/api/v1/jobs/{job.pk}"
    return JobState(
        id=job.pk, kind=job.kind, state=job.progress, done=job.done, total=job.total, asked_at=job.asked_at.astimezone(dt.UTC),
        ended_at=job.finished_at.astimezone(dt.UTC) if job.finished_at else None, failure=_failure(job),
        result=f"{here}/result" if done else None,
        faults=f"{here}/faults" if done and job.outcome.get("faults") else None,
    )  # fmt: skip


def _failure(job: Any) -> Failure | None:
    if not job.failure:
        return None
    refused = read_stated(job.failure) or BadInput(_("the fault is ours, and nothing was written."), code="broken")
    return Failure(code=refused.code, what=words_of(refused)[0])


def _gone(job_id: int) -> Worded:
    return Worded(
        _("the file is no longer kept."), where=f"/api/v1/jobs/{job_id}/result", todo=_("Ask for it again."), code="file_gone"
    )
