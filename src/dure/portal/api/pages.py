"""Which files does everybody get, and what answers a program? Open data, and the API's addresses."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from dure.portal.api import carrying_out, door, importing, openapi, reading
from dure.portal.api.explaining import explain as explain_api
from dure.portal.api.problems import not_found
from dure.portal.shared.calendar import calendar
from dure.portal.shared.downloads import as_csv, as_json, open_record
from dure.portal.shared.explain import explain
from dure.portal.shared.gate import Route
from dure.portal.shared.journal import latest
from dure.portal.shared.wording.book import book
from dure.records.journal import queries as journal


def open_decision(request: HttpRequest, decision: str, form: str) -> HttpResponse:
    """The decision in force of that kind: JSON in full, or its first table as CSV."""
    del request
    one = latest(decision)
    if one is None:
        raise Http404
    shown = explain(one)
    if form == "json":
        return as_json(open_record(one, shown), name=f"dure-{decision}")
    tables = [table for table in shown.only_public().tables() if table.rows]
    if not tables:
        raise Http404
    return as_csv(tables[0], name=f"dure-{decision}")


def open_calendar(request: HttpRequest) -> HttpResponse:
    """The calendar as CSV."""
    del request
    chart = calendar(book().programme)
    if chart is None:
        raise Http404
    return as_csv(chart.table, name="dure-calendar")


def chain(request: HttpRequest) -> HttpResponseBase:
    """The journal's hashes, one line an entry: whoever keeps them can prove any later change. Contents are for auditors."""
    del request
    lines = (
        f'{{"facts_digest":"{each.facts_digest}","hash":"{each.hash}","kind":"{each.kind}","previous_hash":"{each.previous_hash}",'
        f'"seq":{each.seq},"stage":"{each.stage}"}}\n'
        for each in journal.entries()
    )
    response = StreamingHttpResponse(lines, content_type="application/x-ndjson")
    response.headers["Content-Disposition"] = 'attachment; filename="dure-journal-hashes.jsonl"'
    return response


def _none(request: HttpRequest, caller: door.Caller, rest: str = "") -> HttpResponse:
    del caller, rest
    raise not_found(request.path)


_ANY = door.METHODS  # a wrong method is answered with a problem, not with a page
ROUTES = [
    Route("open-data/calendar.csv", "open_calendar", open_calendar),
    Route("open-data/journal-hashes.jsonl", "chain", chain),
    Route("open-data/<slug:decision>.<slug:form>", "open_decision", open_decision),
    Route("api/", "explain", explain_api),
    Route("api/openapi.json", "openapi", door.endpoint(get=openapi.open_document, open_to_all=True), methods=_ANY),
    Route("api/v1/", "root", door.endpoint(get=_none, open_to_all=True), methods=_ANY),
    Route("api/v1/commands", "commands", door.endpoint(get=carrying_out.listing, open_to_all=True), methods=_ANY),
    Route("api/v1/commands/<str:name>", "command", door.endpoint(post=carrying_out.carry_out), methods=_ANY),
    Route(
        "api/v1/commands/<str:name>/schema",
        "command_schema",
        door.endpoint(get=carrying_out.schema, open_to_all=True),
        methods=_ANY,
    ),
    Route(
        "api/v1/imports/<str:name>",
        "imports",
        door.endpoint(get=importing.open_template, post=importing.take_in, open_to_all=True),
        methods=_ANY,
    ),
    Route("api/v1/<slug:noun>", "records", door.endpoint(get=reading.page), methods=_ANY),
    Route("api/v1/<slug:noun>/<path:key>", "record", door.endpoint(get=reading.one), methods=_ANY),
    Route("api/v1/<path:rest>", "nothing", door.endpoint(get=_none, post=_none, open_to_all=True), methods=_ANY),
]
