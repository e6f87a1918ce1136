"""Are the books complete, unaltered and right? Verification, replay and the invariants, each done in the background."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.cycle.working.asking import ask
from dure.cycle.working.checks import INVARIANTS, JOURNAL, RECORDS, REPLAY, VERIFY, entry_subject
from dure.formats.errors import BadInput
from dure.portal.kit.refusals.saying import say
from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Table
from dure.portal.subjects.decisions.journal import entry_or_404
from dure.portal.subjects.jobs.seen import Seen, seen
from dure.records.invariants.listed import INVARIANTS as LISTED
from dure.records.work import queries


def replay(request: HttpRequest, seq: int) -> HttpResponse:
    """Have that decision made again from the entry's own facts and rules, with today's code; its page says what differs."""
    _asked(request, REPLAY, entry_subject(entry_or_404(seq).seq))
    return redirect("auditor:decision", seq=seq)


def replayed(seq: int) -> Seen | None:
    """The replay of that entry which was asked for last."""
    return _last(REPLAY, entry_subject(seq))


def polled(request: HttpRequest, job: Seen, context: dict[str, Any]) -> HttpResponse:
    """The part of a page that tells of its job; the page is loaded again, at `context["here"]`, once the job has ended."""
    response = render(request, "jobs/_job.html", {**context, "job": job})
    if not job.running:
        response.headers["HX-Redirect"] = context["here"]
    return response


def verification(request: HttpRequest) -> HttpResponse:
    """What is verified, how far the verification is that was asked for last, and what it found."""
    if request.method == "POST":
        _asked(request, VERIFY, JOURNAL)
        return redirect("auditor:verification")
    return _page(request, "audit/verification.html", "auditor:verification", _last(VERIFY, JOURNAL), _faults)


def invariants(request: HttpRequest) -> HttpResponse:
    """What must hold in every state of the records, and whether it held when it was last looked at."""
    if request.method == "POST":
        _asked(request, INVARIANTS, RECORDS)
        return redirect("auditor:invariants")
    return _page(request, "audit/invariants.html", "auditor:invariants", _last(INVARIANTS, RECORDS), _held)


def _page(request: HttpRequest, template: str, here: str, job: Seen | None, table: Any) -> HttpResponse:
    context: dict[str, Any] = {"job": job, "here": reverse(here)}
    if job is not None and job.running:
        context["cancel_href"] = reverse("auditor:job_cancel", kwargs={"job_id": job.id})
    if request.headers.get("HX-Request") and job is not None:
        return polled(request, job, context)
    if job is not None and job.done:
        context["found"] = section(table(job.outcome), {})
    return render(request, template, context)


def _faults(outcome: dict[str, Any]) -> Table:
    columns = [Column("code", _("Fault"), "code"), Column("where", _("Where")), Column("message", _("What"))]
    return Table("faults", _("Faults"), columns, outcome["faults"])


def _held(outcome: dict[str, Any]) -> Table:
    """Every invariant of which a query tells, with what the last look found."""
    places = {each["id"]: "; ".join(each["places"]) for each in outcome["breaches"]}
    columns = [Column("id", _("No."), "code"), Column("says", _("What must hold")), Column("found", _("Found"))]
    unseen = _("Not all rows can be seen by the worker: `dure doctor` looks at them.")
    rows = [
        {
            "id": each.id,
            "says": _(each.says),
            "found": places.get(each.id) or (unseen if each.id in outcome["unseen"] else _("Holds")),
        }
        for each in LISTED
        if each.breaches
    ]
    return Table("invariants", _("Invariants"), columns, sorted(rows, key=lambda row: row["id"] not in places))


def _asked(request: HttpRequest, kind: str, subject: str) -> None:
    """Ask for it in this person's name; where it has been asked for already, the page shows how far that is."""
    person: Any = request.user
    try:
        ask(kind, subject, by=person)
    except BadInput as refused:
        messages.info(request, say(refused))


def _last(kind: str, subject: str) -> Seen | None:
    job = queries.asked_last(kind, subject)
    return seen(job) if job is not None else None
