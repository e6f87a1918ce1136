"""Is this a device from which the person has logged in before? A signed cookie knows; who has none is told of the log-in."""

import re
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from dure.cycle.notifying.telling import Notice, tell
from dure.portal.kit.identity.said import DONE
from dure.portal.kit.observing.origin import network_of

# Each browser names those that it descends from, so that the first found counts.
BROWSERS = (("Edg", "Edge"), ("Whale", "Whale"), ("SamsungBrowser", "Samsung Internet"), ("OPR", "Opera"), ("Firefox", "Firefox"),
            ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
           ("Linux", "Linux"))  # fmt: skip
COOKIE, SALT = "dure_device", "dure.device"
LASTS = 365 * 24 * 3600
MOST_PEOPLE = 8  # who share a device


def device(agent: str) -> str:
    """`Firefox, Windows`, as far as the browser told; empty where it told nothing."""
    told = [next((shown for mark, shown in table if re.search(rf"\b{mark}", agent)), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, told))


def logged_in(request: HttpRequest, person: Any, response: HttpResponse, *, first: bool) -> None:
    """Remember the device; tell the person of the log-in where the device is new. `first`: they never logged in before."""
    known, mine = _known(request), _mark(person)
    if mine in known:
        return
    if not first:
        now = timezone.now()
        agent = request.META.get("HTTP_USER_AGENT", "")
        facts = {"device": device(agent), "network": network_of(request), "at": now.isoformat()}
        tell([Notice("log_in_on_new_device", [person], f"person/{person.uid}", facts)], cause=now.isoformat(), at=now)
    value = signing.dumps([mine, *known][:MOST_PEOPLE], salt=SALT)
    response.set_cookie(COOKIE, value, max_age=LASTS, httponly=True, samesite="Lax", secure=request.is_secure())


def changed(person: Any, message: str) -> None:
    """Tell the person that a way to log in was changed; `message`: allauth's name for what."""
    if message in DONE:
        now = timezone.now()
        facts = {"change": DONE[message], "at": now.isoformat()}
        tell([Notice("log_in_changed", [person], f"person/{person.uid}", facts)], cause=now.isoformat(), at=now)


def _mark(person: Any) -> str:
    """Who has logged in here, in a form that names nobody."""
    return salted_hmac(SALT, person.uid, algorithm="sha256").hexdigest()[:16]


def _known(request: HttpRequest) -> list[str]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return []
    return [str(each) for each in found] if isinstance(found, list) else []
