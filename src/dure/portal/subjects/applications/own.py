"""What became of one's own applications?"""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.wording.words import name
from dure.portal.subjects.applications.lists import OWN
from dure.portal.subjects.applications.page import application_page
from dure.portal.subjects.documents.shown import ATTACHING, documents_of
from dure.records.allocation import held
from dure.records.allocation import queries as allocation
from dure.records.demand import access as demand_access
from dure.records.demand import queries as demand
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


def application(request: HttpRequest, key: str, belonging: Callable[[HttpRequest, str], Sequence[Any]]) -> HttpResponse:
    """One of the person's own applications from end to end, with what may be done to it and to its grants."""
    found = demand.application(key)
    if found is None or not _own(request.user).filter(pk=key).exists():
        raise Http404
    belongs = belonging(request, key)
    attach = (act.href for each in belongs for act in each.now if act.act == ATTACHING["application"])
    context = {
        "page": application_page(found, request.GET),
        "documents": documents_of("application", key, request.user, add=next(attach, "")),
        "back": reverse("applicant:list"),
        "back_label": name(DESK),
        "belonging": belongs,
    }
    return render(request, "applications/application.html", context)
