"""Whoever takes all rows of a list of people along says why: the reason goes on record with the reading."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dure.formats.errors import BadInput
from dure.formats.reading import require_visible_text
from dure.portal.kit.lists.bound import Found
from dure.portal.kit.personal.noted import note_reason
from dure.portal.kit.wording.numbers import number
from dure.records.parties.access import holds_office

WANTED = "reason"
SHORTEST, LONGEST = 10, 1000


def asks_why(request: HttpRequest, found: Found) -> HttpResponse | None:
    """The page that asks an office for its reason; nothing where it was given and is noted, or for rows that fit on a page."""
    few = found.asked.one("rows") == "chosen" and len(found.asked.all("chosen")) <= found.bound.declared.per_page
    if few or not (found.is_of_people and holds_office(request.user)):
        return None
    given = request.POST.get(WANTED)
    problem = noted(given) if given is not None else ""
    if given is not None and not problem:
        return None
    page = {
        "title": found.bound.declared.title, "count": number(found.matching), "problem": problem, "reason": given or "",
        "back": request.path + found.asked.address(), "longest": LONGEST,
    }  # fmt: skip
    return render(request, "dure/list_reason.html", page, status=422 if problem else 200)


def noted(given: str) -> str:
    """Put that reason on record with what this request shows; returns, instead, what is wrong with it."""
    reason = " ".join(given.split())
    if problem := _problem(reason):
        return problem
    note_reason(reason)
    return ""


def _problem(reason: str) -> str:
    if not SHORTEST <= len(reason) <= LONGEST:
        return _("Give the reason in %(least)s to %(most)s characters.") % {"least": SHORTEST, "most": LONGEST}
    try:
        require_visible_text(reason, where=WANTED)
    except BadInput:
        return _("The reason contains hidden characters. Type it again.")
    return ""
