"""Who may open which address? Every route carries its policy; what is not yours does not exist."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Literal, NamedTuple

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.urls import URLPattern, path, resolve

from dure.records.parties.access import sits_at

View = Callable[..., HttpResponseBase]
Relation = Literal["anyone", "signed in", "desk", "own"]
NUL = "\x00"

# What a page of lists answers: a post saves a view of one of them.
LISTED = ("GET", "HEAD", "POST")


class Route(NamedTuple):
    """One address. `desk`: who must sit there (empty: nobody need).

    `relation`: `anyone`; `signed in`; `desk`: all who sit at the desk see the same; `own`: of what
    the address names only what belongs to the person, which the page asks of the records' `access`. `hold` keeps what a
    form sent whose session has ended, until its writer has logged in again. `menu`: the entry, to be translated, in the menu
    of the desk; `menu_at`: in the menus of these desks instead.
    """

    address: str
    name: str
    view: View
    desk: str = ""
    relation: Relation = "anyone"
    methods: tuple[str, ...] = ("GET", "HEAD")
    hold: Callable[[HttpRequest], None] | None = None
    menu: str = ""
    menu_at: tuple[str, ...] = ()


def patterns(routes: Sequence[Route]) -> list[URLPattern]:
    """The routes as Django's, each behind its gate."""
    return [path(route.address, _guarded(route), name=route.name) for route in routes]


def _guarded(route: Route) -> View:
    @wraps(route.view)
    def view(request: HttpRequest, **given: Any) -> HttpResponseBase:
        request.desk = route.desk  # type: ignore[attr-defined]
        if not getattr(route.view, "tells_of_nul", False):
            _take_text(request, given)
        if request.method not in route.methods:
            return HttpResponseNotAllowed(route.methods)
        if route.relation == "anyone":
            return route.view(request, **given)
        if not request.user.is_authenticated:
            if route.hold and request.method == "POST":
                route.hold(request)
            return redirect_to_login(request.get_full_path())
        if route.desk and not sits_at(request.user, route.desk):
            raise Http404
        response = route.view(request, **given)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    view.route = route  # type: ignore[attr-defined]
    return view


def _take_text(request: HttpRequest, given: dict[str, Any]) -> None:
    """No text of the records holds the character NUL: nothing is named with it, and in what is asked it is left out."""
    if any(NUL in str(value) for value in given.values()):
        raise Http404
    if "%00" in request.META.get("QUERY_STRING", ""):
        asked = request.GET.copy()
        for name, values in request.GET.lists():
            asked.setlist(name, [value.replace(NUL, "") for value in values])
        request.GET = asked  # type: ignore[assignment] # as Django itself makes it, and nobody changes it


def sits_behind(address: str, person: Any) -> bool:
    """Does the person sit at the desk, if there is one, to which that address of ours belongs?"""
    route = getattr(resolve(address.partition("?")[0]).func, "route", None)
    return route is None or not route.desk or sits_at(person, route.desk)
