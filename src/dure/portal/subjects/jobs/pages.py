"""The list of jobs, and the page of one: how far it is, how it ended, and the buttons that cancel it or ask for it again."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.acting import tried
from dure.portal.kit.gate import LISTED, Route
from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import called, state
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List
from dure.portal.kit.lists.shown import leading_to
from dure.portal.kit.wording.about import named_column, named_in
from dure.portal.subjects.jobs.seen import KINDS, seen
from dure.records.work import access, queries

STATES = {
    "waiting": _("Waiting"), "running": _("Being done"), "done": _("Done"), "failed": _("It failed"), "cancelled": _("Cancelled"),
}  # fmt: skip
TONES = {"waiting": "wait", "running": "wait", "done": "good", "failed": "bad", "cancelled": ""}
JOBS = List(
    key="jobs",
    title=_("Work in the background"),
    columns=(
        Column(key="id", label=_("No."), kind="code", href=leading_to("job", "job_id", sample=0)),
        Column(key="kind", label=_("What"), show=lambda row: KINDS.get(row["kind"], row["kind"])),
        named_column("subject", _("About")),
        state(STATES, TONES, _("State"), source="progress"),
        called("asked_by", _("Asked for by"), "asked_by__name", nullable=True),
        Column(key="asked_at", label=_("Asked for"), kind="instant"),
        Column(key="finished_at", label=_("Ended"), kind="instant", nullable=True),
        Column(key="attempts", label=_("Times begun"), kind="number", standard=False),
    ),
    order="-id",
    unique=frozenset({"id"}),
    filters=(
        Choice(key="state", label=_("State"), choices=STATES.items, field="progress"),
        Choice(key="kind", label=_("What"), choices=KINDS.items),
        DateRange(key="asked", label=_("Asked for"), field="asked_at"),
    ),
    search=queries.matching,
    searched=_("What it is about"),
    empty=_("Nothing has been asked for yet. Solving a round and verifying the journal are done in the background."),
)  # fmt: skip


def jobs(request: HttpRequest, *, desk: str) -> HttpResponseBase:
    """Every job that this person may see, the last first."""
    says = gettext("What takes longer than a page is done by workers. It goes on when you leave, and when a machine fails.")
    context = {"heading": gettext("Work in the background"), "says": says}
    rows = queries.with_progress(access.visible_jobs(request.user))
    return respond(request, [Bound(JOBS, rows, desk, partial(named_in, column="subject"))], context)


def job_page(request: HttpRequest, *, desk: str, job_id: int) -> HttpResponse:
    """One job; the part that tells how far it is asks for itself again until the job has ended."""
    shown, here = seen(_job_or_404(request, job_id)), reverse(f"{desk}:job", kwargs={"job_id": job_id})
    context = {
        "job": shown,
        "desk_jobs": reverse(f"{desk}:jobs"),
        "here": here,
        "cancel_href": reverse(f"{desk}:job_cancel", kwargs={"job_id": job_id}),
        "retry_href": reverse(f"{desk}:job_retry", kwargs={"job_id": job_id}),
    }
    if not request.headers.get("HX-Request"):
        return render(request, "jobs/job.html", context)
    response = render(request, "jobs/_job.html", context)
    if not shown.running:
        response.headers["HX-Redirect"] = here
    return response


def cancel(request: HttpRequest, *, desk: str, job_id: int) -> HttpResponse:
    """Cancel it."""
    _job_or_404(request, job_id)
    if problem := tried(request, "cancel_job", {"job": job_id}):
        messages.error(request, problem, extra_tags="bad")
    else:
        messages.info(request, gettext("It stops at its next heartbeat."))
    return redirect(f"{desk}:job", job_id=job_id)


def retry(request: HttpRequest, *, desk: str, job_id: int) -> HttpResponse:
    """Ask for it again."""
    _job_or_404(request, job_id)
    if problem := tried(request, "retry_job", {"job": job_id}):
        messages.error(request, problem, extra_tags="bad")
        return redirect(f"{desk}:job", job_id=job_id)
    return redirect(f"{desk}:jobs")


def _job_or_404(request: HttpRequest, job_id: int) -> Any:
    found = access.visible_jobs(request.user).filter(pk=job_id).first()
    if found is None:
        raise Http404
    return found


def job_routes(desk: str) -> list[Route]:
    """The addresses of jobs at that desk."""

    def at(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        def bound(request: HttpRequest, **given: Any) -> HttpResponseBase:
            return view(request, desk=desk, **given)

        return bound

    return [
        Route("jobs/", "jobs", at(jobs), desk, "desk", LISTED, menu=gettext_noop("Work in the background")),
        Route("jobs/<int:job_id>/", "job", at(job_page), desk, "own"),
        Route("jobs/<int:job_id>/cancel/", "job_cancel", at(cancel), desk, "own", ("POST",)),
        Route("jobs/<int:job_id>/retry/", "job_retry", at(retry), desk, "own", ("POST",)),
    ]
