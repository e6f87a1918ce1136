"""What has this evaluator to judge, and what did they say? Only their own seats and sheets."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.formats.errors import BadInput
from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Figure, Table
from dure.portal.kit.wording.numbers import instant, number
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.journal import filed
from dure.records.journal import queries as journal
from dure.records.review import access, actions, queries


def _seats(person: Any) -> list[Any]:
    """The person's seats with their panels, the open panels first."""
    panels = access.visible_panels(person).distinct().order_by("locked_at", "id")
    seats = [queries.seat_of(panel, person) for panel in panels]
    return [seat for seat in seats if seat is not None]


def _criteria(panel: Any) -> list[dict[str, Any]]:
    """What the panel judges by, from the evaluation filed for it; empty while none is filed."""
    entry = journal.entries(stage="evaluation", subject=panel.subject, kind="recommendation").last()
    if entry is None:
        entry = journal.entries(stage="evaluation", subject=panel.pk, kind="recommendation").last()
    return [each for each in filed(entry).facts["criteria"] if each["kind"] == "judged"] if entry else []


def assignments(request: HttpRequest) -> HttpResponse:
    """What is to be judged, and what was handed in."""
    rows = []
    for seat in _seats(request.user):
        stepped_back = {each.item for each in queries.recusals(seat.panel) if each.seat_id == seat.pk}
        seen: set[str] = set()
        for sheet in queries.sheets_of(seat):
            if sheet.item in seen:
                continue
            seen.add(sheet.item)
            rows.append(_row(seat, sheet, stepped_back))
    columns = [
        Column("item", _("Proposal or application"), "link"),
        Column("panel", _("Panel"), "code"),
        Column("state", _("State"), "badge"),
        Column("points", _("Points given"), "number"),
        Column("submitted_at", _("Handed in"), "instant"),
    ]
    open_rows = [row for row in rows if row["open"]]
    table = Table("assignments", _("My assignments"), columns, rows)
    context = {
        "heading": _("Reviewer desk"),
        "says": _("You see your own sheets only; nobody sees another's before the panel is locked."),
        "figures": [
            Figure(_("Assigned to me"), number(len(rows))),
            Figure(_("Can still be changed"), number(len(open_rows)), tone="warn" if open_rows else ""),
        ],
        "sections": [section(table, request.GET)],
    }
    return render(request, "dure/desk_list.html", context)


def _row(seat: Any, sheet: Any, stepped_back: set[str]) -> dict[str, Any]:
    is_open = seat.panel.locked_at is None and sheet.item not in stepped_back
    if sheet.item in stepped_back:
        state, tone = _("Stepped back"), "plain"
    elif is_open:
        state, tone = _("Open"), "wait"
    else:
        state, tone = _("Locked"), "good"
    return {
        "item": name(sheet.item),
        "href": reverse("reviewer:sheet", kwargs={"panel_id": seat.panel_id, "item": sheet.item}),
        "panel": seat.panel_id,
        "state": state,
        "state_tone": tone,
        "open": is_open,
        "points": str(sum((Decimal(value) for value in sheet.points.values()), Decimal(0))),
        "submitted_at": sheet.submitted_at.isoformat(),
    }


def sheet(request: HttpRequest, panel_id: str, item: str) -> HttpResponse:
    """The person's own sheet for one item; it can be changed until the panel is locked."""
    seat = next((each for each in _seats(request.user) if each.panel_id == panel_id), None)
    versions = [each for each in queries.sheets_of(seat) if each.item == item] if seat else []
    if seat is None or not versions:
        raise Http404
    may_change = access.may_score(request.user, seat.panel, item)
    weights = {each["id"]: each["weight"] for each in _criteria(seat.panel)}
    problem = ""
    if request.method == "POST":
        problem = (
            _hand_in(request, seat, versions[0], weights) if may_change else _("The panel is locked: nothing can be changed.")
        )
        if not problem:
            messages.success(request, _("Your sheet was handed in as a new version."), extra_tags="good")
            return redirect("reviewer:sheet", panel_id=panel_id, item=item)
    rows = [
        {"id": key, "criterion": name(key), "points": points, "weight": weights.get(key)}
        for key, points in versions[0].points.items()
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
        "version": versions[0].version,
        "at": instant(versions[0].submitted_at),
        "locked": instant(seat.panel.locked_at),
        "section": section(Table("sheet", _("My score sheet"), columns, rows), request.GET),
    }
    return render(request, "evaluation/sheet.html", context, status=400 if problem else 200)


def _hand_in(request: HttpRequest, seat: Any, last: Any, weights: dict[str, str]) -> str:
    """Take in a new version of the sheet; returns what is wrong with it, if anything."""
    points: dict[str, str] = {}
    for key in last.points:
        given = _given(request.POST.get(f"points-{key}", ""), weights.get(key))
        if given is None:
            return _("%(criterion)s: give points from 0 to %(most)s.") % {"criterion": name(key), "most": weights.get(key, "–")}
        points[key] = given
    try:
        actions.submit_score_sheet(panel=seat.panel, evaluator=seat.code, item=last.item, points=points)
    except BadInput as error:
        return str(error)
    return ""


def _given(text: str, most: str | None) -> str | None:
    """Points as decimal text, or nothing where they are none or too many."""
    try:
        given = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not given.is_finite() or given < 0 or (most is not None and given > Decimal(most)):
        return None
    return f"{given.normalize():f}"
