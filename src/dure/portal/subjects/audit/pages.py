"""What is in the books? The journal, each entry, the acts, and the export."""

import tempfile
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.evidence.exporting import export as export_evidence
from dure.cycle.evidence.exporting import silent
from dure.cycle.evidence.heads import installation_key
from dure.portal.kit.later.asking import is_for_later, made_later
from dure.portal.kit.later.request import Making
from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.personal.noted import note_all
from dure.portal.kit.shown import Figure
from dure.portal.kit.wording.about import named_in
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.numbers import number
from dure.portal.subjects.audit.checks import polled, replayed
from dure.portal.subjects.decisions.approvals import decision_drawing, decision_table
from dure.portal.subjects.decisions.journal import entry_or_404
from dure.portal.subjects.decisions.lists import ACTS, JOURNAL, with_abouts
from dure.portal.subjects.decisions.page import decision_page
from dure.records.journal import queries

DESK = "auditor"
JOURNAL_FILE, EVIDENCE_FILE = "dure-journal.jsonl", "dure-evidence.zip"


def journal(request: HttpRequest) -> HttpResponseBase:
    """Every entry, the last first."""
    context = {
        "heading": _("Journal"),
        "says": _("Every recommendation and every answer, chained by hashes; nothing is ever changed or taken out."),
        "figures": [
            Figure(_("Entries"), number(queries.head())),
            Figure(_("Waiting"), number(queries.pending().count())),
        ],
    }
    return respond(request, [Bound(JOURNAL, queries.entries(), DESK, with_abouts)], context)


def acts(request: HttpRequest) -> HttpResponseBase:
    """Every command that was carried out, the last first."""
    context = {"heading": _("Acts"), "says": _("Who did what to which subject, when, and by which door.")}
    return respond(request, [Bound(ACTS, queries.acts(), DESK, partial(named_in, column="about"))], context)


def decision(request: HttpRequest, seq: int) -> HttpResponse:
    """One recommendation with everything that the journal holds of it, and the button that replays it."""
    entry = entry_or_404(seq)
    if request.headers.get("HX-Target") == "job" and (job := replayed(entry.seq)):
        return polled(request, job, {"here": reverse("auditor:decision", kwargs={"seq": entry.seq})})
    return render(request, "audit/entry.html", _entry(request, entry))


def _entry(request: HttpRequest, entry: Any) -> dict[str, Any]:
    files = reverse("auditor:decision", kwargs={"seq": entry.seq})
    return {
        "page": decision_page(entry, request.GET, files=files, public=False, office=True, named=True),
        "back": reverse("auditor:list"),
        "previous_hash": entry.previous_hash,
        "answer": {},
        "replayed": replayed(entry.seq),
    }


def export(request: HttpRequest) -> HttpResponseBase:
    """The whole journal as JSON lines, which `dure verify` checks without a database."""
    total = queries.head()
    if is_for_later(request, total, most=settings.DURE_IMMEDIATE_ENTRIES):
        return made_later(request, request.path_info, name=JOURNAL_FILE, back=reverse("auditor:list"))
    note_all(queries.named_then(), ["name"])
    lines: Iterable[str] = queries.export_lines()
    if isinstance(request, Making):
        lines = request.counted(lines, total)
    response = StreamingHttpResponse((f"{line}\n" for line in lines), content_type="application/x-ndjson")
    response.headers["Content-Disposition"] = f'attachment; filename="{JOURNAL_FILE}"'
    return response


def evidence(request: HttpRequest) -> HttpResponseBase:
    """Everything that outsiders verify, in one file, as it stands: journal, records, signatures and heads, without names."""
    if is_for_later(request, queries.acts().count(), most=settings.DURE_IMMEDIATE_ACTS):
        return made_later(request, request.path_info, name=EVIDENCE_FILE, back=reverse("auditor:list"))
    says = partial(request.says, "collecting") if isinstance(request, Making) else silent
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        export_evidence(file, book=book(), at=timezone.now(), key=installation_key(), says=says)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=EVIDENCE_FILE, content_type="application/zip")


def table(request: HttpRequest, seq: int, table: str) -> HttpResponseBase:
    """One table of an entry as CSV."""
    return decision_table(request, desk=DESK, seq=seq, table=table)


def drawing(request: HttpRequest, seq: int, drawing: str) -> HttpResponse:
    """One drawing of an entry as SVG."""
    return decision_drawing(request, desk=DESK, seq=seq, drawing=drawing)
