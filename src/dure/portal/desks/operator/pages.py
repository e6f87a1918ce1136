"""What does the operator watch? Capacity, who holds which server when, and the plans that wait to be applied."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.gate import LISTED, Route
from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording.about import abouts, heading
from dure.portal.kit.wording.book import book
from dure.portal.subjects.buildout import register
from dure.portal.subjects.buildout.explanation import capacity_chart
from dure.portal.subjects.decisions.approvals import official_routes, working_list
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.journal import carried, filed, last_by_subject
from dure.portal.subjects.jobs.pages import job_routes
from dure.portal.subjects.metering import usage
from dure.portal.subjects.metering.explanation import states_chart
from dure.portal.subjects.rounds import leases
from dure.portal.subjects.rounds.pages import round_routes
from dure.records.journal import queries as journal

DESK = "operator"
PLANS = ("provisioning", "metering", "reclaim")


def waiting(request: HttpRequest) -> HttpResponseBase:
    """What waits for the operator, and what was decided."""
    return working_list(
        request, desk=DESK, says=_("Provisioning and metering take effect with your approval; reclaim waits for the agency.")
    )


def running(request: HttpRequest) -> HttpResponse:
    """Capacity by week, what the servers' time was month by month, and the plans of each subject."""
    build = carried("buildout", book().programme)
    sections = [section(capacity_chart(build), request.GET, files=_files(build))] if build else []
    months = last_by_subject("metering")
    month = request.GET.get("month") if request.GET.get("month") in months else max(months, default=None)
    if month is not None:
        metered = filed(months[month])
        sections.append(section(states_chart(metered), request.GET, files=_files(metered)))
    sections.append(section(_plans(), request.GET))
    context = {
        "heading": _("Capacity and use"),
        "says": _("What is there, what it did, and what is planned."),
        "sections": sections,
    }
    return render(request, "dure/desk_list.html", context)


def _files(one: Filed) -> str:
    return reverse(f"{DESK}:decision", kwargs={"seq": one.seq})


def _plans() -> Table:
    """The recommendation filed last on each subject that the operator works with."""
    last = {
        (each.decision, each.subject): each
        for each in journal.entries(programme=book().programme, kind="recommendation").filter(decision__in=PLANS)
    }
    named = abouts(last)
    rows = [
        {
            "what": heading(decision, named[decision, subject]),
            "what_beneath": named[decision, subject].id,
            "href": reverse(f"{DESK}:decision", kwargs={"seq": entry.seq}),
            "at": entry.at.isoformat(),
            "state": _("Waiting") if entry.is_pending else _("Approved") if entry.is_approved else _("Refused"),
            "state_tone": "wait" if entry.is_pending else "good" if entry.is_approved else "bad",
        }
        for (decision, subject), entry in sorted(last.items(), key=lambda each: -each[1].seq)
    ]
    columns = [Column("what", _("Plan"), "link"), Column("at", _("Filed at"), "instant"), Column("state", _("State"), "badge")]
    return Table("plans", _("Provisioning, metering, reclaim"), columns, rows)


ROUTES = [
    Route("", "list", waiting, DESK, "desk", LISTED, menu=gettext_noop("Working list")),
    Route("servers/", "servers", leases.servers, DESK, "desk", LISTED, menu=gettext_noop("Servers and leases")),
    Route("running/", "running", running, DESK, "desk", menu=gettext_noop("Capacity and use")),
    Route("register/", "register", partial(register.register, desk=DESK), DESK, "desk", LISTED,
          menu=gettext_noop("Server register")),
    Route("usage/", "usage", partial(usage.usage, desk=DESK), DESK, "desk", LISTED, menu=gettext_noop("Usage")),
    *round_routes(DESK),
    *job_routes(DESK),
    *official_routes(DESK),
]  # fmt: skip
