"""What has this evaluator to judge, and what did they say? Only their own seats and sheets."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.cycle.review import items_of
from dure.formats.errors import BadInput
from dure.portal.kit.acting import act, why
from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Figure, Table
from dure.portal.kit.wording.numbers import instant, number
from dure.portal.kit.wording.words import name
from dure.records.review import access, queries


def _seats(person: Any) -> list[Any]:
    """The person's seats with their panels, the open panels first."""
    panels = access.visible_panels(person).distinct().order_by("locked_at", "id")
    seats = [queries.seat_of(panel, person) for panel in panels]
    return [seat for seat in seats if seat is not None]


def _criteria(panel: Any) -> list[dict[str, Any]]:
    """What the panel's members judge by, as fixed when it was seated."""
    return [each for each in panel.criteria if each["kind"] == "judged"]


def assignments(request: HttpRequest) -> HttpResponse:
    """What is to be judged, sheet by sheet, and what was handed in."""
    rows = [row for seat in _seats(request.user) for row in _rows(seat)]
    columns = [
        Column("item", _("Proposal or application"), "link"),
        Column("panel", _("Panel")),
        Column("state", _("State"), "badge"),
        Column("points", _("Points given"), "number"),
        Column("submitted_at", _("Handed in"), "instant"),
    ]
    missing = [row for row in rows if row["open"] and row["points"] is None]
    open_rows = [row for row in rows if row["open"]]
    table = Table("assignments", _("My assignments"), columns, rows)
    context = {
        "heading": _("Reviewer desk"),
        "says": _("You see your own sheets only; nobody sees another's before the panel is locked."),
        "figures": [
            Figure(_("Assigned to me"), number(len(rows))),
            Figure(_("Still to be scored"), number(len(missing)), tone="warn" if missing else ""),
            Figure(_("Can still be changed"), number(len(open_rows))),
        ],
        "sections": [section(table, request.GET, filter_by="state")],
    }
    return render(request, "dure/desk_list.html", context)


def _rows(seat: Any) -> list[dict[str, Any]]:
    """One row an item that the panel judges; those without a sheet of this seat come first while the panel scores."""
    stepped_back = {each.item for each in queries.recusals(seat.panel) if each.seat_id == seat.pk}
    last: dict[str, Any] = {}
    for sheet in queries.sheets_of(seat):
        last.setdefault(sheet.item, sheet)
    is_open = seat.panel.locked_at is None
    items = items_of(seat.panel) | set(last) if is_open else set(last)
    rows = [_row(seat, item, last.get(item), recused=item in stepped_back) for item in sorted(items)]
    return sorted(rows, key=lambda row: (not row["open"], row["points"] is not None))


def _row(seat: Any, item: str, sheet: Any, *, recused: bool) -> dict[str, Any]:
    is_open = seat.panel.locked_at is None and not recused
    if recused:
        state, tone = _("Stepped back"), "plain"
    elif is_open:
        state, tone = (_("Open"), "wait") if sheet is None else (_("Handed in"), "good")
    else:
        state, tone = _("Locked"), "plain"
    return {
        "item": name(item),
        "href": reverse("reviewer:sheet", kwargs={"panel_id": seat.panel_id, "item": item}),
        "panel": name(seat.panel_id),
        "state": state,
        "state_tone": tone,
        "open": is_open,
        "points": str(sum((Decimal(value) for value in sheet.points.values()), Decimal(0))) if sheet else None,
        "submitted_at": sheet.submitted_at.isoformat() if sheet else None,
    }


def sheet(request: HttpRequest, panel_id: str, item: str) -> HttpResponse:
    """The person's own sheet for one item, empty at first; it can be changed until the panel is locked."""
    seat = next((each for each in _seats(request.user) if each.panel_id == panel_id), None)
    if seat is None or item not in items_of(seat.panel):
        raise Http404
    versions = [each for each in queries.sheets_of(seat) if each.item == item]
    may_change = access.may_score(request.user, seat.panel, item)
    given = dict(versions[0].points) if versions else {}
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
    columns = [
        Column("criterion", _("Criterion")),
        Column("points", _("Points"), "number"),
        Column("weight", _("Of at most"), "number"),
    ]
    context = {
        "heading": name(item),
        "panel": panel_id,
        "rows": rows,
        "may_change": may_change,
        "problem": problem,
        "version": versions[0].version if versions else 0,
        "at": instant(versions[0].submitted_at) if versions else "",
        "locked": instant(seat.panel.locked_at) if seat.panel.locked_at else "",
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
