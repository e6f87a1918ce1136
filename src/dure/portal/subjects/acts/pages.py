"""The page of every command: its form, the check of what was filled in, and the act itself; and the list of all acts."""

import re
import secrets
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.cycle.commands.registry import BY_NAME
from dure.cycle.commands.rows import Row
from dure.cycle.commands.running import read_command, run
from dure.cycle.commands.tables import decisions
from dure.formats.errors import BadInput, CheckFailed, Infeasible, Refused
from dure.portal.kit.form.answers import answers
from dure.portal.kit.form.bound import Fault, bound, summary
from dure.portal.kit.form.changing import changed
from dure.portal.kit.form.fields import says
from dure.portal.kit.form.reading import Faults, read
from dure.portal.kit.form.tasks import progress, sections
from dure.portal.kit.gate import Route
from dure.portal.kit.identity import proof
from dure.portal.kit.wording.words import person_name
from dure.portal.subjects.acts import depending, drafting, filing, groups, outcome
from dure.portal.subjects.acts.choices import Chooser, subject_name
from dure.portal.subjects.acts.door import permitted, standing
from dure.portal.subjects.acts.refusing import in_words, since, status_of
from dure.portal.subjects.acts.session import PAGE, Visit, opened, posted
from dure.records.journal import queries as journal

_SEARCH = re.compile(r"search:([a-z_]+(?:-[0-9]+-[a-z_.]+)*)")


def row_or_404(request: HttpRequest, name: str) -> Row:
    """The command, if this person may do it to anything at all; what is not theirs does not exist."""
    row = BY_NAME.get(name)
    if row is None or not permitted(row, request.user):
        raise Http404
    return row


def everything(request: HttpRequest) -> HttpResponse:
    """All that this person may do, by desk, with a search."""
    wanted = request.GET.get("q", "").strip()[:80]
    context = {"desks": groups.by_desk(request.user, wanted), "wanted": wanted, "drafts": drafting.waiting(request.user)}
    return render(request, "acts/list.html", context)


def act(request: HttpRequest, name: str) -> HttpResponse:
    """The form; what is sent is checked, shown once more, and then done."""
    row = row_or_404(request, name)
    if request.method != "POST":
        visit = opened(request, row)
        _require_theirs(visit)
        drafting.restore(visit)
        filing.prepare(visit)
        return _form(visit)
    return _asked(posted(request, row), request.POST.get("do", "check"))


def _asked(visit: Visit, wish: str) -> HttpResponse:
    """What a button of the form wants."""
    if wish in {"save", "discard"}:
        try:
            return drafting.answer(visit, wish)
        except BadInput as error:
            return _form(visit, says_why=in_words(error))
    if filing.handoff_of(visit):
        filing.forget_others(visit)
    if wish in {"edit", "facts"}:
        filing.prepare(visit)
        return _form(visit)
    if found := _SEARCH.fullmatch(wish):
        visit.searched = {found[1]: visit.typed.get(found[1], "").strip()}
        return _form(visit, focus=f"f-{found[1]}")
    if moved := changed(visit.fields, visit.typed, wish):
        visit.typed, focus = moved
        return _form(visit, focus=focus)
    return _asked_for_proof(visit) or _sent(visit, confirmed=wish == "confirm")


def _asked_for_proof(visit: Visit) -> HttpResponse | None:
    """To where the person proves who they are, if the act asks for that and the last proof is too old; the form is kept."""
    if not visit.row.step_up or proof.is_recent(visit.request):
        return None
    drafting.hold(visit.request, proof=True)
    return proof.ask(visit.request, f"{visit.request.path}{visit.opened}")


def _require_theirs(visit: Visit) -> None:
    """A subject that the address names and that is another's does not exist."""
    values, _faults = read(visit.fields, visit.typed)
    if visit.about and standing(visit.row, values, visit.context).verdict == "not_yours":
        raise Http404


def _sent(visit: Visit, *, confirmed: bool) -> HttpResponse:
    values, faults = read(visit.fields, visit.typed)
    if faults := {**faults, **visit.refused}:
        return _form(visit, faults)
    try:
        command = read_command(visit.row, values)
    except BadInput as error:
        return _form(visit, says_why=in_words(error))
    about = visit.row.about(command)
    stands = standing(visit.row, values, visit.context)
    if stands.verdict != "yes":
        detail = {"state": stands.state, "possible": visit.row.while_}
        refused = Refused("", code=stands.verdict, detail=detail)
        return _form(visit, says_why=in_words(refused), status=status_of(refused))
    seen = visit.seen if confirmed or about == visit.about else journal.version(about)
    if not confirmed and since(about, seen):
        return _stale(visit, about, seen)
    if not confirmed:
        return _refused_when_tried(visit, command) or _check(visit, values, about, seen)
    return _done(visit, command, seen)


def _refused_when_tried(visit: Visit, command: Any) -> HttpResponse | None:
    """The form with the reason where it would be refused: it is done and undone, so that no reason comes after the last step.

    Decisions are not tried: they compute for long, and what is read from the journal meanwhile is kept for others.
    """
    if visit.row in decisions.ROWS:
        return None
    try:
        with transaction.atomic():
            run(visit.row, command, visit.context)
            transaction.set_rollback(True)
    except (BadInput, Infeasible, CheckFailed) as error:
        return _form(visit, says_why=in_words(error), status=status_of(error))
    return None


def _done(visit: Visit, command: Any, seen: int) -> HttpResponse:
    """Carry it out, once; the draft goes, and the page says what was done."""
    key = visit.request.POST.get(f"{PAGE}key", "")[:64]
    try:
        made = run(visit.row, command, visit.context, key=f"page-{key}" if key else "", seen=seen)
    except (BadInput, Infeasible, CheckFailed) as error:
        if getattr(error, "code", "") == "stale":
            return _stale(visit, visit.row.about(command), seen)
        return _form(visit, says_why=in_words(error), status=status_of(error))
    drafting.forget(visit)
    return redirect("acts:done", number=made.act)


def _stale(visit: Visit, about: str, seen: int) -> HttpResponse:
    """Somebody acted on the subject meanwhile: say what they did, and keep what was typed."""
    changes = since(about, seen, visit.request.user)
    if visit.about == about:
        visit.seen = journal.version(about)
    says_why = _("It has changed since you opened this page. Look at what has changed; then check and send again.")
    return _form(visit, says_why=says_why, changes=changes, status=HTTPStatus.CONFLICT)


def _form(
    visit: Visit,
    faults: Faults | None = None,
    *,
    says_why: str = "",
    changes: Any = (),
    focus: str = "",
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    """The form as it was filled in; where something is wrong, with that `status`."""
    choose = Chooser(visit.request.user, depending.choices_of(visit), visit.searched)
    fields = depending.explained(visit, bound(visit.fields, visit.typed, faults or {}, choose))
    parts = sections(visit.row.name, fields)
    problems = list(summary([each for part in parts for each in part.holds] or fields))
    if says_why:
        problems.insert(0, Fault("", "", says_why))
    context = {
        **_about_row(visit),
        "fields": filing.without_facts(visit, fields),
        "parts": parts,
        "progress": progress(visit.row.name, visit.fields, visit.typed),
        "problems": problems,
        "changes": changes,
        "focus": focus,
        "zone": timezone.localtime().tzname(),
        "saved": drafting.saved(visit),
        "filing": filing.shown(visit, fields),
        **depending.files_taken(visit),
    }
    return render(visit.request, "acts/form.html", context, status=status if problems else HTTPStatus.OK)


def _check(visit: Visit, values: dict[str, Any], about: str, seen: int) -> HttpResponse:
    """Everything once more, before it is done."""
    drafting.keep_if_possible(visit)
    compared = filing.compared(visit, values)
    choose = Chooser(visit.request.user, depending.choices_of(visit))
    shown = [each for each in answers(visit.fields, values, choose.name_of) if each.path != "facts"]
    context = {
        **_about_row(visit),
        "warnings": depending.warned(visit),
        "answers": shown,
        "parts": sections(visit.row.name, shown),
        "filing": compared,
        "subject": about,
        "seen": seen,
        "key": secrets.token_urlsafe(24),
        "who": person_name(visit.request.user),
        "undo": _(BY_NAME[visit.row.undo].label) if visit.row.undo else "",
    }
    return render(visit.request, "acts/check.html", context)


def _about_row(visit: Visit) -> dict[str, Any]:
    return {
        "visit": visit,
        "row": visit.row,
        "heading": _(visit.row.label),
        "says": _(says(visit.row.command)),
        "hidden": sorted(visit.typed.items()),
        "href": reverse("acts:act", kwargs={"name": visit.row.name}),
        "draft_href": reverse("acts:draft", kwargs={"name": visit.row.name}),
        "table_href": "" if visit.about else reverse("table", kwargs={"name": visit.row.name}),
        "subject_href": outcome.href_of(visit.about),
        "subject_name": subject_name(visit.about, visit.request.user) if visit.about else "",
        "by": drafting.signed(visit.request.user),
    }


def draft(request: HttpRequest, name: str) -> HttpResponse:
    """What the script saves every ten seconds."""
    return drafting.autosaved(posted(request, row_or_404(request, name)))


def done(request: HttpRequest, number: int) -> HttpResponse:
    """What an act did, for the person who did it and for those who oversee."""
    return outcome.page(request, number)


def file_a_decision(request: HttpRequest) -> HttpResponse:
    """The decisions that can be filed, what is ready, and what is missing."""
    return filing.listing(request)


ROUTES = [
    Route("", "list", everything, "", "signed in"),
    Route("filing/", "filing", file_a_decision, "", "signed in", menu=gettext_noop("File a decision"),
          menu_at=("agency", "operator")),
    Route("done/<int:number>/", "done", done, "", "signed in"),
    Route("<slug:name>/", "act", act, "", "signed in", ("GET", "HEAD", "POST"), drafting.hold),
    Route("<slug:name>/draft/", "draft", draft, "", "signed in", ("POST",)),
]  # fmt: skip
