"""Who asks, and can the request be read? Every address of the API goes through here; every error leaves as a problem."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from dure.cycle.commands.rows import Context, Door
from dure.cycle.people.secrets import digest_of
from dure.cycle.people.tokens import allows
from dure.cycle.programme import book
from dure.formats.errors import BadInput
from dure.formats.reading import parse_json
from dure.portal.api.problems import Worded, not_found, problem
from dure.portal.kit.gate import NUL
from dure.portal.kit.identity.proof import confirmed_at
from dure.portal.kit.personal.noted import read_for
from dure.portal.kit.personal.recording import shown
from dure.records.parties import queries as parties

LARGEST_BODY_BYTES = 10 * 1024 * 1024
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
JSON = "application/json"
_TRY_AGAIN = frozenset({"40001", "40P01", "55P03"})  # serialisation failure, deadlock, lock not available
_LOG = logging.getLogger("django.request")


class Caller(NamedTuple):
    """Who asks: a person, and the token that stands for them; nobody where an address is open to all.

    `confirmed_at`: of a session. A token needs none: making it asked for a recent log-in, and its scope names its acts.
    """

    person: Any = None
    token: Any = None
    confirmed_at: dt.datetime | None = None

    def context(self, via: Door) -> Context:
        """The caller acting now."""
        at = timezone.now()
        confirmed_at = at if self.token else self.confirmed_at
        return Context(book(), self.person, at, via, confirmed_at=confirmed_at, clock=timezone.now)

    def may_read(self) -> bool:
        return self.person is not None and (self.token is None or self.token.read)

    def may_carry_out(self, command: str) -> bool:
        """Within the token's scope; whether the person may is for the table of commands to say."""
        return self.person is not None and (self.token is None or allows(self.token, command))


def endpoint(*, open_to_all: bool = False, **handlers: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view of one address: `get` and `post` take the request, the caller and the parts of the address.

    `open_to_all`: anybody may get it; only people post.
    """
    takes = {name.upper(): handler for name, handler in handlers.items()}
    if "GET" in takes:
        takes["HEAD"] = takes["GET"]

    @csrf_exempt  # checked below, for sessions alone
    def view(request: HttpRequest, **given: Any) -> HttpResponseBase:
        with translation.override(_language(request)):
            response = _answer(request, takes, open_to_all=open_to_all, given=given)
            response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers["X-Content-Type-Options"] = "nosniff"
        patch_vary_headers(response, ("Accept-Language", "Authorization", "Cookie"))
        return response

    view.tells_of_nul = True  # type: ignore[attr-defined]
    return view


def _answer(
    request: HttpRequest, takes: dict[str, Callable[..., HttpResponseBase]], *, open_to_all: bool, given: dict[str, Any]
) -> HttpResponseBase:
    handler = takes.get(request.method or "")
    if handler is None:
        return _other_method(request, tuple(takes))
    try:
        _require_text(request, given)
        return shown(request, handler(request, _admitted(request, open_to_all=open_to_all), **given))
    except BadInput as error:
        return problem(error)
    except (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError):
        return problem(Worded(_("the request cannot be read."), where=request.path, code="bad_request"))
    except Exception as error:  # noqa: BLE001 - a program that calls gets a problem, the keeper of the server the traceback
        return _broken(request, error)


def _require_text(request: HttpRequest, given: dict[str, Any]) -> None:
    """Refuse an address with the one character that no text of the records can hold."""
    if any(NUL in str(value) for value in given.values()):
        raise not_found(request.path.replace(NUL, ""))
    for name, values in request.GET.lists():
        if NUL in name or any(NUL in value for value in values):
            what = _("a value holds the character NUL.")
            raise Worded(
                what, where=name.replace(NUL, ""), todo=_("Remove the NUL character from the address."), code="bad_parameter"
            )


def _admitted(request: HttpRequest, *, open_to_all: bool) -> Caller:
    """The caller, once the request is one that this address takes from them."""
    if request.method == "POST":
        require_small(request)
    caller = identify(request)
    read_for(caller.person)
    if caller.person is None and (request.method == "POST" or not open_to_all):
        raise unauthenticated()
    return caller


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    if isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) in _TRY_AGAIN:
        return problem(Worded(_("another act is changing the same records."), where=request.path, code="busy"))
    _LOG.exception("API: %s %s", request.method, request.path)
    return problem(Worded(_("the fault is ours, and nothing was written."), where=request.path, code="broken"))


def _other_method(request: HttpRequest, takes: tuple[str, ...]) -> HttpResponse:
    allowed = ", ".join(sorted(takes))
    what = _("%(method)s is not taken here.") % {"method": (request.method or "")[:20]}
    response = problem(Worded(what, where=request.path, todo=f"Allow: {allowed}.", code="method_not_allowed"))
    response.headers["Allow"] = allowed
    return response


def _language(request: HttpRequest) -> str:
    """What `Accept-Language` asks for where we have it; else the reader's cookie or the deployment's language."""
    if request.headers.get("Accept-Language"):
        return translation.get_language_from_request(request)
    return translation.get_language() or settings.LANGUAGE_CODE


def require_small(request: HttpRequest) -> None:
    """Refuse a body of more than 10 MB, or of unknown length, before a byte of it is read."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length and "HTTP_TRANSFER_ENCODING" in request.META:
        raise Worded(_("the length of the body is not given."), where="Content-Length", code="length_required")
    if length and (not length.isascii() or not length.isdigit()):
        raise Worded(_("the length of the body is not a number."), where="Content-Length", code="bad_request")
    if int(length[:20] or 0) > LARGEST_BODY_BYTES:
        raise Worded(
            _("the body has %(bytes)s bytes; at most %(most)s are read.") % {"bytes": length[:20], "most": LARGEST_BODY_BYTES},
            where="Content-Length",
            todo=_("Divide it into several requests."),
            code="too_large",
        )


def identify(request: HttpRequest) -> Caller:
    """The person of the token or of the session; raises when a token is not valid or a session's CSRF token is missing."""
    given = request.headers.get("Authorization")
    if given is not None:
        scheme, _space, token = given.partition(" ")
        digest = digest_of(token.strip()) if scheme.lower() == "bearer" else ""
        found = parties.live_token(digest, at=timezone.now()) if digest else None
        if found is None:
            raise unauthenticated()
        return Caller(found.person, found)
    person: Any = request.user
    if not (person.is_authenticated and person.is_active):
        return Caller()
    if request.method == "POST":
        _require_csrf(request)
    return Caller(person, confirmed_at=confirmed_at(request))


def require_reading(caller: Caller) -> None:
    """Raise unless the scope of the caller's token includes reading."""
    if not caller.may_read():
        raise Worded(
            _("this token may not read."),
            where="Authorization",
            todo=_("Use a token whose scope includes reading."),
            code="out_of_scope",
        )


def unauthenticated() -> Worded:
    """Nobody is logged in, or the token is unknown, expired or revoked: which of these is for its owner to look up."""
    return Worded(
        _("nobody is logged in, and there is no valid token."),
        where="Authorization",
        todo=_("Send `Authorization: Bearer TOKEN`, or log in."),
        code="unauthenticated",
    )


def _require_csrf(request: HttpRequest) -> None:
    refused = CsrfViewMiddleware(lambda _request: HttpResponse()).process_view(request, lambda _request: HttpResponse(), (), {})
    if refused is not None:
        raise Worded(
            _("the CSRF token is missing or wrong."),
            where="X-CSRFToken",
            todo=_("Send the value of the cookie csrftoken, or use a token of your own instead of a session."),
            code="csrf",
        )


def json_body(request: HttpRequest) -> Any:
    """The body as plain JSON values; raises for another content type or what is not strict JSON."""
    if request.content_type != JSON:
        raise Worded(
            _("the body must be %(type)s.") % {"type": JSON},
            where="Content-Type",
            todo=f"Content-Type: {JSON}",
            code="content_type",
        )
    try:
        return parse_json(request.read(LARGEST_BODY_BYTES), where="body")
    except BadInput as error:
        raise BadInput(error.what, where=error.where, todo=error.todo, code="bad_json") from error
