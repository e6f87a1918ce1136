"""The pages that official desks share: what waits for me, what was decided, one decision, and the answer to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from dure.cycle.approvals import barred
from dure.cycle.commands.registry import row_of
from dure.cycle.commands.running import read_command
from dure.formats.errors import BadInput
from dure.portal.kit.acting import context_of, tried, why
from dure.portal.kit.downloads import as_csv, as_svg
from dure.portal.kit.gate import Route
from dure.portal.kit.identity.proof import is_recent
from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.section import TARGET, alone, section
from dure.portal.kit.shown import Column, Figure, Table
from dure.portal.kit.wording.about import About, Key, about_each, heading
from dure.portal.kit.wording.numbers import instant, number
from dure.portal.kit.wording.words import name, person_name
from dure.portal.subjects.decisions import signing
from dure.portal.subjects.decisions.journal import entry_or_404
from dure.portal.subjects.decisions.lists import DECIDED, with_abouts
from dure.portal.subjects.decisions.page import chart_of, decision_page, table_of
from dure.records.journal import queries

LONGEST_NOTE = 4000
OFFICE = frozenset({"agency", "auditor"})  # keeps panels and their sheets, or audits them
NAMING = frozenset({"agency", "ministry", "auditor"})  # see proposals once their call has closed


def entry_rows(entries: Sequence[Any], desk: str, named: Mapping[Key, About]) -> list[dict[str, Any]]:
    """Entries that wait for an answer, for a working list; `named`: what they are about."""
    return [
        {
            "seq": entry.seq,
            "what": heading(entry.decision, named[entry.decision, entry.subject]),
            "what_beneath": named[entry.decision, entry.subject].id,
            "href": reverse(f"{desk}:decision", kwargs={"seq": entry.seq}),
            "filed_by": person_name(entry.who),
            "at": entry.at.isoformat(),
        }
        for entry in entries
    ]


def _columns() -> list[Column]:
    return [
        Column("seq", _("No."), "number"),
        Column("what", _("Decision"), "link"),
        Column("filed_by", _("Filed by")),
        Column("at", _("Filed at"), "instant"),
    ]


def working_list(
    request: HttpRequest, *, desk: str, says: str, extra: Sequence[Any] = (), figures: Sequence[Figure] = ()
) -> HttpResponseBase:
    """What waits for this person, what waits for others, and what was decided."""
    waiting = list(queries.pending())
    named = about_each(waiting)
    context = context_of(request)
    mine = [entry for entry in waiting if not barred(entry, context.person, context)]
    others = [entry for entry in waiting if entry not in mine]
    nothing = _("No decision waits for your answer. Once somebody files one, it stands here, and you get a notice.")
    others_nothing = _("No other decision waits for its answer.")
    tables = [
        Table("mine", _("Waiting for me"), _columns(), entry_rows(mine, desk, named), empty=nothing),
        Table("others", _("Waiting for others"), _columns(), entry_rows(others, desk, named), empty=others_nothing),
    ]
    page = {
        "heading": _("%(desk)s desk") % {"desk": name(desk)},
        "says": says,
        "figures": [
            Figure(_("Waiting for me"), number(len(mine)), tone="warn" if mine else ""),
            Figure(_("Waiting for others"), number(len(others))),
            *figures,
        ],
        "before": [section(tables[0], request.GET), *extra, *(section(table, request.GET) for table in tables[1:])],
    }
    return respond(request, [Bound(DECIDED, queries.entries(pending=False), desk, with_abouts)], page)


@vary_on_headers(TARGET)
def decision(request: HttpRequest, *, desk: str, seq: int) -> HttpResponse:
    """One decision with everything that the journal holds of it, and the form to answer it."""
    entry = entry_or_404(seq)
    page = decision_page(
        entry,
        request.GET,
        files=_address(desk, seq),
        public=False,
        office=desk in OFFICE,
        named=desk in NAMING,
        only=alone(request),
    )
    context = {"page": page, "back": reverse(f"{desk}:list"), "answer": _answer(request, entry, desk)}
    return render(request, "decisions/decision.html", context)


def answer(request: HttpRequest, *, desk: str, seq: int) -> HttpResponse:
    """First a confirmation that names everything, then the entry in the journal under the person's name."""
    entry = entry_or_404(seq)
    wanted, note = request.POST.get("decision"), request.POST.get("note", "").replace("\r\n", "\n").strip()
    if wanted not in {"approve", "refuse"}:
        messages.error(request, _("Choose whether to approve or to refuse."), extra_tags="bad")
        return redirect(f"{desk}:decision", seq=seq)
    if _is_their_own(entry, request.user, wanted):  # pressed twice: the first has done it
        return redirect(f"{desk}:decision", seq=seq)
    barred_by = _problem(request, entry)
    unfit = "" if barred_by else _unfit(entry, wanted, note)
    problem = barred_by or unfit
    if not problem and not is_recent(request):
        raise ReauthenticationRequired  # what was sent is kept, and sent again afterwards
    if not problem and request.POST.get("confirmed") == entry.hash:
        problem = _record(request, entry, wanted, note)
        if not problem:
            said = (
                _("Approved and recorded in the journal.") if wanted == "approve" else _("Refused and recorded in the journal.")
            )
            messages.success(request, said, extra_tags="good")
            return redirect(f"{desk}:decision", seq=seq)
    context = {
        "page": decision_page(entry, {}, files=_address(desk, seq), public=False, office=desk in OFFICE, named=desk in NAMING),
        "approving": wanted == "approve",
        "note": note,
        "problem": problem,
        "note_is_wrong": bool(unfit),
        "back": _address(desk, seq),
        "list_href": reverse(f"{desk}:list"),
        "answer": {"href": reverse(f"{desk}:answer", kwargs={"seq": seq})},
        "signing": None if problem else signing.asked(request, entry, wanted),
    }
    return render(request, "decisions/confirm.html", context, status=409 if problem else 200)


def _problem(request: HttpRequest, entry: Any) -> str:
    """Why this person may not answer it, in the reader's language; empty when they may."""
    if not entry.is_pending:
        return _answered(entry)
    if refused := barred(entry, request.user, context_of(request)):  # type: ignore[arg-type] # the gate lets nobody else in
        return why(refused)
    return ""


def _is_their_own(entry: Any, person: Any, wanted: str) -> bool:
    """Has this person given this very answer already?"""
    answer = entry.answered
    return bool(answer and answer.who_id == person.pk and entry.is_approved == (wanted == "approve"))


def _answered(entry: Any) -> str:
    """Who answered it meanwhile, how, and when."""
    answer = entry.answered
    said = _("%(who)s approved it on %(at)s.") if entry.is_approved else _("%(who)s refused it on %(at)s.")
    return said % {"who": person_name(answer.who), "at": instant(answer.at)}


def _unfit(entry: Any, wanted: str, note: str) -> str:
    """Why the note cannot be recorded as it was written; empty where it can."""
    if wanted == "refuse" and not note:
        return _("A refusal needs its reason: say why in the note.")
    if len(note) > LONGEST_NOTE:
        return _("The note has %(n)s characters; at most %(most)s are recorded.") % {
            "n": number(len(note)), "most": number(LONGEST_NOTE)
        }  # fmt: skip
    try:
        read_command(row_of(f"{wanted}_decision"), {"entry": entry.seq, "note": note})
    except BadInput as error:
        return why(error)
    return ""


def _record(request: HttpRequest, entry: Any, wanted: str, note: str) -> str:
    return tried(request, f"{wanted}_decision", {"entry": entry.seq, "note": note, "signed": signing.given(request)})


def _answer(request: HttpRequest, entry: Any, desk: str) -> dict[str, str]:
    """Where to answer, or why this person may not; nothing where there is nothing to answer."""
    if not entry.is_pending:
        return {}
    return {"href": reverse(f"{desk}:answer", kwargs={"seq": entry.seq}), "barred": _problem(request, entry)}


def _address(desk: str, seq: int) -> str:
    return reverse(f"{desk}:decision", kwargs={"seq": seq})


def decision_table(request: HttpRequest, *, desk: str, seq: int, table: str) -> HttpResponseBase:
    """One table of a decision as CSV."""
    del request
    found = table_of(entry_or_404(seq), table, public=False, office=desk in OFFICE, named=desk in NAMING)
    if found is None:
        raise Http404
    return as_csv(found, name=f"dure-{seq}-{table}")


def decision_drawing(request: HttpRequest, *, desk: str, seq: int, drawing: str) -> HttpResponse:
    """One drawing of a decision as SVG."""
    del request
    found = chart_of(entry_or_404(seq), drawing, public=False, named=desk in NAMING)
    if found is None:
        raise Http404
    return as_svg(found, name=f"dure-{seq}-{drawing}")


def official_routes(desk: str, *, answers: bool = True) -> list[Route]:
    """The addresses that every official desk has for decisions; `answers`: whether it may approve or refuse."""

    def one(request: HttpRequest, seq: int) -> HttpResponse:
        return decision(request, desk=desk, seq=seq)

    def file(request: HttpRequest, seq: int, table: str) -> HttpResponseBase:
        return decision_table(request, desk=desk, seq=seq, table=table)

    def drawing_file(request: HttpRequest, seq: int, drawing: str) -> HttpResponse:
        return decision_drawing(request, desk=desk, seq=seq, drawing=drawing)

    def ruling(request: HttpRequest, seq: int) -> HttpResponse:
        return answer(request, desk=desk, seq=seq)

    routes = [
        Route("decisions/<int:seq>/", "decision", one, desk, "desk"),
        Route("decisions/<int:seq>/<slug:table>.csv", "decision_table", file, desk, "desk"),
        Route("decisions/<int:seq>/<slug:drawing>.svg", "decision_drawing", drawing_file, desk, "desk"),
    ]
    if answers:
        routes.append(Route("decisions/<int:seq>/answer/", "answer", ruling, desk, "desk", ("POST",)))
    return routes
