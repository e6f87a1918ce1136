"""Filing a decision: the facts as the records give them, what is missing, and every edit before it is filed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.cycle.commands import readiness
from dure.cycle.commands.readiness import Readiness
from dure.cycle.commands.rows import Context
from dure.cycle.demand.shares import PRIORITY
from dure.cycle.handoffs import BY_NAME, HANDOFFS, HandOff
from dure.cycle.proposing import FRAME, prepared_facts
from dure.cycle.stem.periods import periods_between, span_of
from dure.formats.canonical import pretty
from dure.formats.edits import edits_between
from dure.formats.errors import BadInput
from dure.portal.kit.acting import context_of
from dure.portal.kit.form.bound import Bound, Choices, Options
from dure.portal.kit.form.parts import part_name
from dure.portal.kit.refusals.codes import SENTENCES
from dure.portal.kit.wording.about import About, Key, abouts
from dure.portal.kit.wording.book import programme_title
from dure.portal.kit.wording.numbers import long_date, money, number, period
from dure.portal.kit.wording.words import name
from dure.portal.subjects.acts.choices import choices
from dure.portal.subjects.acts.in_states import NOTHING
from dure.portal.subjects.acts.refusing import in_words, label_of
from dure.portal.subjects.acts.session import Visit
from dure.portal.subjects.decisions.edits import ShownEdit, edits_in_words
from dure.portal.subjects.decisions.journal import names_of_records
from dure.records.allocation import queries as allocation
from dure.records.journal import queries as journal
from dure.records.operation import queries as operation
from dure.records.review import queries as review
from dure.records.titles import with_titles_of_calls

LARGEST_EDITED = 200_000  # bytes of facts that a person may edit on a page
MOST_LISTED = 6  # of each decision; the form offers all
MOST_SUBJECTS = 60  # more than so many are searched by a word
MOST_OF_A_KIND = 5000
CHARGING = frozenset({"burden", "settlement"})  # decisions on the use of a month, which has to be metered


@dataclass(frozen=True)
class Facts:
    """The facts of one subject on a page: in counts; as text where they are short enough to be edited; or why there are none."""

    subject: str
    counts: tuple[tuple[str, str], ...] = ()
    size: str = ""
    editable: bool = False
    box: Bound | None = None
    missing: str = ""


@dataclass(frozen=True)
class Ready:
    """One subject of a decision: what is missing, or that its facts are there, and what was filed on it last."""

    title: str
    id: str
    href: str
    missing: str
    state: str
    tone: str


@dataclass(frozen=True)
class Decision:
    """One decision on the list, with the subjects that this person's desk may file it about."""

    label: str
    href: str
    about: str
    filed_by: str
    nothing: str
    subjects: tuple[Ready, ...]
    more: bool


def handoff_of(visit: Visit) -> HandOff | None:
    """The decision that this form files; nothing for other acts."""
    return BY_NAME.get(visit.row.name.removeprefix("file_")) if visit.row.name.startswith("file_") else None


def subjects(handoff: HandOff, person: Any, context: Context) -> Options:
    """What a decision of that kind can be about, the latest first where that is known."""
    if handoff.about == "programme":
        return [(context.programme, programme_title())]
    if handoff.about == "panel":
        kind = "application" if handoff.name == "ranking" else "proposal"
        panels: Any = with_titles_of_calls(review.panels(kind=kind)).order_by("-id")
        return [(each.pk, f"{each.t_said or each.subject} · {each.pk}") for each in panels]
    if handoff.about == "day":
        days = journal.statements_by_subject(programme=context.programme, kind=PRIORITY)
        return [(each, long_date(each)) for each in sorted(days, reverse=True)]
    if handoff.about == "period":
        return [(each, period(each)) for each in _periods()]
    if handoff.about == "month":
        return _months(handoff, context)
    return list(reversed(choices(_kind(handoff), person, most=MOST_OF_A_KIND).options))


def _months(handoff: HandOff, context: Context) -> Options:
    """The months that have ended; for what charges their use those that are metered, and of these which are charged already."""
    months = readiness.ended_months(context.at)
    if handoff.name not in CHARGING:
        return [(each, period(each)) for each in months]
    metered = operation.metered(dict(zip(months, map(span_of, months), strict=True)))
    done = {each.subject for each in journal.approved(programme=context.programme, decision=handoff.decision)}
    return [
        (
            each,
            _("%(month)s · approved before, so that it is corrected") % {"month": period(each)} if each in done else period(each),
        )
        for each in months
        if each in metered
    ]


def _periods() -> list[str]:
    """Every period in which a lease can have run by now."""
    span = allocation.lease_span()
    return periods_between(timezone.localdate(span[0]), timezone.localdate()) if span else []


def choices_of(visit: Visit) -> dict[str, Choices]:
    """What can be chosen as the subject: every one that there is; many are searched by a word."""
    handoff = handoff_of(visit)
    if handoff is None:
        return {}
    options = subjects(handoff, visit.request.user, visit.context)
    if (word := visit.searched.get("subject", "").casefold()) and len(options) > MOST_SUBJECTS:
        options = [each for each in options if word in each[0].casefold() or word in each[1].casefold()][:MOST_SUBJECTS]
        return {"FileDecision.subject": Choices(options, many=True, searched=True)}
    nothing = "" if options else _nothing(handoff)
    return {"FileDecision.subject": Choices(options, many=len(options) > MOST_SUBJECTS, nothing=nothing)}


def _nothing(handoff: HandOff) -> str:
    """Why there is nothing yet that it could be about."""
    if handoff.name in CHARGING:
        return _("No month is metered yet: file and approve the metering of a month that has ended first.")
    return _(NOTHING.get(_kind(handoff), gettext_noop("There is nothing yet that it could be about.")))


def _kind(handoff: HandOff) -> str:
    return handoff.about.replace(" ", "_")


def prepare(visit: Visit) -> None:
    """Fill the box with the facts as the records give them, where they are short enough and nothing was saved."""
    handoff = handoff_of(visit)
    subject = visit.typed.get("subject", "")
    if handoff is None or not subject or visit.typed.get("facts"):
        return
    try:
        text = pretty(prepared_facts(handoff, subject, visit.context))
    except BadInput:
        return
    if len(text.encode()) <= LARGEST_EDITED:
        visit.typed["facts"] = text


def forget_others(visit: Visit) -> None:
    """Facts that were shown for another subject than the one chosen now are not its facts."""
    if visit.typed.get("facts_for", "") != visit.typed.get("subject", ""):
        visit.typed.pop("facts", None)


def without_facts(visit: Visit, fields: list[Bound]) -> list[Bound]:
    """The fields of the form; facts have their own place on the page."""
    return [each for each in fields if each.path != "facts"] if handoff_of(visit) else fields


def shown(visit: Visit, fields: Sequence[Bound]) -> Facts | None:
    """The facts of the chosen subject, for the form."""
    handoff = handoff_of(visit)
    if handoff is None:
        return None
    subject = visit.typed.get("subject", "")
    if not subject:
        return Facts("")
    try:
        facts = prepared_facts(handoff, subject, visit.context)
    except BadInput as error:
        return Facts(subject, missing=missing(error))
    size = len(pretty(facts).encode())
    editable = size <= LARGEST_EDITED
    box = next((each for each in fields if each.path == "facts"), None)
    return Facts(subject, counts(facts), f"{number(max(1, size // 1000))} kB", editable, box if editable else None)


def counts(facts: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Facts in brief: each list by its length, each single value as it is."""
    found = []
    for key, value in facts.items():
        if key in FRAME:
            continue
        said = money(value) if key.endswith("_amount") and isinstance(value, int) else _brief(value)
        found.append((part_name(key), said[:120]))
    return tuple(found)


def _brief(value: Any) -> str:
    if isinstance(value, list | dict):
        return number(len(value))
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else name(value)


@dataclass(frozen=True)
class Compared:
    """The facts that will be filed against those of the records; `missing`: why the records give none."""

    counts: tuple[tuple[str, str], ...] = ()
    edits: tuple[ShownEdit, ...] = ()
    changed: str = ""
    missing: str = ""


def compared(visit: Visit, values: dict[str, Any]) -> Compared | None:
    """For the check page; facts that nobody changed are left out, so that the records' are read when it is filed."""
    handoff = handoff_of(visit)
    if handoff is None:
        return None
    edited = values.get("facts")
    try:
        recorded = prepared_facts(handoff, values["subject"], visit.context)
    except BadInput as error:
        return Compared(counts(edited) if edited else (), missing=missing(error))
    if edited is None or _bare(edited) == _bare(recorded):
        visit.typed.pop("facts", None)
        return Compared(counts(recorded))
    found = edits_between(_bare(recorded), _bare(edited))
    listed = edits_in_words(handoff.decision, found, names_of_records())
    return Compared(counts(edited), tuple(listed), number(sum(each.get("count", 1) for each in found)))


def _bare(facts: dict[str, Any]) -> Any:
    return json.loads(json.dumps({key: value for key, value in facts.items() if key not in FRAME}))


def missing(error: BadInput) -> str:
    """Why the records give no facts, in words."""
    return in_words(error)


def listing(request: HttpRequest) -> HttpResponse:
    """Every decision with its latest subjects: what is missing, and what was filed last; this person's own decisions first."""
    person, context = request.user, context_of(request)
    if not any(set(each.desks) & person.desks for each in HANDOFFS):  # type: ignore[union-attr] # the gate lets nobody else in
        raise Http404
    found = readiness.of_all(context, MOST_LISTED + 1)
    listed = {each.subject for several in found.values() for each in several}
    filed = journal.latest_of_each(programme=context.programme, subjects=listed)
    last = {(each.stage, each.decision, each.subject): each for each in filed}
    named = abouts((each.decision, one.subject) for each in HANDOFFS for one in found[each.name])
    decisions = [_decision(each, person, found[each.name], last, named) for each in HANDOFFS]
    return render(
        request,
        "acts/filing.html",
        {"own": [each for each in decisions if each.href], "others": [each for each in decisions if not each.href]},
    )


def _decision(
    handoff: HandOff,
    person: Any,
    found: Sequence[Readiness],
    last: Mapping[tuple[str, str, str], Any],
    named: Mapping[Key, About],
) -> Decision:
    files = bool(set(handoff.desks) & person.desks)
    href = reverse("acts:act", kwargs={"name": f"file_{handoff.name}"}) if files else ""
    return Decision(
        label=label_of(f"file_{handoff.name}"),
        href=href,
        filed_by=", ".join(name(each) for each in handoff.desks),
        about=name(_kind(handoff)),
        nothing=_nothing(handoff),
        subjects=tuple(
            _ready(each, named[handoff.decision, each.subject], href, last.get((handoff.stage, handoff.decision, each.subject)))
            for each in found[:MOST_LISTED]
        )
        if files
        else (),
        more=len(found) > MOST_LISTED,
    )


def _ready(found: Readiness, about: About, href: str, last: Any) -> Ready:
    state, tone = _state(last)
    return Ready(
        title=about.title or programme_title(),
        id=about.id,
        href=f"{href}?{urlencode({'subject': found.subject})}",
        missing=_(SENTENCES[found.missing]) if found.missing else "",
        state=state,
        tone=tone,
    )


def _state(entry: Any) -> tuple[str, str]:
    """What became of what was filed last, and its tone."""
    if entry is None:
        return _("Never filed"), ""
    if entry.is_pending:
        return _("Waiting"), "wait"
    return (_("Approved"), "good") if entry.is_approved else (_("Refused"), "bad")
