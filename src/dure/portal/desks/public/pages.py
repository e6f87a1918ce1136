"""What may everybody open? The programme's pages, and the choice of a language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt

from dure.portal.kit.gate import Route
from dure.portal.subjects.calls import pages as calls
from dure.portal.subjects.programme import pages, rule_book


def _here(request: HttpRequest, address: str) -> str:
    """The address, if it leads nowhere else."""
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return address if safe else ""


@csrf_exempt  # a token would give every visitor a cookie, and no page the same bytes; another site could only turn the language
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language in which this reader wants the pages."""
    response = redirect(_here(request, request.POST.get("next", "")) or reverse("public:home"))
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure()
        )
    return response


ROUTES = [
    Route("", "home", pages.home, menu=gettext_noop("Programme at a glance")),
    Route("calls/", "calls", calls.everything, menu=gettext_noop("Calls")),
    Route("calls/<path:call_id>/", "call", calls.provider_call),
    Route("user-calls/<path:user_call_id>/", "user_call", calls.user_call),
    Route("stages/", "stages", pages.stages, menu=gettext_noop("Stages")),
    Route("stages/<slug:key>/", "stage", pages.stage_page),
    Route("decisions/<int:seq>/", "decision", pages.decision),
    Route("decisions/<int:seq>/<slug:table>.csv", "decision_table", pages.decision_table),
    Route("decisions/<int:seq>/<slug:drawing>.svg", "decision_drawing", pages.decision_drawing),
    Route("rules/", "rules", rule_book.rules, menu=gettext_noop("Rule book")),
    Route("open-data/", "open_data", pages.open_data, menu=gettext_noop("Open data")),
    Route("language/", "language", language, methods=("POST",)),
]
