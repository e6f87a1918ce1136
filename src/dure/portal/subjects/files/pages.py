"""One's files: the list of them, how far each is, the file itself once it is made, and what to do when it is kept no longer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.cycle.working.files import EXPORT, file_of
from dure.portal.kit.acting import tried
from dure.portal.kit.gate import LISTED, Route, sits_behind
from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import state
from dure.portal.kit.lists.declared import Choice, Column, List, Row
from dure.portal.subjects.jobs.seen import seen
from dure.records.files import access
from dure.records.files.queries import pieces
from dure.records.work import queries as work

STATES = {
    "waiting": _("Waiting"), "running": _("Being made"), "done": _("Done"), "failed": _("It failed"), "cancelled": _("Cancelled"),
}  # fmt: skip
TONES = {"waiting": "wait", "running": "wait", "done": "good", "failed": "bad", "cancelled": ""}


def called(subject: str) -> str:
    """What the file of that job is called before it is made."""
    return subject.removeprefix("file/").rpartition("-")[0]


def _page(row: Row, _desk: str) -> str:
    return reverse("file", kwargs={"job_id": row["pk"]})


FILES = List(
    key="files",
    title=_("Your files"),
    columns=(
        Column(key="subject", label=_("File"), show=lambda row: called(row["subject"]), href=_page),
        state(STATES, TONES, _("State"), source="progress"),
        Column(key="asked_at", label=_("Asked for"), kind="instant"),
        Column(key="finished_at", label=_("Ended"), kind="instant", nullable=True),
    ),
    order="-asked_at",
    filters=(Choice(key="state", label=_("State"), choices=STATES.items, field="progress"),),
    empty=_("You have asked for no file yet. All rows of a long list are written in the background, and then stand here."),
)  # fmt: skip


def files(request: HttpRequest) -> HttpResponseBase:
    """What this person asked for, the last first."""
    jobs = work.with_progress(access.own_jobs(request.user).filter(kind=EXPORT))
    page = {
        "heading": gettext("Your files"),
        "says": gettext("Long files are made in the background and kept for some days. Nobody else can open them."),
    }
    return respond(request, [Bound(FILES, jobs, "")], page)


def file(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far a file is, and the file once it is made; 410 once it is kept no longer, with the way to make it again."""
    job = _own_or_404(request, job_id)
    shown, here = seen(job), reverse("file", kwargs={"job_id": job_id})
    made, until = _made(request, job), parse_datetime((job.outcome or {}).get("until", ""))
    context = {
        "job": shown,
        "here": here,
        "name": called(job.subject),
        "file": made,
        "rows": (job.outcome or {}).get("rows"),
        "until": until if until and until <= timezone.now() else None,
        "gone": shown.done and made is None,
        "back_href": job.inputs["back"],
        "again_href": job.inputs["address"],
        "cancel_href": reverse("file_cancel", kwargs={"job_id": job_id}),
        "retry_href": reverse("file_retry", kwargs={"job_id": job_id}),
    }
    if not request.headers.get("HX-Request"):
        return render(request, "files/file.html", context, status=410 if context["gone"] else 200)
    response = render(request, "jobs/_job.html", context)
    if not shown.running:
        response.headers["HX-Redirect"] = here
    return response


def content(request: HttpRequest, job_id: int) -> HttpResponseBase:
    """The file, a piece at a time."""
    made = _made(request, _own_or_404(request, job_id))
    if made is None:
        return redirect("file", job_id=job_id)
    response = StreamingHttpResponse(pieces(made), content_type=made.media)
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    response.headers["Content-Length"] = str(made.size)
    return response


def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Cancel it."""
    _own_or_404(request, job_id)
    if problem := tried(request, "cancel_job", {"job": job_id}):
        messages.error(request, problem, extra_tags="bad")
    return redirect("file", job_id=job_id)


def retry(request: HttpRequest, job_id: int) -> HttpResponse:
    """Ask for it again, and go to the new one."""
    job = _own_or_404(request, job_id)
    if problem := tried(request, "retry_job", {"job": job_id}):
        messages.error(request, problem, extra_tags="bad")
        return redirect("file", job_id=job_id)
    last = work.asked_last(EXPORT, job.subject)
    return redirect("file", job_id=last.pk if last else job_id)


def _made(request: HttpRequest, job: Any) -> Any:
    """The file, while it is kept, and while they sit at the desk from whose list it is."""
    return file_of(job) if job.outcome and sits_behind(job.inputs["address"], request.user) else None


def _own_or_404(request: HttpRequest, job_id: int) -> Any:
    found = access.own_jobs(request.user).filter(pk=job_id, kind=EXPORT).first()
    if found is None:
        raise Http404
    return found


ROUTES = [
    Route("account/files/", "files", files, "", "signed in", LISTED),
    Route("account/files/<int:job_id>/", "file", file, "", "signed in"),
    Route("account/files/<int:job_id>/content", "file_content", content, "", "signed in"),
    Route("account/files/<int:job_id>/cancel/", "file_cancel", cancel, "", "signed in", ("POST",)),
    Route("account/files/<int:job_id>/retry/", "file_retry", retry, "", "signed in", ("POST",)),
]
