"""What became of one's own applications?"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dure.cycle.commands.rows import Owners
from dure.cycle.demand.standing import applicant_of
from dure.portal.kit.acting import context_of
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.wording.numbers import number
from dure.portal.kit.wording.words import name
from dure.portal.subjects.acts.door import Answers
from dure.portal.subjects.acts.outcome import href_of
from dure.portal.subjects.acts.possible import possible
from dure.portal.subjects.applications.lists import OWN
from dure.portal.subjects.applications.page import application_page
from dure.portal.subjects.documents.shown import ATTACHING, documents_of
from dure.records.allocation import held
from dure.records.allocation import queries as allocation
from dure.records.demand import access as demand_access
from dure.records.parties.access import organisations_of

DESK = "applicant"


def _own(person: Any) -> Any:
    """The person's own, even where another desk of theirs would see all."""
    return demand_access.visible_applications(person).filter(organisation__in=organisations_of(person, DESK))


def own_applications(person: Any) -> Bound:
    """The applications of the person's organisations, with what each round gave them."""
    return Bound(OWN, allocation.with_results(_own(person)), DESK)


def own_totals(person: Any) -> dict[str, int]:
    """How many applications the person's organisations have, and how many servers they were granted."""
    return held.totals_of(organisations_of(person, DESK))


def application(request: HttpRequest, key: str) -> HttpResponse:
    """One of the person's own applications from end to end, what may be done to it now, and the way to its grants."""
    found = _own(request.user).select_related("organisation", "user_call").filter(pk=key).first()
    if found is None:
        raise Http404
    page = application_page(found, request.GET)
    unfit = frozenset() if page.waits else frozenset({"leave_waiting_list"})
    answers = Answers()
    answers.know(applicant_of, {"application": key}, Owners(frozenset({found.organisation_id})))
    may = possible("application", key, context_of(request), unfit=unfit, answers=answers)
    acts = [each for each in may if each.href]
    attach = next((each.href for each in acts if each.act == ATTACHING["application"]), "")
    context = {
        "page": page,
        "now": acts,
        "grants": [(href_of(f"grant/{each.pk}"), f"{name('grant')} {each.pk}", number(each.held)) for each in page.grants],
        "documents": documents_of("application", key, request.user, add=attach),
        "back": reverse("applicant:list"),
        "back_label": name(DESK),
    }
    return render(request, "applications/application.html", context)
