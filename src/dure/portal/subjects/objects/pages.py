"""One subject: its state in words, what may be done now, its timeline, the decisions on it, and its documents."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.cycle.handoffs import HANDOFFS
from dure.portal.kit.acting import context_of
from dure.portal.kit.gate import Route
from dure.portal.kit.personal.seeing import who
from dure.portal.kit.wording.about import about_each
from dure.portal.kit.wording.words import name
from dure.portal.subjects.acts.outcome import PAGES
from dure.portal.subjects.acts.possible import Possible, possible
from dure.portal.subjects.acts.refusing import label_of
from dure.portal.subjects.decisions.approvals import entry_rows
from dure.portal.subjects.decisions.lists import ANSWERS, TONES
from dure.portal.subjects.documents.shown import ATTACHING, shown, visible
from dure.portal.subjects.objects import demand, funding, parties, supply
from dure.portal.subjects.objects.shape import Event, Kind
from dure.records.journal import queries as journal
from dure.records.parties import queries as parties_queries
from dure.records.parties.access import may_oversee

KINDS: dict[str, Kind] = {each.name: each for each in (*funding.KINDS, *supply.KINDS, *demand.KINDS, *parties.KINDS)}
PAGES |= dict.fromkeys(KINDS, "objects:one")
MOST_EVENTS = 50
READING_DESKS = ("ministry", "agency", "operator", "auditor")


def one(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The page of one subject; what is not this reader's does not exist."""
    found = KINDS.get(kind)
    seen = found.see(key, request.user) if found else None
    if seen is None:
        raise Http404
    context = context_of(request)
    acts = possible(kind, key, context, unfit=seen.unfit, parts=seen.parts)
    documents = visible(kind, key, request.user)
    happened = events(f"{kind}/{key}", request.user, also=[each.attached_by for each in documents])
    page = {
        "seen": seen,
        "kind": name(kind),
        "key": key,
        "now": [each for each in acts if each.href],
        "later": [each for each in acts if not each.href],
        "documents": shown(kind, documents, request.user, add=_attaching(kind, acts)),
        "events": sorted([*happened, *seen.happened], key=lambda each: each.at, reverse=True),
        "decisions": _decisions(kind, key, request.user),
        "may_read": may_oversee(request.user),
        "watchers": watchers(kind),
    }
    return render(request, "objects/one.html", page)


def _attaching(kind: str, acts: list[Possible]) -> str:
    """Where a document is attached to the subject, if that is possible now."""
    return next((each.href for each in acts if each.act == ATTACHING.get(kind)), "")


def events(about: str, reader: Any, *, also: Sequence[Any] = ()) -> list[Event]:
    """What was done to the subject, the last first; names as far as the reader may see them. `also`: who else is named."""
    acts = list(journal.acts(about=about).order_by("-id")[:MOST_EVENTS])
    parties_queries.read_roles([*(each.person for each in acts if each.person), *also])
    return [
        Event(
            each.at,
            label_of(each.command),
            who(each.person, reader),
            reverse("acts:done", kwargs={"number": each.pk}) if _may_open(each, reader) else "",
        )
        for each in acts
    ]


def _may_open(act: Any, reader: Any) -> bool:
    return bool(act.person_id == reader.pk or may_oversee(reader))


def _decisions(kind: str, key: str, reader: Any) -> list[dict[str, Any]]:
    """Recommendations on the subject, for those who read the journal."""
    desk = next((each for each in READING_DESKS if each in reader.desks), "")
    keys = [(each.stage, each.decision) for each in HANDOFFS if each.about.replace(" ", "_") == kind]
    if not desk or not keys:
        return []
    filed = journal.entries(subject=key, kind="recommendation").order_by("-seq")
    found = [entry for entry in filed if (entry.stage, entry.decision) in keys]
    answers = [each.answered.kind if each.answered else None for each in found]
    return [
        {**row, "state": ANSWERS[answer] if answer else _("Waiting"), "tone": TONES[answer]}
        for row, answer in zip(entry_rows(found, desk, about_each(found)), answers, strict=True)
    ]


def watchers(kind: str) -> str:
    """Who else sees such a subject."""
    officials = _("Ministry, agency, operator and auditor")
    own = {
        "application": _("the organisation that applied"),
        "grant": _("the organisation that holds it, and the provider whose servers it uses"),
        "invoice": _("the organisation that is billed"),
        "agreement": _("the provider that signed it"),
        "pool": _("its provider"),
        "organisation": _("its own people"),
        "call": _("all providers and applicants; its public page everybody"),
        "user_call": _("all applicants; its public page everybody"),
        "milestone": _("everybody who is logged in"),
        "appropriation": _("everybody who is logged in"),
    }
    alone = {
        "panel": _("Ministry, agency and auditor; evaluators with a seat on it"),
        "proposal": _("Until the deadline nobody; from then on ministry, agency and auditor"),
        "person": _("Agency, auditor, and the person"),
        "question": _(
            "Everybody once it is answered, without the name of whoever asked; until then the offices and whoever asked"
        ),
    }
    if kind in alone:
        return alone[kind]
    return f"{officials}; {own[kind]}" if kind in own else officials


ROUTES = [Route("<slug:kind>/<path:key>/", "one", one, "", "signed in")]
