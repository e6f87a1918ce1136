"""Which files does everybody get? Each approved decision, the calendar, and the hashes of the journal."""

import json

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from dure.portal.kit.downloads import as_csv, as_json
from dure.portal.kit.gate import Route
from dure.portal.kit.wording.book import book
from dure.portal.subjects.decisions.explain import explain
from dure.portal.subjects.decisions.journal import approved_or_404, filed
from dure.portal.subjects.decisions.open_record import open_record
from dure.portal.subjects.programme.calendar import calendar
from dure.records.journal import queries as journal


def open_entry(request: HttpRequest, seq: int) -> HttpResponse:
    """An approved decision with its public tables, its rules and its hashes."""
    del request
    one = filed(approved_or_404(seq))
    return as_json(open_record(one, explain(one)), name=f"dure-{one.decision}-{seq}")


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
        f'"seq":{each.seq},"stage":"{each.stage}","decision":"{each.decision}","subject":{json.dumps(each.subject)}}}\n'
        for each in journal.entries()
    )
    response = StreamingHttpResponse(lines, content_type="application/x-ndjson")
    response.headers["Content-Disposition"] = 'attachment; filename="dure-journal-hashes.jsonl"'
    return response


ROUTES = [
    Route("open-data/calendar.csv", "open_calendar", open_calendar),
    Route("open-data/journal-hashes.jsonl", "chain", chain),
    Route("open-data/<int:seq>.json", "open_entry", open_entry),
]
