"""All records of a resource as one file: CSV or JSON lines, at once where they are few, else made in the background."""

import csv
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from dure.cycle.working.files import ask_for_file
from dure.formats.sheets import guard
from dure.portal.api.door import Caller
from dure.portal.api.jobs import accepted
from dure.portal.api.problems import Worded
from dure.portal.api.reading import asked_of, filters, resource_of
from dure.portal.kit.later.request import Making
from dure.portal.kit.lists.reasons import WANTED, noted
from dure.portal.kit.personal.columns import personal
from dure.portal.kit.personal.noted import note_all
from dure.portal.kit.wording.language import language
from dure.records.parties.access import holds_office

FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
BATCH = 2000


def export(request: HttpRequest, caller: Caller, noun: str) -> HttpResponseBase:
    """The records that the caller may see and the address asks for; 202 with a job's address where they are many."""
    resource = resource_of(noun, caller)
    asked = asked_of(request, resource, more=("format", WANTED))
    reason = asked.pop(WANTED, "")
    form = asked.pop("format", "csv")
    if form not in FORMATS:
        raise Worded(_("the format is csv or jsonl."), where="format", code="bad_parameter")
    found = resource.visible(caller.person).filter(*filters(resource, asked))
    names, paths = [field.name for field in resource.fields], [field.path for field in resource.fields]
    told = personal(found, paths)
    if any(each.own for each in told) and holds_office(caller.person):
        _require_reason(reason)
    total = found.order_by().count()
    if total > settings.DURE_IMMEDIATE_ROWS and not isinstance(request, Making):
        inputs = {"address": request.get_full_path(), "language": language(), "back": "/api/"}
        return accepted(ask_for_file(caller.person, f"{noun}.{form}", inputs), caller)
    plain = found.select_related(None).prefetch_related(None).order_by(*resource.order).values_list(*paths)
    if told:
        note_all(total, frozenset[str]().union(*told.values()))
    rows: Iterable[Sequence[Any]] = plain.iterator(chunk_size=BATCH)
    if isinstance(request, Making):
        rows = request.counted(rows, total)
    response = StreamingHttpResponse(_WRITERS[form](names, rows), content_type=FORMATS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="dure-{noun}.{form}"'
    return response


def _require_reason(given: str) -> None:
    """An office that takes a list of people along says why, as on a page."""
    if problem := noted(given):
        raise Worded(problem, where=WANTED, todo=_("It goes on record with the reading."), code="reason_needed")


class _Echo:
    def write(self, text: str) -> str:
        return text


def _csv(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + str(writer.writerow(names))
    for row in rows:
        yield str(writer.writerow([guard(_cell(value)) for value in row]))


def _lines(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    for row in rows:
        yield f"{msgspec.json.encode(dict(zip(names, row, strict=True))).decode()}\n"


_WRITERS = {"csv": _csv, "jsonl": _lines}


def _cell(value: Any) -> Any:
    """Lists and objects as JSON, instants and days in ISO 8601, what is missing as an empty cell."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else value
