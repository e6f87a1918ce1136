"""Which files does everybody get? Each decision in force, the calendar, and the hashes of the journal."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from dure.portal.kit.downloads import as_csv, as_json
from dure.portal.kit.gate import Route
from dure.portal.kit.wording.book import book
from dure.portal.subjects.decisions.explain import explain
from dure.portal.subjects.decisions.journal import latest
from dure.portal.subjects.decisions.open_record import open_record
from dure.portal.subjects.programme.calendar import calendar
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


ROUTES = [
    Route("open-data/calendar.csv", "open_calendar", open_calendar),
    Route("open-data/journal-hashes.jsonl", "chain", chain),
    Route("open-data/<slug:decision>.<slug:form>", "open_decision", open_decision),
]
