"""The pages of calls that everybody reads: all calls, and one call with what it asks, its deadline, questions and answers."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.commands.registry import BY_NAME
from dure.portal.kit.acting import context_of
from dure.portal.kit.form.bound import Bound, Unnamed, bound
from dure.portal.kit.form.fields import fields_of
from dure.portal.kit.wording import numbers
from dure.portal.kit.wording.limits import limits_on
from dure.portal.kit.wording.words import name
from dure.portal.subjects.acts.choices import title_of
from dure.portal.subjects.acts.possible import Possible, possible
from dure.portal.subjects.calls import moved, questions, state
from dure.portal.subjects.calls.opened import STAGES, href_of_call
from dure.portal.subjects.documents.shown import documents_of
from dure.records.demand import access as demand_access
from dure.records.demand import queries as demand
from dure.records.parties.access import may_oversee, organisations_of, sits_at
from dure.records.procurement import access as procurement_access
from dure.records.procurement import queries as procurement

MOST_CLOSED = 50
# Fields of an offer that say which call it is for and who makes it, and that no call asks.
_OWN = frozenset({"call", "id", "provider", "organisation", "synthetic"})


@dataclass(frozen=True)
class Line:
    """A call in the list of all calls. `when`: a sentence about its opening or deadline."""

    title: str
    kind: str
    href: str
    when: str
    offers: str


def everything(request: HttpRequest) -> HttpResponse:
    """Every call: those that are open, those to come, and those that have closed."""
    now = timezone.now()
    found: list[tuple[str, dt.datetime, Any]] = [("call", each.opened_at, each) for each in procurement.calls()]
    found += [("user_call", each.opens_at, each) for each in demand.user_calls_alone()]
    open_now = [each for each in found if each[1] <= now < each[2].closes_at]
    to_come = [each for each in found if now < each[1]]
    closed = [each for each in found if each[2].closes_at <= now]
    closed.sort(key=lambda each: each[2].closes_at, reverse=True)
    groups = [
        {
            "key": "open",
            "title": _("Open now"),
            "lines": [_line(*each, now) for each in sorted(open_now, key=lambda each: each[2].closes_at)],
            "empty": _("No call is open now. A call stands here from the moment it opens until its deadline."),
        },
        {
            "key": "to-come",
            "title": _("Announced"),
            "lines": [_line(*each, now) for each in sorted(to_come, key=lambda each: each[1])],
            "empty": _("No other call has been announced."),
        },
        {
            "key": "closed",
            "title": _("Closed"),
            "lines": [_line(*each, now) for each in closed[:MOST_CLOSED]],
            "empty": _("No call has closed yet."),
        },
    ]
    return render(request, "calls/calls.html", {"groups": groups})


def _line(kind: str, _opens_at: dt.datetime, call: Any, now: dt.datetime) -> Line:
    when, _tone = state.of_call(call, now) if kind == "call" else state.of_user_call(call, now)
    offers = _("Budget %(amount)s") % {"amount": numbers.money_short(call.budget_amount)} if kind == "call" else _gpus(call)
    return Line(title_of(call), name(kind), href_of_call(kind, call.pk), when, offers)


def _gpus(call: Any) -> str:
    return _("%(gpus)s offered") % {"gpus": numbers.gpus(call.gpus_offered)} if call.gpus_offered else ""


def provider_call(request: HttpRequest, call_id: str) -> HttpResponse:
    """One call for providers."""
    call = procurement.call(call_id)
    if call is None:
        raise Http404
    facts = [
        (_("Budget"), numbers.money(call.budget_amount)),
        (_("Opening"), numbers.instant(call.opened_at)),
        (_("Deadline"), numbers.instant(call.closes_at)),
        (_("Briefing"), numbers.instant(call.briefing_at) if call.briefing_at else _("None is held.")),
    ]
    says = _(
        "Providers offer GPU servers in lots, each in one or more quantities with its price. What is awarded stays within the "
        "budget. A later version of a proposal replaces the earlier one, until the deadline; until then nobody else sees it."
    )
    more = {
        "questions": questions.of_call(call, request.user),
        "extensions": moved.of_call(call.pk),
        "own": _own_proposals(call, request.user),
        "limits": limits_on(timezone.localdate(call.closes_at)),
        "reads_more": may_oversee(request.user) or sits_at(request.user, "provider", "applicant"),
    }
    return _page(request, "call", call, state.of_call(call, timezone.now()), facts, says, more)


def user_call(request: HttpRequest, user_call_id: str) -> HttpResponse:
    """One call for users."""
    call = demand.user_call(user_call_id)
    if call is None:
        raise Http404
    facts = [
        (_("GPUs offered"), numbers.gpus(call.gpus_offered or None)),
        (_("Opening"), numbers.instant(call.opens_at)),
        (_("Deadline"), numbers.instant(call.closes_at)),
    ]
    says = _(
        "Organisations apply for GPU servers: how many, for how many weeks, of which models, and for what. The published "
        "conditions are checked first; applications that meet them are judged, and granted in an allocation round."
    )
    more = {
        "extensions": moved.by_rule(f"user_call/{call.pk}"),
        "own": _own_applications(call, request.user),
        "reads_more": may_oversee(request.user) or sits_at(request.user, "applicant"),
    }
    return _page(request, "user_call", call, state.of_user_call(call, timezone.now()), facts, says, more)


def _page(
    request: HttpRequest, kind: str, call: Any, stands: tuple[str, str], facts: Sequence[Any], says: str, more: dict[str, Any]
) -> HttpResponse:
    acts: list[Possible] = []
    if request.user.is_authenticated:
        acts = possible(kind, call.pk, context_of(request))
    context = {
        "is_over": call.closes_at <= timezone.now(),
        "title": title_of(call),
        "kind": name(kind),
        "key": call.pk,
        "status": stands[0],
        "tone": stands[1],
        "facts": [*facts, *moved.clocks_of(call, request.user)],
        "says": says,
        "asks": asked_for("submit_proposal" if kind == "call" else "submit_application"),
        "stage": STAGES[kind],
        "now": [each for each in acts if each.href],
        "later": [each for each in acts if not each.href],
        "documents": documents_of(kind, call.pk, request.user),
        "object": reverse("objects:one", kwargs={"kind": kind, "key": call.pk}),
        **more,
    }
    return render(request, "calls/call.html", context)


def asked_for(command: str) -> list[Bound]:
    """What an offer in answer to a call holds: the fields of the command's form, without those that name call and sender."""
    fields = [each for each in fields_of(BY_NAME[command].command) if each.name not in _OWN]
    return bound(fields, {}, {}, Unnamed())


def _own_proposals(call: Any, person: Any) -> list[dict[str, Any]]:
    """The proposals that the reader's own organisation has handed in, the last first."""
    mine = organisations_of(person, "provider")
    if not mine:
        return []
    found = procurement_access.visible_proposals(person).filter(call=call, provider__in=mine).order_by("-version")
    return [
        {
            "href": reverse("objects:one", kwargs={"kind": "proposal", "key": each.pk}),
            "label": _("Version %(n)s, %(at)s") % {"n": each.version, "at": numbers.instant(each.submitted_at)},
        }
        for each in found
    ]


def _own_applications(call: Any, person: Any) -> list[dict[str, Any]]:
    """The applications of the reader's own organisation."""
    mine = organisations_of(person, "applicant")
    if not mine:
        return []
    found = (
        demand_access.visible_applications(person)
        .filter(user_call=call, organisation__in=mine, withdrawn_at=None)
        .order_by("submitted_at", "id")
    )
    return [{"href": reverse("applicant:application", kwargs={"key": each.pk}), "label": each.title} for each in found]
