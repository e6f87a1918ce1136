"""What did this evaluator say of one item? Only their own sheets."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dure.cycle.commands.registry import row_of
from dure.formats.commands.review import SubmitScoreSheet
from dure.formats.errors import BadInput
from dure.portal.kit.acting import act
from dure.portal.kit.form.bound import Fault
from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording.numbers import instant, number
from dure.portal.kit.wording.words import name
from dure.portal.subjects.acts import drafting
from dure.portal.subjects.acts.refusing import Change, in_words, since, status_of
from dure.portal.subjects.acts.session import PAGE, number_of
from dure.portal.subjects.documents.shown import documents_of
from dure.portal.subjects.evaluation.assignments import STATES, TONES, name_of_item, stepping_back
from dure.records.journal import queries as journal
from dure.records.review import access, queries

POINTS = "points-"
LONGEST_NUMBER = 24


@dataclass
class Window:
    """What one window holds of a sheet: the points as typed, the last act on the sheet that it was shown, the key of its own.

    `note`: why it holds again what had been typed; `problem`, `changes` and `status`: why it could not be handed in.
    """

    typed: dict[str, str]
    seen: int
    key: str
    note: str = ""
    problem: str = ""
    changes: Sequence[Change] = ()
    status: HTTPStatus = HTTPStatus.OK


def sheet(request: HttpRequest, panel_id: str, item: str) -> HttpResponse:
    """The person's own sheet for one item, empty at first; it can be changed until the panel is locked."""
    mine = access.visible_assignments(request.user).filter(seat__panel=panel_id, item=item)
    judged: Any = queries.with_progress(mine).select_related("seat__panel").first()
    if judged is None:
        raise Http404
    if request.method != "POST":
        return _page(request, judged, _opened(request, judged))
    window = _held_by({key: str(value) for key, value in request.POST.items()}, judged)
    _hand_in(request, judged, window)
    if window.problem:
        return _page(request, judged, window)
    messages.success(request, _("Your sheet was handed in as a new version."), extra_tags="good")
    return redirect("reviewer:sheet", panel_id=panel_id, item=item)


def _criteria(judged: Any) -> list[dict[str, Any]]:
    """What the panel's members judge by, as fixed when it was seated."""
    return [each for each in judged.seat.panel.criteria if each["kind"] == "judged"]


def _opened(request: HttpRequest, judged: Any) -> Window:
    """As the sheet stands, or as a window left it whose session had ended."""
    kept = drafting.given_back(request)
    if kept is not None:
        window = _held_by(kept.sent, judged)
        window.note = kept.said
        return window
    seen = journal.version(_about(judged))  # read before the sheet: what comes between is then told
    last = queries.sheet_of(judged)
    return Window(dict(last.points) if last else {}, seen, secrets.token_urlsafe(24))


def _held_by(sent: dict[str, str], judged: Any) -> Window:
    """As a form sent it."""
    typed = {each["id"]: sent.get(f"{POINTS}{each['id']}", "").strip() for each in _criteria(judged)}
    return Window(typed, number_of(sent.get(f"{PAGE}seen", "")), sent.get(f"{PAGE}key", "")[:64] or secrets.token_urlsafe(24))


def _about(judged: Any) -> str:
    given = SubmitScoreSheet(panel=judged.seat.panel_id, evaluator=judged.seat.code, item=judged.item, points={})
    return row_of("submit_score_sheet").about(given)


def _page(request: HttpRequest, judged: Any, window: Window) -> HttpResponse:
    seat, last = judged.seat, queries.sheet_of(judged)
    filed = last.points if last else {}
    may_change = access.may_score(request.user, seat.panel, judged.item)
    context = {
        "heading": name_of_item(judged),
        "panel": seat.panel_id,
        "item": judged.item,
        "code": seat.code,
        "window": window,
        "by": drafting.signed(request.user),
        "rows": _rows(judged, window.typed, filed),
        "state": STATES[judged.progress],
        "tone": TONES[judged.progress],
        "may_change": may_change,
        "step_back": stepping_back(seat.panel_id, seat.code, judged.item) if may_change else "",
        "problems": [Fault("", "", window.problem)] if window.problem else [],
        "changes": window.changes,
        "version": last.version if last else 0,
        "at": instant(last.submitted_at) if last else "",
        "locked": instant(seat.panel.locked_at) if seat.panel.locked_at else "",
        "asked": _asked(request, judged),
        "documents": documents_of("application", judged.item, request.user) if seat.panel.kind == "application" else None,
        "section": section(_table(_rows(judged, filed, filed)), request.GET),
    }
    return render(request, "evaluation/sheet.html", context, status=window.status)


def _asked(request: HttpRequest, judged: Any) -> list[tuple[str, str]]:
    """What is to be judged of an application, as far as the evaluator reads it; never whose it is. Nothing of a proposal."""
    found = access.judged_applications(request.user).filter(pk=judged.application_id).first() if judged.application_id else None
    if found is None:
        return []
    models = ", ".join(f"{model} ({value})" for model, value in sorted(found.gpu_models.items()))
    least = {"most": number(found.servers), "least": number(found.minimum_servers)}
    facts = [
        (_("Sector"), name(found.sector)),
        (_("Purpose"), name(found.purpose)),
        (_("Use"), name(found.use) if found.use else ""),
        (_("GPU model (value)"), models),
        (_("Servers"), _("%(most)s (at least %(least)s)") % least),
        (_("Weeks"), number(found.weeks)),
    ]
    return [each for each in facts if each[1]]


def _rows(judged: Any, points: dict[str, str], filed: dict[str, str]) -> list[dict[str, Any]]:
    """The criteria with these points, and with those that were handed in where they are others."""
    return [
        {
            "id": each["id"],
            "criterion": name(each["id"]),
            "points": (given := points.get(each["id"], "")),
            "filed": "" if filed.get(each["id"], "") == given else filed.get(each["id"], ""),
            "weight": each["weight"],
        }
        for each in _criteria(judged)
    ]


def _table(rows: list[dict[str, Any]]) -> Table:
    columns = [
        Column("criterion", _("Criterion")),
        Column("points", _("Points"), "number"),
        Column("weight", _("Of at most"), "number"),
    ]
    return Table("sheet", _("My score sheet"), columns, rows)


def _hand_in(request: HttpRequest, judged: Any, window: Window) -> None:
    """Hand in the sheet, once, if it still is as the window showed it; else the window says what is wrong."""
    points = {}
    for criterion, text in window.typed.items():
        if (value := _decimal_text(text)) is None:
            window.problem = _("%(criterion)s: give points as a number.") % {"criterion": name(criterion)}
            window.status = HTTPStatus.BAD_REQUEST
            return
        points[criterion] = value
    given = {"panel": judged.seat.panel_id, "evaluator": judged.seat.code, "item": judged.item, "points": points}
    try:
        act(request, "submit_score_sheet", given, key=f"page-{window.key}", seen=window.seen)
    except BadInput as error:
        if error.code in {"stale", "key_reused"}:  # the key: sent, gone back to, changed, and sent again
            _tell_of_others(request, judged, window)
        else:
            window.problem, window.status = _said(error), status_of(error)


def _tell_of_others(request: HttpRequest, judged: Any, window: Window) -> None:
    """Another window, or the agency, handed the sheet in meanwhile: say when; sent again, it is a version after that one."""
    window.changes = since(_about(judged), window.seen, request.user)
    window.seen, window.key = journal.version(_about(judged)), secrets.token_urlsafe(24)
    window.problem = _(
        "This sheet has been handed in since you opened this page. Compare its points with yours; hand yours in again if they "
        "are to take their place."
    )
    window.status = HTTPStatus.CONFLICT


def _said(error: BadInput) -> str:
    said = {
        "too_many_points": _("%(criterion)s: give points from 0 to %(most)s."),
        "off_step": _("%(criterion)s: give points in steps of %(step)s."),
    }.get(error.code)
    return said % {**error.detail, "criterion": name(error.detail["criterion"])} if said else in_words(error)


def _decimal_text(text: str) -> str | None:
    """The number as decimal text, or nothing where it is none or absurdly long."""
    try:
        given = Decimal(text)
    except InvalidOperation:
        return None
    if not given.is_finite() or given < 0 or len(text) > LONGEST_NUMBER:
        return None
    return f"{given.normalize():f}"
