"""Writes down what a request has shown an office of other people, before the answer leaves: what is not on record is not shown.

A page that cannot be recorded is answered as a fault. Of a whole list its rows are counted before the first byte.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from dure.cycle.people.readings import Shown, record_reading
from dure.portal.kit.observing.origin import network_of
from dure.portal.kit.personal import noted
from dure.portal.kit.personal.purposes import purpose_of
from dure.records.parties.access import holds_office

Next = Callable[[HttpRequest], HttpResponse]
Row = TypeVar("Row")
Response = TypeVar("Response", bound=HttpResponseBase)
TOGETHER = 500  # rows of a stream
FILES = {
    "text/csv": "csv", "application/json": "json", "application/x-ndjson": "json", "application/octet-stream": "file",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}  # fmt: skip


def recorded(get_response: Next) -> Next:
    """Middleware: around all that knows who asks."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with noted.apart():
            return shown(request, get_response(request))

    return middleware


def shown(request: HttpRequest, response: Response) -> Response:
    """The answer, once it is written down what it shows; redirections and faults show nobody.

    Raises where the database does not take it.
    """
    if response.status_code < 300 or 400 <= response.status_code < 500:
        _record(request, _form(request, response))
    return response


def in_stream(request: HttpRequest, form: str, rows: Iterator[Row]) -> Iterator[Row]:
    """Rows that are made after the answer has begun: what they show of people is written down before they are sent."""
    while True:
        with noted.apart():
            some = list(islice(rows, TOGETHER))
            _record(request, form)
        if not some:
            return
        yield from some


def _record(request: HttpRequest, form: str) -> None:
    what = noted.now()
    if what is None or what.written or not (what.of or what.all_of):
        return
    reader: Any = what.reader or request.user
    if not holds_office(reader):
        return
    what.of.pop(f"person/{reader.uid}", None)
    if what.of or what.all_of:
        what.written = True
        _write(request, form, reader, what)


def _write(request: HttpRequest, form: str, reader: Any, what: noted.Noted) -> None:
    route = request.resolver_match.view_name if request.resolver_match else ""
    read = Shown(
        subjects=what.of,
        all_of=what.all_of,
        data=frozenset(what.data),
        desk=getattr(request, "desk", ""),
        route=route,
        form=form,
        asked=request.get_full_path(),
        purpose=purpose_of(route),
        reason=what.reason,
        request=getattr(request, "id", ""),
        network=network_of(request),
        asks_again=request.headers.get("HX-Request") == "true",
    )
    later = getattr(request, "at_the_end", None)  # of a file that a worker makes
    if later is None:
        record_reading(reader, read)
    else:
        later.append(partial(record_reading, reader, read))


def _form(request: HttpRequest, response: HttpResponseBase) -> str:
    """How it is handed out: page, print, api, or the kind of file."""
    if request.resolver_match and request.resolver_match.namespace == "api":
        return "api"
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if kind == "text/html":
        return "print" if any(key.endswith("-print") for key in request.GET) else "page"
    return FILES.get(kind, "file")
