"""The page on which a table of one command is sent: its empty form, what the table would do row by row, and carrying it out."""

import base64
import binascii
import secrets
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.cycle.commands.examples import example
from dure.cycle.commands.importing import Report, import_rows
from dure.cycle.commands.rows import Context, Row
from dure.cycle.commands.spreading import columns
from dure.cycle.commands.versions import SEEN
from dure.cycle.working.importing import NEVER_LATER, ask_for_import
from dure.formats.errors import BadInput, CheckFailed, Infeasible
from dure.formats.sheets import CONTENT_TYPES, Form, form_of, read_sheet, write_sheet
from dure.portal.kit.acting import context_of, why
from dure.portal.kit.form.fields import says
from dure.portal.kit.form.names import codes
from dure.portal.kit.form.spreading import sentence_in_words, template_in_words
from dure.portal.kit.gate import Route
from dure.portal.kit.identity import proof
from dure.portal.subjects.acts.pages import row_or_404
from dure.portal.subjects.tables import jobs
from dure.portal.subjects.tables.report import labels, told

LARGEST = 10_000_000  # bytes
MOST_CARRIED = 1_000_000  # bytes that a page holds from the preview to the act; a larger table is left to a worker
LONGEST_KEY = 64
MOST_IN_COMMON, MOST_OF_A_PART = 2, 3  # columns of an example


class Given(NamedTuple):
    """A table as it was sent: its bytes, how to read them, and what to call it."""

    raw: bytes
    form: Form
    name: str


class Asked(NamedTuple):
    """What the page shows: the table with what it came to, or why there is nothing to show.

    `key`: makes an act happen once. `proof`: the sender has to prove who they are first.
    """

    given: Given | None = None
    report: Report | None = None
    problem: str = ""
    key: str = ""
    proof: bool = False


def table(request: HttpRequest, name: str) -> HttpResponse:
    """Takes a table in, says row by row what it would do, and carries all of it out once that is confirmed."""
    row = row_or_404(request, name)
    aged = row.step_up and not proof.is_recent(request)
    if request.method != "POST":
        return proof.ask(request, request.path) if aged else _page(request, row, Asked())
    try:
        given = _given(request)
        if given is None:
            return _page(request, row, Asked(problem=_("Choose a table of at most 10 MB.")))
        if aged:
            return _again(request, row, given)
        return _taken_in(request, row, given, apply=request.POST.get("do") == "apply")
    except (BadInput, Infeasible, CheckFailed) as error:
        return _page(request, row, Asked(problem=_with_names(error)))


def _with_names(error: BadInput | Infeasible | CheckFailed) -> str:
    """Why the table was refused, with the columns or the place in question."""
    detail = getattr(error, "detail", {})
    names = [*detail.get("unknown", ()), *detail.get("missing", ())]
    place = getattr(error, "where", "").rpartition(":")[2]
    return " ".join(filter(None, (why(error), ", ".join(names), _("Row %(n)s.") % {"n": place} if place.isdecimal() else "")))


def _again(request: HttpRequest, row: Row, given: Given) -> HttpResponse:
    """The table stays in the page while its sender proves who they are in another window."""
    said = _("Prove who you are again, in another window; then send this page again.")
    return _page(request, row, Asked(given, problem=said, proof=True))


def _taken_in(request: HttpRequest, row: Row, given: Given, *, apply: bool) -> HttpResponse:
    context = context_of(request)._replace(via="import")
    sheet = read_sheet(given.raw, given.form, where=given.name)
    if not sheet.lines:
        return _page(request, row, Asked(problem=_("The table has no row that is filled in.")))
    large = len(sheet.lines) > settings.DURE_IMMEDIATE_ACTS or len(given.raw) > MOST_CARRIED
    if large and row.name not in NEVER_LATER:
        return _left_to_a_worker(row, given, context)
    key = request.POST.get("key", "")[:LONGEST_KEY] or secrets.token_urlsafe(24)
    report = import_rows(row, sheet, context, apply=apply, key=f"table-{key}" if apply else "")
    return _page(request, row, Asked(given, report, key=key))


def _left_to_a_worker(row: Row, given: Given, context: Context) -> HttpResponse:
    job = ask_for_import(row, given.raw, given.form, context, name=given.name, apply=False, key="")
    return redirect("table_job", job_id=job.pk)


def _given(request: HttpRequest) -> Given | None:
    """The file that was chosen, else the one that the page has carried along; nothing where there is none, or too large a one."""
    chosen = request.FILES.get("table")
    if chosen is not None:
        if (chosen.size or 0) > LARGEST:
            return None
        called = str(chosen.name or "")[-80:]
        return Given(chosen.read(), form_of(called, chosen.content_type or ""), called)
    called = request.POST.get("name", "")[-80:]
    try:
        raw = base64.b64decode(request.POST.get("content", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    return Given(raw, form_of(called), called) if raw else None


def _page(request: HttpRequest, row: Row, asked: Asked) -> HttpResponse:
    said = told(asked.report) if asked.report else None
    context: dict[str, Any] = {
        "row": row,
        "heading": _(row.label),
        "says": _(says(row.command)),
        "form_href": reverse("acts:act", kwargs={"name": row.name}),
        "columns": _columns(row),
        "largest": LARGEST,
        "together": sentence_in_words(row.command),
        "example": _example(row),
        "problem": asked.problem,
        "proof_href": proof.address(request, request.path) if asked.proof else "",
        "report": said,
        "carried": base64.b64encode(asked.given.raw).decode() if asked.given else "",
        "name": asked.given.name if asked.given else "",
        "key": asked.key,
        "tables": jobs.of_command(request.user, row.name),
    }
    wrong = asked.problem or (said and said.faults)
    return render(request, "tables/table.html", context, status=422 if wrong else 200)


def _columns(row: Row) -> list[dict[str, Any]]:
    """The columns with what forms call them and what they hold, in the reader's language."""
    called = labels(row.name)
    listed = [
        {**each._asdict(), "called": called.get(each.name, ""), "meaning": _(each.meaning) if each.meaning else ""}
        for each in columns(row.command, codes())
    ]
    version = _(
        "May be added: the ETag of the record as the API gives it. The row is refused if anybody has acted on the record since."
    )
    return [*listed, {"name": SEEN, "meaning": version}]


def _example(row: Row) -> dict[str, Any]:
    """Rows that show how parts are put together, of a few columns that must be filled in."""
    spread = columns(row.command, codes())
    listed = next((each.of for each in spread if each.of and each.required), "")
    if not listed:
        return {}
    needed = [place for place, each in enumerate(spread) if each.required]
    shown = [place for place in needed if not spread[place].of][:MOST_IN_COMMON]
    shown += [place for place in needed if spread[place].of == listed][:MOST_OF_A_PART]
    return {
        "head": [spread[place].name for place in shown],
        "rows": [[(spread[place].name, cells[place]) for place in shown] for cells in example(row.command, codes())],
    }


def empty(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """The table without rows: the names of its columns, and a remark that says what each means."""
    row = row_or_404(request, name)
    header, remarks = template_in_words(row.command)
    made = write_sheet(header, remarks, "csv" if form == "csv" else "xlsx")
    kind = "text/csv; charset=utf-8" if form == "csv" else CONTENT_TYPES["xlsx"]
    return HttpResponse(made, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'})


ROUTES = [
    Route("account/tables/of/<slug:name>/", "table", table, "", "signed in", ("GET", "HEAD", "POST")),
    Route(
        "account/tables/of/<slug:name>/empty.csv", "table_csv", lambda request, name: empty(request, name, "csv"), "", "signed in"
    ),
    Route(
        "account/tables/of/<slug:name>/empty.xlsx",
        "table_xlsx",
        lambda request, name: empty(request, name, "xlsx"),
        "",
        "signed in",
    ),
    *jobs.ROUTES,
]
