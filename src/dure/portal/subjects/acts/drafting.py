"""Drafts as pages use them: saved by the script or the button, restored on return, never lost to another window or session."""

import contextlib
import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.commands.registry import BY_NAME
from dure.cycle.people import drafts
from dure.formats.errors import BadInput
from dure.portal.kit.form.fields import asked_of
from dure.portal.kit.form.tasks import PARTS, progress
from dure.portal.subjects.acts import naming
from dure.portal.subjects.acts.choices import subject_names
from dure.portal.subjects.acts.refusing import in_words, label_of
from dure.portal.subjects.acts.session import PAGE, WHICH, Visit, is_input, number_of, query_of, typed_of
from dure.records.drafts import queries

HELD = "held-form"
OPENED = "opened"
SALT = "form"
NEW, UNNAMED = "new", "unnamed"  # which draft an address opens: none; the one that names no subject
MOST_LISTED = 20
LARGEST_HELD = 2 * 1024 * 1024


@dataclass(frozen=True)
class Waiting:
    """A draft on the list of all acts. `progress`: how many parts of a long form are complete; empty for others."""

    href: str
    label: str
    about: str
    at: str
    progress: str


def clock(moment: Any) -> str:
    """`14:02`, with the day where it was not today."""
    local = timezone.localtime(moment)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%Y-%m-%d %H:%M}"


def waiting(person: Any) -> list[Waiting]:
    """The person's drafts."""
    listed = queries.listed(person, opened=OPENED, whole=PARTS)[:MOST_LISTED]
    saved = [each for each in listed if each["command"] in BY_NAME]
    about = _called((each["about"] for each in saved), person)
    return [
        Waiting(_href(each), label_of(each["command"]), about[each["about"]], clock(each["saved_at"]), _progress(each))
        for each in saved
    ]


def _progress(saved: Mapping[str, Any]) -> str:
    """How many parts of that draft are complete."""
    found = progress(saved["command"], asked_of(BY_NAME[saved["command"]].command), saved["typed"] or {})
    return found.says if found else ""


def _href(saved: Mapping[str, Any]) -> str:
    """Where that draft is opened."""
    query = query_of(saved["opened"] or "") or f"?{WHICH}={UNNAMED}"
    return f"{reverse('acts:act', kwargs={'name': saved['command']})}{query}"


def _called(abouts: Iterable[str], person: Any) -> dict[str, str]:
    """What these drafts are about, by the names of their subjects."""
    listed = {each: naming.subjects(each) for each in abouts}
    called = subject_names((each for some in listed.values() for each in some), person)
    return {about: ", ".join(called[each] for each in some) for about, some in listed.items()}


def restore(visit: Visit) -> None:
    """Put what was saved into the form: what a lost session left behind first, then the draft of what the address names.

    An address that names nothing opens the draft that was saved last.
    """
    held = _held(visit)
    if held is not None:
        visit.typed, said = held
        keep_if_possible(visit)
        visit.notes.append(("good", said))
        return
    which = visit.request.GET.get(WHICH, "")
    saved = None if which == NEW else _found(visit, which)
    if saved is None:
        return
    visit.opened, visit.drafted, visit.restored = query_of(saved.inputs.get(OPENED, "")), saved.about, saved.about
    if not _put_displaced(visit, saved, which):
        visit.typed, visit.draft = _without_opened(saved.inputs), saved.version
        visit.notes.append(("", _("Restored as you left it at %(time)s.") % {"time": clock(saved.saved_at)}))
        _tell_of_windows(visit, saved)
    if not visit.request.GET:
        _tell_of_others(visit, saved)


def _found(visit: Visit, which: str) -> Any:
    """The draft that the address means, or nothing."""
    person, wanted = visit.request.user, naming.key(visit.row, visit.asked, {})
    if not visit.opened and not which:
        return queries.last_saved(person, command=visit.row.name)
    found = queries.draft(person, command=visit.row.name, about=wanted)
    if found is not None or not wanted:
        return found
    unnamed = queries.draft(person, command=visit.row.name, about="")  # as drafts were kept before they were named
    return unnamed if unnamed is not None and unnamed.inputs.get(OPENED, "") == visit.opened else None


def _put_displaced(visit: Visit, saved: Any, which: str) -> bool:
    """Show what another window had saved, where the address asks for that; the window then begins from there."""
    for each in saved.displaced:
        if which == str(each["version"]):
            visit.typed, visit.draft = _without_opened(each["inputs"]), each["version"]
            said = _(
                "This is what another window had saved at %(time)s. Save it to keep it; what is the draft now is then kept, too."
            )
            visit.notes.append(("warn", said % {"time": clock(dt.datetime.fromisoformat(each["at"]))}))
            return True
    return False


def _tell_of_windows(visit: Visit, saved: Any) -> None:
    if saved.displaced:
        visit.notes.append(("warn", _("Other windows saved this draft, too. The latest is shown; what they saved is kept.")))
    href = reverse("acts:act", kwargs={"name": visit.row.name})
    for each in reversed(saved.displaced):
        said = _("Open what another window saved at %(time)s") % {"time": clock(dt.datetime.fromisoformat(each["at"]))}
        visit.others.append((f"{href}{visit.opened}{'&' if visit.opened else '?'}{WHICH}={each['version']}", said))


def _tell_of_others(visit: Visit, saved: Any) -> None:
    """The form was opened for nothing in particular: it can be started again, and other drafts of it be opened."""
    href = reverse("acts:act", kwargs={"name": visit.row.name})
    listed = queries.listed(visit.request.user, opened=OPENED, command=visit.row.name)[:MOST_LISTED]
    others = [each for each in listed if each["about"] != saved.about]
    about = _called((each["about"] for each in others), visit.request.user)
    for each in others:
        called = about[each["about"]] or _("about nothing in particular")
        said = _("Open the draft %(about)s, saved at %(time)s") % {"about": called, "time": clock(each["saved_at"])}
        visit.others.append((_href(each), said))
    if saved.about:
        visit.others.append((f"{href}?{WHICH}={NEW}", _("Start a new one; this draft stays")))


def keep_if_possible(visit: Visit) -> None:
    """Save what was typed; where that cannot be, the page itself still holds it."""
    with contextlib.suppress(BadInput):
        keep(visit)


def keep(visit: Visit) -> bool:
    """Save what was typed; is there something of another window that was saved over? Raises `BadInput`."""
    key = visit.draft_key()
    visit.opened = naming.address(visit.row, visit.asked, visit.typed)
    saved = drafts.save(
        person=visit.request.user,
        inputs={**visit.typed, OPENED: visit.opened},
        base=visit.draft if visit.drafted == key["about"] else 0,
        at=timezone.now(),
        **key,
    )
    renamed = visit.draft and visit.drafted != key["about"]
    if renamed and (not visit.drafted or visit.drafted != visit.restored):  # what the window began with stays as it was
        forget(visit)
    visit.draft, visit.drafted = saved.draft.version, key["about"]
    return saved.displaced


def forget(visit: Visit) -> None:
    """Delete what this window has saved; what other windows saved stays."""
    drafts.delete(person=visit.request.user, command=visit.row.name, about=visit.drafted, base=visit.draft)


def saved(visit: Visit) -> str:
    """When the draft of this window was saved, as a clock shows it; empty where there is none."""
    found = queries.draft(visit.request.user, command=visit.row.name, about=visit.drafted) if visit.draft else None
    return clock(found.saved_at) if found else ""


def _without_opened(inputs: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in inputs.items() if key != OPENED}


def answer(visit: Visit, wish: str) -> HttpResponse:
    """The buttons "save" and "start again": back to the same form. Raises `BadInput` where it cannot be saved."""
    if wish == "discard":
        forget(visit)
    else:
        keep(visit)
    query = visit.opened or (f"?{WHICH}={NEW if wish == 'discard' else UNNAMED}")
    return redirect(f"{reverse('acts:act', kwargs={'name': visit.row.name})}{query}")


def autosaved(visit: Visit) -> HttpResponse:
    """Saved by the script: when, as which version, and whether another window had saved in between."""
    try:
        displaced = keep(visit)
    except BadInput as error:
        return JsonResponse({"says": in_words(error)}, status=409)
    said = _("Saved at %(time)s") % {"time": clock(timezone.now())}
    if displaced:
        said += " " + _("(another window had saved too; what it saved is kept)")
    return JsonResponse({"says": said, "version": visit.draft_mark, "displaced": displaced})


def signed(person: Any) -> str:
    """A mark that this form was made for that person, by which it is given back to nobody else."""
    return signing.dumps(person.uid, salt=SALT)


def hold(request: HttpRequest, *, proof: bool = False) -> None:
    """Keep what a form sent for the same person in the same browser: its session had ended, or it asked for a `proof`."""
    try:
        person = signing.loads(request.POST.get(f"{PAGE}by", ""), salt=SALT, max_age=7 * 24 * 3600)
    except signing.BadSignature:
        return
    files = sorted(request.FILES)
    sent = {key: typed_of(request.POST, key) for key in request.POST if key not in {"csrfmiddlewaretoken", *files}}
    if len(json.dumps(sent)) <= LARGEST_HELD:
        request.session[HELD] = {"person": person, "path": request.path, "sent": sent, "proof": proof, "files": files}


class Kept(NamedTuple):
    """What a form had sent, why it had to be kept, and the names of its files, which are not."""

    sent: dict[str, str]
    said: str
    files: set[str]


def given_back(request: HttpRequest) -> Kept | None:
    """All that the form at this address had sent, once and to its writer alone, and why it had to be kept; nothing else."""
    held = request.session.get(HELD)
    if not held or held["path"] != request.path:
        return None
    del request.session[HELD]
    if held["person"] != request.user.uid:  # type: ignore[union-attr] # the gate lets nobody else in
        return None
    said = _("Your session had ended. What you had typed is here again.")
    if held.get("proof"):
        said = _("You have confirmed that it is you. What you had typed is here again: check it and go on.")
    return Kept(dict(held["sent"]), said, set(held.get("files", ())))


def _held(visit: Visit) -> tuple[dict[str, str], str] | None:
    """What was typed, and why it had to be kept. A file that was chosen is not: it is to be chosen again."""
    kept = given_back(visit.request)
    if kept is None:
        return None
    sent, said, visit.lost = kept
    visit.about, visit.seen = sent.get(f"{PAGE}about", ""), number_of(sent.get(f"{PAGE}seen", ""))
    visit.opened, visit.restored = query_of(sent.get(f"{PAGE}opened", "")), sent.get(f"{PAGE}restored", "")
    visit.take_mark(sent.get(f"{PAGE}draft", ""))
    if visit.lost:
        said = f"{said} {_('Files are not kept: choose yours again.')}"
    return {key: value for key, value in sent.items() if is_input(key)}, said
