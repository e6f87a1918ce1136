"""Drafts as pages use them: saved by the script or the button, restored on return, never lost to another window or session."""

import contextlib
import json
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.commands.registry import BY_NAME
from dure.cycle.people import drafts
from dure.formats.errors import BadInput
from dure.portal.subjects.acts.choices import subject_names
from dure.portal.subjects.acts.refusing import in_words, label_of
from dure.portal.subjects.acts.session import PAGE, Visit, is_input, typed_of
from dure.records.drafts import queries

HELD = "held-form"
OPENED = "opened"
SALT = "form"
LARGEST_HELD = 2 * 1024 * 1024


@dataclass(frozen=True)
class Waiting:
    """A draft on the list of all acts."""

    href: str
    label: str
    about: str
    at: str


def clock(moment: Any) -> str:
    """`14:02`, with the day where it was not today."""
    local = timezone.localtime(moment)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%Y-%m-%d %H:%M}"


def waiting(person: Any) -> list[Waiting]:
    """The person's drafts."""
    drafts = [each for each in queries.drafts_of(person)[:20] if each.command in BY_NAME]
    named = subject_names((each.about for each in drafts if each.about), person)
    return [
        Waiting(
            f"{reverse('acts:act', kwargs={'name': each.command})}{each.inputs.get(OPENED, '')}",
            label_of(each.command),
            named.get(each.about, ""),
            clock(each.saved_at),
        )
        for each in drafts
    ]


def restore(visit: Visit) -> None:
    """Put what was saved into the form: what a lost session left behind first, then the draft."""
    held = _held(visit)
    if held is not None:
        visit.typed, said = held
        keep_if_possible(visit)
        visit.notes.append(("good", said))
        return
    saved = queries.draft(visit.request.user, **visit.draft_key())
    if saved is None:
        return
    if visit.request.GET.get("draft") == "displaced" and saved.displaced is not None and saved.displaced_at is not None:
        visit.typed = _without_opened(saved.displaced)
        said = _("This is what another window had saved at %(time)s. Save it to keep it.")
        visit.notes.append(("warn", said % {"time": clock(saved.displaced_at)}))
        return
    visit.typed = _without_opened(saved.inputs)
    visit.notes.append(("", _("Restored as you left it at %(time)s.") % {"time": clock(saved.saved_at)}))
    if saved.displaced is not None and saved.displaced_at is not None:
        said = _("Two windows saved this draft. The later one is shown; what the other saved at %(time)s is kept.")
        visit.notes.append(("warn displaced", said % {"time": clock(saved.displaced_at)}))


def keep_if_possible(visit: Visit) -> None:
    """Save what was typed; where that cannot be, the page itself still holds it."""
    with contextlib.suppress(BadInput):
        keep(visit)


def keep(visit: Visit) -> bool:
    """Save what was typed; is there something of another window that was saved over? Raises `BadInput`."""
    saved = drafts.save(
        person=visit.request.user,
        inputs={**visit.typed, OPENED: visit.opened},
        base=visit.draft,
        at=timezone.now(),
        **visit.draft_key(),
    )
    visit.draft = saved.draft.version
    return saved.displaced


def saved(visit: Visit) -> str:
    """When the draft was saved, as a clock shows it; empty where there is none."""
    found = queries.draft(visit.request.user, **visit.draft_key())
    return clock(found.saved_at) if found else ""


def _without_opened(inputs: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in inputs.items() if key != OPENED}


def answer(visit: Visit, wish: str) -> HttpResponse:
    """The buttons "save" and "start again": back to the same form. Raises `BadInput` where it cannot be saved."""
    if wish == "discard":
        drafts.delete(person=visit.request.user, **visit.draft_key())
    else:
        keep(visit)
    return redirect(f"{reverse('acts:act', kwargs={'name': visit.row.name})}{visit.opened}")


def autosaved(visit: Visit) -> HttpResponse:
    """Saved by the script: when, as which version, and whether another window had saved in between."""
    try:
        displaced = keep(visit)
    except BadInput as error:
        return JsonResponse({"says": in_words(error)}, status=409)
    said = _("Saved at %(time)s") % {"time": clock(timezone.now())}
    if displaced:
        said += " " + _("(another window had saved too; what it saved is kept)")
    return JsonResponse({"says": said, "version": visit.draft, "displaced": displaced})


def signed(person: Any) -> str:
    """A mark that this form was made for that person, by which it is given back to nobody else."""
    return signing.dumps(person.uid, salt=SALT)


def hold(request: HttpRequest, *, proof: bool = False) -> None:
    """Keep what a form sent for the same person in the same browser: its session had ended, or it asked for a `proof`."""
    try:
        person = signing.loads(request.POST.get(f"{PAGE}by", ""), salt=SALT, max_age=7 * 24 * 3600)
    except signing.BadSignature:
        return
    sent = {key: typed_of(request.POST, key) for key in request.POST if key != "csrfmiddlewaretoken"}
    if len(json.dumps(sent)) <= LARGEST_HELD:
        request.session[HELD] = {"person": person, "path": request.path, "sent": sent, "proof": proof}


def _held(visit: Visit) -> tuple[dict[str, str], str] | None:
    """What was typed, and why it had to be kept."""
    held = visit.request.session.get(HELD)
    if not held or held["path"] != visit.request.path:
        return None
    del visit.request.session[HELD]
    if held["person"] != visit.request.user.uid:  # type: ignore[union-attr] # the gate lets nobody else in
        return None
    sent = dict(held["sent"])
    visit.about, visit.seen = sent.get(f"{PAGE}about", ""), int(sent.get(f"{PAGE}seen", "0") or 0)
    said = _("Your session had ended. What you had typed is here again.")
    if held.get("proof"):
        said = _("You have confirmed that it is you. What you had typed is here again: check it and go on.")
    return {key: value for key, value in sent.items() if is_input(key)}, said
