"""What did this evaluator say of one item? Only their own sheets."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dure.formats.errors import BadInput
from dure.portal.kit.acting import act, why
from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording.numbers import instant
from dure.portal.kit.wording.words import name
from dure.portal.subjects.documents.shown import documents_of
from dure.portal.subjects.evaluation.assignments import STATES, TONES, name_of_item, stepping_back
from dure.records.review import access, queries


def _criteria(panel: Any) -> list[dict[str, Any]]:
    """What the panel's members judge by, as fixed when it was seated."""
    return [each for each in panel.criteria if each["kind"] == "judged"]


def sheet(request: HttpRequest, panel_id: str, item: str) -> HttpResponse:
    """The person's own sheet for one item, empty at first; it can be changed until the panel is locked."""
    mine = access.visible_assignments(request.user).filter(seat__panel=panel_id, item=item)
    judged: Any = queries.with_progress(mine).select_related("seat__panel").first()
    if judged is None:
        raise Http404
    seat, last = judged.seat, queries.sheet_of(judged)
    given = dict(last.points) if last else {}
    problem = ""
    if request.method == "POST":
        given = {each["id"]: request.POST.get(f"points-{each['id']}", "").strip() for each in _criteria(seat.panel)}
        problem = _hand_in(request, seat, item, given)
        if not problem:
            messages.success(request, _("Your sheet was handed in as a new version."), extra_tags="good")
            return redirect("reviewer:sheet", panel_id=panel_id, item=item)
    rows = [
        {"id": each["id"], "criterion": name(each["id"]), "points": given.get(each["id"], ""), "weight": each["weight"]}
        for each in _criteria(seat.panel)
    ]
    may_change = access.may_score(request.user, seat.panel, item)
    columns = [
        Column("criterion", _("Criterion")),
        Column("points", _("Points"), "number"),
        Column("weight", _("Of at most"), "number"),
    ]
    context = {
        "heading": name_of_item(judged),
        "panel": panel_id,
        "item": item,
        "code": seat.code,
        "rows": rows,
        "state": STATES[judged.progress],
        "tone": TONES[judged.progress],
        "may_change": may_change,
        "step_back": stepping_back(panel_id, seat.code, item) if may_change else "",
        "problem": problem,
        "version": last.version if last else 0,
        "at": instant(last.submitted_at) if last else "",
        "locked": instant(seat.panel.locked_at) if seat.panel.locked_at else "",
        "documents": documents_of("application", item, request.user) if seat.panel.kind == "application" else None,
        "section": section(Table("sheet", _("My score sheet"), columns, rows), request.GET),
    }
    return render(request, "evaluation/sheet.html", context, status=400 if problem else 200)


def _hand_in(request: HttpRequest, seat: Any, item: str, given: dict[str, str]) -> str:
    """Hand in the sheet; returns what is wrong with it, if anything. What was typed stays on the page."""
    points = {}
    for criterion, text in given.items():
        if (value := _decimal_text(text)) is None:
            return _("%(criterion)s: give points as a number.") % {"criterion": name(criterion)}
        points[criterion] = value
    try:
        act(request, "submit_score_sheet", {"panel": seat.panel_id, "evaluator": seat.code, "item": item, "points": points})
    except BadInput as error:
        if error.code in {"too_many_points", "off_step"}:
            said = {
                "too_many_points": _("%(criterion)s: give points from 0 to %(most)s."),
                "off_step": _("%(criterion)s: give points in steps of %(step)s."),
            }
            return said[error.code] % {**error.detail, "criterion": name(error.detail["criterion"])}
        return why(error)
    return ""


def _decimal_text(text: str) -> str | None:
    """The number as decimal text, or nothing where it is none or absurdly long."""
    try:
        given = Decimal(text)
    except InvalidOperation:
        return None
    if not given.is_finite() or given < 0 or len(text) > LONGEST_NUMBER:
        return None
    return f"{given.normalize():f}"


LONGEST_NUMBER = 24
