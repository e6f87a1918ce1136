"""Long tables, which workers go through: how far one is, what it came to, and carrying it out once its preview has no fault."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.cycle.commands.importing import Report
from dure.cycle.commands.registry import row_of
from dure.cycle.working.importing import IMPORT, again, report_of
from dure.formats.errors import BadInput
from dure.formats.sheets import CONTENT_TYPES, write_sheet
from dure.portal.kit.acting import context_of, tried, why
from dure.portal.kit.gate import Route
from dure.portal.kit.identity import proof
from dure.portal.subjects.jobs.seen import Seen, seen
from dure.portal.subjects.tables.report import in_words, told
from dure.records.files import access
from dure.records.work import queries as work

MOST_LISTED = 5


def of_command(person: Any, name: str) -> list[Seen]:
    """The long tables of that command that this person sent last."""
    found = work.with_progress(access.own_jobs(person).filter(kind=IMPORT, inputs__command=name)).order_by("-pk")
    return [seen(each) for each in found[:MOST_LISTED]]


def job_page(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far it is; once it has ended, what it came to."""
    job = _own_or_404(request, job_id)
    shown, here, row = seen(job), reverse("table_job", kwargs={"job_id": job_id}), row_of(job.inputs["command"])
    report, problem = _report(job) if shown.done else (None, "")
    context = {
        "job": shown,
        "here": here,
        "heading": _(row.label),
        "name": job.inputs["name"],
        "preview": not job.inputs["apply"],
        "report": told(report) if report else None,
        "problem": problem,
        "table_href": reverse("table", kwargs={"name": row.name}),
        "cancel_href": reverse("table_job_cancel", kwargs={"job_id": job_id}),
    }
    if not request.headers.get("HX-Request"):
        return render(request, "tables/job.html", context)
    response = render(request, "jobs/_job.html", context)
    if not shown.running:
        response.headers["HX-Redirect"] = here
    return response


def apply(request: HttpRequest, job_id: int) -> HttpResponse:
    """Carry out the table whose preview that job was: another job, once for somebody who presses twice."""
    job = _own_or_404(request, job_id)
    if row_of(job.inputs["command"]).step_up and not proof.is_recent(request):
        return proof.ask(request, reverse("table_job", kwargs={"job_id": job_id}))
    try:
        made = again(job, context_of(request)._replace(via="import"), apply=True, key=f"preview-{job.pk}")
    except BadInput as error:
        messages.error(request, why(error), extra_tags="bad")
        return redirect("table_job", job_id=job_id)
    return redirect("table_job", job_id=made.pk)


def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Cancel it; nothing of it is carried out."""
    _own_or_404(request, job_id)
    if problem := tried(request, "cancel_job", {"job": job_id}):
        messages.error(request, problem, extra_tags="bad")
    return redirect("table_job", job_id=job_id)


def faults(request: HttpRequest, job_id: int) -> HttpResponse:
    """What is wrong with which row, as a table to work through."""
    job = _own_or_404(request, job_id)
    report, _problem = _report(job) if job.outcome else (None, "")
    if report is None:
        raise Http404
    rows = [[each.line, each.column, in_words(report.command, each)] for each in report.faults]
    made = write_sheet([_("Row"), _("Column"), _("What is wrong")], rows, "xlsx")
    named = {"Content-Disposition": 'attachment; filename="faults.xlsx"'}
    return HttpResponse(made, content_type=CONTENT_TYPES["xlsx"], headers=named)


def _report(job: Any) -> tuple[Report | None, str]:
    """The report, or why it is not there any more."""
    try:
        return report_of(job), ""
    except BadInput as error:
        return None, why(error)


def _own_or_404(request: HttpRequest, job_id: int) -> Any:
    found = work.with_progress(access.own_jobs(request.user).filter(pk=job_id, kind=IMPORT)).first()
    if found is None:
        raise Http404
    return found


ROUTES = [
    Route("account/tables/<int:job_id>/", "table_job", job_page, "", "signed in"),
    Route("account/tables/<int:job_id>/apply/", "table_job_apply", apply, "", "signed in", ("POST",)),
    Route("account/tables/<int:job_id>/cancel/", "table_job_cancel", cancel, "", "signed in", ("POST",)),
    Route("account/tables/<int:job_id>/faults.xlsx", "table_job_faults", faults, "", "signed in"),
]
