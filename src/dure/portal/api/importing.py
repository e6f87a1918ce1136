"""A table of commands by HTTP: its template, a preview of what it would do, and carrying it out as a whole."""

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dure.cycle.commands.importing import import_rows, require_own_key
from dure.cycle.commands.registry import row_of
from dure.cycle.working.importing import NEVER_LATER, ask_for_import
from dure.formats.sheets import CONTENT_TYPES, Form, form_of, read_sheet, write_sheet
from dure.portal.api.carrying_out import idempotency_key, require_may
from dure.portal.api.door import JSON, LARGEST_BODY_BYTES, Caller
from dure.portal.api.jobs import accepted, in_words
from dure.portal.api.problems import Worded
from dure.portal.kit.form.spreading import template_in_words

MULTIPART = "multipart/form-data"
_YES_OR_NO = {"": False, "false": False, "true": True}


def open_template(request: HttpRequest, caller: Caller, name: str) -> HttpResponse:
    """The command's table without rows: column names, and what each means. XLSX, or CSV with `?format=csv`."""
    del caller
    row = row_of(name)
    form = request.GET.get("format", "xlsx")
    if form not in {"csv", "xlsx"} or set(request.GET) - {"format"}:
        raise Worded(_("the format is csv or xlsx."), where="format", code="bad_parameter")
    columns, remarks = template_in_words(row.command)
    made = write_sheet(columns, remarks, "csv" if form == "csv" else "xlsx")
    kind = "text/csv; charset=utf-8" if form == "csv" else CONTENT_TYPES["xlsx"]
    return HttpResponse(made, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'})


def take_in(request: HttpRequest, caller: Caller, name: str) -> HttpResponse:
    """Preview the rows, or with `?apply=true` carry all of them out in one transaction or none; many in the background."""
    row = row_of(name)
    require_may(row, caller)
    apply = _apply(request)
    key = idempotency_key(request)
    if len(key) > 140:
        raise Worded(_("the key of a table has at most 140 characters."), where="Idempotency-Key", code="bad_header")
    raw, form, where = _file(request)
    context = caller.context("import")
    sheet = read_sheet(raw, form, where=where)
    if len(sheet.lines) > settings.DURE_IMMEDIATE_ACTS and name not in NEVER_LATER:
        require_own_key(row, sheet, context, key)
        return accepted(ask_for_import(row, raw, form, context, name=where, apply=apply, key=key), caller)
    report = in_words(import_rows(row, sheet, context, apply=apply, key=key))
    if apply and not report.applied:
        said = [_("%(count)s faults; nothing was carried out.") % {"count": len(report.faults)}]
        said += [report.stopped.what] if report.stopped else []
        raise Worded(
            " ".join(said),
            where=where,
            todo=_("Correct the rows and send the whole table again."),
            code="rows_refused",
            detail={"rows": report.rows, "faults": report.faults, "stopped": report.stopped},
        )
    return HttpResponse(msgspec.json.encode(report), content_type=JSON)


def _apply(request: HttpRequest) -> bool:
    given = request.GET.get("apply", "")
    if given not in _YES_OR_NO or set(request.GET) - {"apply"} or len(request.GET.getlist("apply")) > 1:
        raise Worded(_("apply is true or false."), where="apply", code="bad_parameter")
    return _YES_OR_NO[given]


def _file(request: HttpRequest) -> tuple[bytes, Form, str]:
    """The table's bytes, its form, and what to call it in messages."""
    if request.content_type != MULTIPART:
        return request.read(LARGEST_BODY_BYTES), form_of("", request.content_type or ""), "body"
    files = [file for name in request.FILES for file in request.FILES.getlist(name)]
    if len(files) != 1 or request.POST:
        raise Worded(_("send exactly one file."), where="file", todo=_("Name the part `file`."), code="bad_request")
    name = str(files[0].name or "")[-80:]
    return files[0].read(), form_of(name, files[0].content_type or ""), name or "file"
