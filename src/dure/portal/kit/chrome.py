"""What stands around every page: language, programme, menus."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.portal.kit.gate import Route
from dure.portal.kit.wording.book import programme_title
from dure.portal.kit.wording.language import language
from dure.portal.kit.wording.words import name, person_name
from dure.records.notifications.queries import unread

DESKS = ("ministry", "agency", "reviewer", "provider", "applicant", "operator", "auditor")
PUBLIC = "public"
# By desk, in the order of the routes: (name of the route, label to be translated).
_MENUS: dict[str, list[tuple[str, str]]] = {}


def fill_menus(tables: Mapping[str, Sequence[Route]], bare: Sequence[str] = ()) -> None:
    """Read the menus of all desks off the tables of routes; `bare`: tables whose routes are known by their names alone."""
    _MENUS.clear()
    for table, routes in tables.items():
        for route in routes:
            if route.menu:
                for desk in route.menu_at or (route.desk or table,):
                    _MENUS.setdefault(desk, []).append((route.name if table in bare else f"{table}:{route.name}", route.menu))


@cache
def _address(route: str) -> str:
    """The address of a page without parameters; the table of routes does not change while the process runs."""
    return reverse(route)


def around(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    desk = getattr(request, "desk", "")
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "language": language(),
        "languages": settings.LANGUAGES,
        "programme": programme_title(),
        "zone": f"{settings.TIME_ZONE} ({timezone.localtime():%Z})",
        "person": person_name(user) if signed_in else "",
        "unread": unread(user) if signed_in else 0,
        "menu": _menu(request, desk, user if signed_in else None),
        "desk": desk,
        "desk_label": name(desk) if desk else "",
        "desk_menu": _desk_menu(request, desk),
    }


def _menu(request: HttpRequest, desk: str, user: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = [{"href": _address(route), "label": _(label)} for route, label in _MENUS.get(PUBLIC, ())]
    for item in items:
        item["here"] = request.path == item["href"] or (item["href"] != "/" and request.path.startswith(item["href"]))
    if user is not None:
        held = user.desks
        items += [
            {"href": _address(f"{each}:list"), "label": _("%(desk)s desk") % {"desk": name(each)}, "here": each == desk}
            for each in DESKS
            if each in held
        ]
        for route, label in (("acts:list", _("What I can do")), ("mfa_index", _("My account"))):
            href = _address(route)
            items.append({"href": href, "label": label, "here": request.path.startswith(href)})
    return items


def _desk_menu(request: HttpRequest, desk: str) -> list[dict[str, Any]]:
    return [
        {"href": (href := _address(route)), "label": _(label), "here": request.path == href}
        for route, label in _MENUS.get(desk, ())
    ]
