"""Notes each request: an id that its answer, its error page and its log lines bear, its route, status and seconds."""

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from dure.portal.kit.observing import counts
from dure.portal.kit.observing.origin import network_of

Next = Callable[[HttpRequest], HttpResponse]
HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_QUIET = ("health:", "static")  # asked all day long: counted, and logged only when they fail
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    wrapper_class=structlog.stdlib.BoundLogger,
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
_LOG: Any = structlog.stdlib.get_logger("dure.requests")


def observed(get_response: Next) -> Next:
    """Middleware around all others but `origin`."""
    static = f"/{settings.STATIC_URL.strip('/')}/"

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        told = request.META.get("HTTP_X_REQUEST_ID", "")  # `origin` leaves it only where a trusted proxy wrote it
        request_id = told if _WELL_FORMED.fullmatch(told) else secrets.token_hex(8)
        request.id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = get_response(request)
            response.headers[HEADER] = request_id
            _note(request, response.status_code, time.perf_counter() - began, static)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        return response

    return middleware


def _note(request: HttpRequest, status: int, seconds: float, static: str) -> None:
    route = route_of(request, static)
    counts.count_request(route, status, seconds)
    if status < 500 and route.startswith(_QUIET):
        return
    _LOG.info(
        "request", method=_method(request), route=route, status=status, ms=round(seconds * 1000, 1), client=network_of(request)
    )


def route_of(request: HttpRequest, static: str) -> str:
    """The name of the route; never the address, which may name a person."""
    match = request.resolver_match
    if match is not None:
        return match.view_name
    if probe := getattr(request, "probe", ""):
        return str(probe)
    return "static" if request.path_info.startswith(static) else "none"


def _method(request: HttpRequest) -> str:
    return request.method if request.method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "OTHER"
