"""What may everybody open? The programme's pages, the log-in, and the choice of a language."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt

from dure.portal.kit.chrome import DESKS
from dure.portal.kit.gate import Route
from dure.portal.subjects.programme import pages


def login(request: HttpRequest) -> HttpResponse:
    """Name and password; afterwards to the page that was asked for, or to the person's desk."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    form = AuthenticationForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person = form.get_user()
        start_session(request, person)
        return redirect(_here(request, wanted) or _first_desk(person))
    return render(request, "public/login.html", {"form": form, "next": wanted}, status=403 if form.errors else 200)


def _first_desk(person: Any) -> str:
    return next((reverse(f"{desk}:list") for desk in DESKS if desk in person.desks), reverse("public:home"))


def _here(request: HttpRequest, address: str) -> str:
    """The address, if it leads nowhere else."""
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return address if safe else ""


def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end_session(request)
    return redirect("public:home")


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
    Route("stages/", "stages", pages.stages, menu=gettext_noop("Stages")),
    Route("stages/<slug:key>/", "stage", pages.stage_page),
    Route("decisions/<int:seq>/", "decision", pages.decision),
    Route("decisions/<int:seq>/<slug:table>.csv", "decision_table", pages.decision_table),
    Route("decisions/<int:seq>/<slug:drawing>.svg", "decision_drawing", pages.decision_drawing),
    Route("rules/", "rules", pages.rules, menu=gettext_noop("Rule book")),
    Route("open-data/", "open_data", pages.open_data, menu=gettext_noop("Open data")),
    Route("login/", "login", login, methods=("GET", "HEAD", "POST")),
    Route("logout/", "logout", logout, methods=("POST",)),
    Route("language/", "language", language, methods=("POST",)),
]
