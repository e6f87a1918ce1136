"""How do the proposals of each call rank, and which portfolio was chosen?"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import called, state
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List, Range
from dure.portal.kit.lists.shown import leading_to
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.lists import ANSWERS
from dure.portal.subjects.decisions.page import decision_page
from dure.records.journal import queries as journal
from dure.records.procurement import queries
from dure.records.review import queries as review

DESK = "agency"


STATES = {"unopened": _("Not open yet"), "open": _("Open"), "closed": _("Closed")}
TONES = {"unopened": "plain", "open": "good", "closed": "plain"}
CALLS = List(
    key="calls",
    title=_("Calls for providers"),
    columns=(
        Column(key="id", label=_("Call"), show=lambda row: name(row["id"]), href=leading_to("call", "call_id")),
        called("title", _("Title of the call"), "title"),
        state(STATES, TONES, _("State"), source="progress"),
        Column(key="opened_at", label=_("Opened"), kind="instant"),
        Column(key="closes_at", label=_("Deadline"), kind="instant"),
        Column(key="offers", label=_("Proposals"), kind="number", nullable=True),
        Column(key="budget", label=_("Budget"), kind="money", source="budget_amount"),
        Column(key="awarded", label=_("Amount awarded"), kind="money", source="awarded_amount"),
    ),
    order="-opened_at",
    unique=frozenset({"id"}),
    filters=(
        Choice(key="state", label=_("State"), choices=STATES.items, field="progress"),
        DateRange(key="deadline", label=_("Deadline"), field="closes_at"),
        Range(key="offers", label=_("Proposals")),
    ),
    search=queries.calls_matching,
    searched=_("Call or title"),
    empty=_("No call for providers has been opened."),
    note=_("How many proposals there are is known when the call has closed."),
)


def calls(request: HttpRequest) -> HttpResponseBase:
    """Every call for providers, the last first."""
    rows = queries.with_figures(queries.calls(), timezone.now())
    context = {
        "heading": gettext("Proposals and selection"),
        "says": gettext("Each call with its ranking and its selection."),
    }
    return respond(request, [Bound(CALLS, rows, DESK)], context)


def call(request: HttpRequest, call_id: str) -> HttpResponse:
    """One call: the ranking of its proposals and its selection as they are on record; what else was filed on it is listed."""
    found = queries.call(call_id)
    if found is None:
        raise Http404
    decided = [("evaluation", panel.pk, review.ranking_entry(panel)) for panel in review.panels(kind="proposal", subject=call_id)]
    decided.append(("portfolio", call_id, queries.selecting_entry(call_id)))
    pages = [page for decision, subject, by in decided if (page := _decided(request, decision, subject, by))]
    heading, title = gettext("Proposals and selection"), in_language(found.title)
    return render(request, "evaluation/proposals.html", {"pages": pages, "heading": f"{heading} · {title}"})


def _decided(request: HttpRequest, decision: str, subject: str, by: int | None) -> dict[str, Any]:
    """The recommendation to which the records of that subject refer, as a page, and the others; nothing where none was filed.

    `by`: its entry. Where nothing has been carried out, the one filed last is shown, with its state.
    """
    filed = list(journal.entries(decision=decision, subject=subject, kind="recommendation"))
    if not filed:
        return {}
    shown = next((each for each in filed if each.seq == by), filed[-1])
    files = _decision(shown.seq)
    others = [
        {"href": _decision(each.seq), "seq": each.seq, "at": each.at, "state": _state(each)}
        for each in reversed(filed)
        if each is not shown
    ]
    page = decision_page(shown, request.GET, files=files, public=False, office=True, named=True)
    return {"href": files, "page": page, "others": others}


def _state(entry: Any) -> str:
    return gettext("Waiting") if entry.is_pending else str(ANSWERS["approval" if entry.is_approved else "refusal"])


def _decision(seq: int) -> str:
    return reverse(f"{DESK}:decision", kwargs={"seq": seq})
