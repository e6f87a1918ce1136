"""How do the proposals rank, and which portfolio was chosen?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.portal.subjects.decisions import in_force
from dure.portal.subjects.decisions.journal import filed
from dure.portal.subjects.decisions.page import decision_page
from dure.records.journal import queries as journal

DESK = "agency"


def proposals(request: HttpRequest) -> HttpResponse:
    """The ranking of the proposals, and the portfolio with its alternatives."""
    entries = in_force.by_stage(journal.entries(kind="recommendation"))
    found = [entries["evaluation"][-1:], entries["portfolio"][-1:]]
    pages = []
    for entry in (each[0] for each in found if each):
        files = reverse(f"{DESK}:decision", kwargs={"seq": entry.seq})
        pages.append({"href": files, "page": decision_page(filed(entry), request.GET, files=files, public=False)})
    return render(request, "evaluation/proposals.html", {"pages": pages, "heading": _("Proposals and selection")})
