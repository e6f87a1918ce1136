"""Which files does everybody get, and what answers a program? Open data, and the API's addresses."""

import json

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import register_converter
from django.urls.converters import PathConverter

from dure.portal.api import carrying_out, deciding, documents, door, exporting, importing, jobs, openapi, reading
from dure.portal.api.explaining import explain as explain_api
from dure.portal.api.problems import not_found
from dure.portal.kit.downloads import as_csv, as_json
from dure.portal.kit.gate import Route
from dure.portal.kit.wording.book import book
from dure.portal.subjects.calls.questions import published
from dure.portal.subjects.decisions.explained import explained
from dure.portal.subjects.decisions.journal import approved_or_404, carried
from dure.portal.subjects.decisions.open_record import open_record
from dure.portal.subjects.programme.calendar import calendar
from dure.records.journal import queries as journal
from dure.records.supply import queries as supply


class Anything(PathConverter):
    """A path with any character in it, a line break too: what is not there is answered as a problem, whatever it is called."""

    regex = "(?s:.+)"


register_converter(Anything, "anything")


def open_entry(request: HttpRequest, seq: int) -> HttpResponse:
    """An approved decision with its public tables, its rules and its hashes."""
    del request
    entry = approved_or_404(seq)
    found = explained(entry)
    return as_json(open_record(found.filed(entry), found), name=f"dure-{entry.decision}-{seq}")


def open_calendar(request: HttpRequest) -> HttpResponseBase:
    """The calendar as CSV."""
    del request
    programme = book().programme
    chart = calendar(supply.milestones(programme=programme), carried("buildout", programme))
    if chart is None:
        raise Http404
    return as_csv(chart.table, name="dure-calendar")


def open_questions(request: HttpRequest) -> HttpResponseBase:
    """Questions about calls with their answers as CSV."""
    del request
    return as_csv(published(), name="dure-questions")


def chain(request: HttpRequest) -> HttpResponseBase:
    """The journal's hashes, one line an entry: a reader who keeps them can prove any later change. Contents are for auditors."""
    del request
    lines = (
        f'{{"facts_digest":"{each.facts_digest}","hash":"{each.hash}","kind":"{each.kind}","previous_hash":"{each.previous_hash}",'
        f'"seq":{each.seq},"stage":"{each.stage}","decision":"{each.decision}","subject":{json.dumps(each.subject)}}}\n'
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
    Route("open-data/questions.csv", "open_questions", open_questions),
    Route("open-data/journal-hashes.jsonl", "chain", chain),
    Route("open-data/<int:seq>.json", "open_entry", open_entry),
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
    Route("api/v1/exports/<slug:noun>", "exports", door.endpoint(get=exporting.export), methods=_ANY),
    Route("api/v1/jobs/<int:job_id>", "job", door.endpoint(get=jobs.open_job), methods=_ANY),
    Route("api/v1/jobs/<int:job_id>/result", "job_result", door.endpoint(get=jobs.open_result), methods=_ANY),
    Route("api/v1/jobs/<int:job_id>/faults", "job_faults", door.endpoint(get=jobs.open_faults), methods=_ANY),
    Route("api/v1/uploads", "uploads", door.endpoint(post=documents.take), methods=_ANY),
    Route("api/v1/documents/<anything:key>/content", "document", door.endpoint(get=documents.content), methods=_ANY),
    Route("api/v1/decisions/<slug:name>/facts", "facts", door.endpoint(get=deciding.facts), methods=_ANY),
    Route("api/v1/entries/<int:seq>/documents", "documents", door.endpoint(get=deciding.documents), methods=_ANY),
    Route("api/v1/<slug:noun>", "records", door.endpoint(get=reading.page), methods=_ANY),
    Route("api/v1/<slug:noun>/<anything:key>", "record", door.endpoint(get=reading.one), methods=_ANY),
    Route("api/v1/<anything:rest>", "nothing", door.endpoint(get=_none, post=_none, open_to_all=True), methods=_ANY),
]
