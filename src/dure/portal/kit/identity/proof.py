"""When did the person of this session last prove who they are, and where do they do it again?"""

import datetime as dt
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from dure.cycle.commands.running import longest_proof
from dure.portal.kit.wording.book import book

# An identity provider may log a person in again without asking anything, so that its word is no proof of this moment.
COUNTS = frozenset({"password", "mfa"})


def confirmed_at(request: HttpRequest) -> dt.datetime | None:
    """When this session's person last gave a password, a passkey or a code, here and by themselves."""
    return _last_proof(request, COUNTS)


def is_recent(request: HttpRequest) -> bool:
    """Is that no longer ago than the programme's rule allows?"""
    return _recent(confirmed_at(request))


def logged_in_recently(request: HttpRequest) -> bool:
    """Has this session's person logged in, by whatever means, no longer ago than that?"""
    return _recent(_last_proof(request, COUNTS | {"socialaccount"}))


def _last_proof(request: HttpRequest, methods: frozenset[str]) -> dt.datetime | None:
    records = get_authentication_records(request, request.user)
    told = [each["at"] for each in records if each.get("method") in methods]
    return dt.datetime.fromtimestamp(max(told), dt.UTC) if told else None


def _recent(at: dt.datetime | None) -> bool:
    return at is not None and timezone.now() - at <= longest_proof(book(), timezone.localdate())


def ask(request: HttpRequest, back: str) -> HttpResponse:
    """Lead to where the person proves it again, and from there to `back`."""
    return redirect(address(request, back))


def address(request: HttpRequest, back: str) -> str:
    """Where the person proves it again, from where it goes on to `back`."""
    page = get_adapter().get_reauthentication_methods(request.user)[0]["url"]
    return f"{page}?{urlencode({'next': back})}"
