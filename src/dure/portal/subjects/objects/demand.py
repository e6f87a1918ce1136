"""Subjects of the demand arm and of allocation: surveys, user calls, applications, rounds and grants."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.wording import numbers
from dure.portal.kit.wording.about import of_round
from dure.portal.kit.wording.pools import pool_names
from dure.portal.kit.wording.words import name, of_count
from dure.portal.subjects.acts.choices import organisation_name, title_of
from dure.portal.subjects.acts.depending import notice_name
from dure.portal.subjects.acts.possible import Part
from dure.portal.subjects.applications.result import answer, withdrawn
from dure.portal.subjects.calls import state
from dure.portal.subjects.objects.shape import Event, Kind, Seen
from dure.portal.subjects.objects.supply import link
from dure.portal.subjects.reclaim.lists import APPEAL_STATES, NOTICE_STATES
from dure.records.allocation import access as allocation_access
from dure.records.allocation import queries as allocation
from dure.records.allocation.held import Reclaim, use_of
from dure.records.demand import access as demand_access
from dure.records.demand import queries as demand
from dure.records.operation import access as operation_access
from dure.records.operation import queries as operation
from dure.records.outcomes import access as outcomes_access
from dure.records.parties.access import may_oversee, organisations_of, sits_at
from dure.records.review import queries as review
from dure.records.settlement import access as settlement_access

MOST_LINKS = 8
# For one, and for several.
_HAS_GRANTED = gettext_noop("It has granted %(n)s application."), gettext_noop("It has granted %(n)s applications.")
_RECLAIMED = gettext_noop("Reclaimed: %(servers)s server"), gettext_noop("Reclaimed: %(servers)s servers")
WAITING = frozenset({"sent", "answered"})  # states of a notice


def _survey(key: str, person: Any) -> Seen | None:
    survey: Any = demand.surveys().filter(pk=key).first() if may_oversee(person) else None
    if survey is None:
        return None
    today = timezone.localdate()
    if today < survey.opened_on:
        status, tone = _("It begins on %(day)s.") % {"day": numbers.long_date(survey.opened_on)}, "wait"
    elif today <= survey.closed_on:
        status, tone = _("Answers are taken until %(day)s.") % {"day": numbers.long_date(survey.closed_on)}, "good"
    else:
        status, tone = _("Answering ended on %(day)s.") % {"day": numbers.long_date(survey.closed_on)}, ""
    facts = [(_("Invited"), numbers.number(survey.invited)), (_("Answers"), numbers.number(survey.response_count))]
    estimate = demand.estimate(survey)
    if estimate is not None:
        facts.append((_("Estimated demand"), numbers.gpus(estimate.gpus)))
    return Seen(title_of(survey), status, tone, facts)


def _user_call(key: str, person: Any) -> Seen | None:
    call: Any = demand.user_calls().filter(pk=key).first() if may_oversee(person) or sits_at(person, "applicant") else None
    if call is None:
        return None
    status, tone = state.of_user_call(call, timezone.now())
    facts = [(_("GPUs offered"), numbers.gpus(call.gpus_offered or None))]
    links = []
    if may_oversee(person):
        facts += [
            (_("Applications"), numbers.number(call.application_count)),
            (_("Servers asked for"), numbers.number(call.servers_asked or 0)),
        ]
        links = [link("round", each.pk, of_round(each)) for each in allocation.rounds().filter(user_call=key)]
    return Seen(title_of(call), status, tone, facts, links)


def _application(key: str, person: Any) -> Seen | None:
    visible = demand_access.visible_applications(person).filter(pk=key).select_related("organisation", "user_call")
    found: Any = allocation.with_results(visible).first()
    if found is None:
        return None
    reasons, outcome = list(allocation.reasons_of(key)) if found.decided else [], demand.outcome(found)
    result = withdrawn(found) or answer(outcome, _ranked(found, outcome), reasons, found.granted or 0, found.decided)
    if result:
        status, tone = result
    elif outcome is not None:
        status, tone = _("It meets the conditions and is being judged."), "wait"
    else:
        status, tone = _("It has come in; the conditions are being checked."), "wait"
    facts = [
        (_("Organisation"), organisation_name(found.organisation)),
        (_("Sector"), name(found.sector)),
        (_("Purpose"), name(found.purpose)),
        (_("Servers asked for"), numbers.number(found.servers)),
        (_("Weeks"), numbers.number(found.weeks)),
    ]
    links = [link("user_call", found.user_call_id, title_of(found.user_call))]
    links += [link("grant", each.pk, f"{name('grant')} {each.pk}") for each in allocation.grants_of(key)]
    unfit = set() if allocation.places_of(key).filter(left_at=None).exists() else {"leave_waiting_list"}
    if found.withdrawn_at is not None or found.user_call.closes_at <= timezone.now():
        unfit.add("withdraw_application")
    why = _in_full(found, reasons, person) if result else None
    return Seen(found.title, status, tone, facts, links, frozenset(unfit), why=why)


def _ranked(application: Any, outcome: Any) -> Any:
    """How it was judged, where that is its result so far."""
    if application.decided or outcome is None or not outcome.eligible:
        return None
    panel = review.panels(kind="application", subject=application.user_call_id).first()
    return review.ranked(panel, application.pk) if panel else None


def _in_full(application: Any, reasons: Sequence[Any], person: Any) -> tuple[str, str] | None:
    """The page that gives this reader every reason and figure: the applicant's, the agency's, or another office's decision."""
    label = _("The result with all its reasons")
    if application.organisation_id in organisations_of(person, "applicant"):
        return reverse("applicant:application", kwargs={"key": application.pk}), label
    if sits_at(person, "agency"):
        return reverse("agency:application", kwargs={"key": application.pk}), label
    desk = next((each for each in ("operator", "ministry", "auditor") if sits_at(person, each)), "")
    if not desk or not reasons:
        return None
    return reverse(f"{desk}:decision", kwargs={"seq": reasons[0].plan.entry_id}), label


def _round(key: str, person: Any) -> Seen | None:
    found = allocation.allocation_round(key) if may_oversee(person) else None
    if found is None:
        return None
    granted, pools = allocation.grants(round_id=key).count(), pool_names()
    said = of_count(granted, *_HAS_GRANTED)
    status = said % {"n": numbers.number(granted)} if granted else _("Nothing is granted yet.")
    facts = [
        (_("First week"), numbers.long_date(found.start_on)),
        (_("Weeks"), numbers.number(found.weeks)),
        (_("Pools"), ", ".join(name(each, pools) for each in found.pools) or numbers.NONE),
        (_("Sectors"), ", ".join(name(each["id"]) for each in found.sectors) or numbers.NONE),
        (_("On the waiting list"), numbers.number(allocation.waiting(found).count())),
    ]
    links = [link("user_call", found.user_call.pk, title_of(found.user_call))] if found.user_call else []
    links += [link("pool", each, f"{name('pool')} {name(each, pools)}") for each in found.pools[:MOST_LINKS]]
    last = allocation.latest_solve(found)
    unfit = frozenset({"solve_round"} if last and last.finished_at is None else {"stop_solving"})
    return Seen(of_round(found), status, "good" if granted else "wait", facts, links, unfit)


def _grant(key: str, person: Any) -> Seen | None:
    due = outcomes_access.visible_reports(person).filter(grant=OuterRef("pk"), received_on=None).order_by("due_on")
    visible = allocation_access.visible_grants(person).filter(pk=key).annotate(due=ArraySubquery(due.values("due_on")))
    found: Any = visible.select_related("application__organisation", "pool__provider", "round__user_call").first()
    if found is None:
        return None
    now, first = timezone.now(), found.during.lower
    use = use_of(found, at=now)
    status, tone = _use(first, use.end, now)
    visible_notices = operation_access.visible_notices(person).filter(grant=found)
    notices = list(operation.with_notice_state(visible_notices).annotate(sent_at=F("entry__answer__at")))
    appeals = list(operation.with_appeal_state(operation_access.visible_appeals(person).filter(grant=found)))
    facts = [
        (_("Organisation"), organisation_name(found.application.organisation)),
        (_("Servers granted"), numbers.number(found.servers)),
        (_("Servers held now"), numbers.number(use.held)),
        (_("GPU model"), found.pool.gpu_model_id),
        (_("From"), numbers.instant(first)),
        (_("To"), numbers.instant(use.end)),
        *_objections(notices, appeals),
    ]
    if found.due:
        facts.append((_("Report due"), ", ".join(numbers.long_date(each) for each in found.due)))
    links = []
    facts += [(_("Reclaimed"), _reclaimed(each)) for each in use.reclaims]
    if demand_access.sees(person, found.application):
        links.append(link("application", found.application_id, found.application.title))
    if may_oversee(person):
        links += [
            link("round", found.round_id, of_round(found.round)),
            link("pool", found.pool_id, f"{organisation_name(found.pool.provider)} {found.pool.gpu_model_id}"),
        ]
    bills = settlement_access.visible_invoices(person).filter(organisation=found.application.organisation_id).order_by("-id")
    links += [link("invoice", each.pk, f"{name('invoice')} {each.pk}") for each in bills[:MOST_LINKS]]
    unfit = _unfit(notices, appeals, ended=now >= use.end, owes=bool(found.due))
    happened = [*map(_sent, notices), *map(_taken, use.reclaims)]
    return Seen(found.application.title, status, tone, facts, links, unfit, parts=_notices_meant(notices), happened=happened)


def _reclaimed(reclaim: Reclaim) -> str:
    told = {"servers": numbers.number(reclaim.servers), "day": numbers.long_date(reclaim.at)}
    return _("%(servers)s of its servers, on %(day)s") % told


def _sent(notice: Any) -> Event:
    label = _("A notice was sent: %(because)s") % {"because": name(notice.because)}
    return Event(notice.sent_at, label, "", _decision(notice.entry_id))


def _taken(reclaim: Reclaim) -> Event:
    label = of_count(reclaim.servers, *_RECLAIMED) % {"servers": numbers.number(reclaim.servers)}
    return Event(reclaim.at, label, "", _decision(reclaim.entry))


def _decision(seq: int) -> str:
    return reverse("public:decision", kwargs={"seq": seq})


def _use(first: dt.datetime, end: dt.datetime, now: dt.datetime) -> tuple[str, str]:
    if end <= now:
        return _("It ended on %(day)s.") % {"day": numbers.long_date(numbers.included(end))}, ""
    if now < first:
        return _("It begins on %(day)s.") % {"day": numbers.long_date(first)}, "wait"
    return _("In use until %(day)s.") % {"day": numbers.long_date(numbers.included(end))}, "good"


def _objections(notices: Sequence[Any], appeals: Sequence[Any]) -> list[tuple[str, str]]:
    """Each notice that waits for something, and the last, with its answer; and the last appeal with what was found."""
    facts = []
    for notice in (each for each in notices if each.state in WAITING or each is notices[-1]):
        sent, by = numbers.date(notice.sent_on), numbers.date(notice.answer_by)
        told = _("%(because)s; sent on %(sent)s, to be answered by %(by)s")
        facts.append((_("Notice"), told % {"because": name(notice.because), "sent": sent, "by": by}))
        answered = f": {notice.answer}" if notice.answer else ""
        late = _(" (after its day)") if notice.answered_on and notice.answered_on > notice.answer_by else ""
        facts.append((_("Answer to the notice"), f"{NOTICE_STATES[notice.state]}{late}{answered}"))
    sent_on = {each.pk: numbers.date(each.sent_on) for each in notices}
    for appeal in appeals[-1:]:
        against = {"day": numbers.date(appeal.opened_on), "sent": sent_on.get(appeal.notice_id, "")}
        made = _("%(day)s, against the notice of %(sent)s") % against if against["sent"] else against["day"]
        facts.append((_("Appeal"), f"{made}: {appeal.text}"))
        facts.append((_("Finding"), f"{APPEAL_STATES[appeal.state]}{f': {appeal.finding}' if appeal.finding else ''}"))
    return facts


def _notices_meant(notices: Sequence[Any]) -> dict[str, list[Part]]:
    """By act the notices that it can be about now: a link names the one that is meant."""
    meant = {
        "answer_notice": [each for each in notices if each.state == "sent"],
        "judge_answer": [each for each in notices if each.state == "answered"],
        "open_appeal": [each for each in notices if each.appealable],
    }
    return {
        act: [Part(notice_name(each) if len(found) > 1 else "", {"notice": each.sent_on.isoformat()}) for each in found]
        for act, found in meant.items()
    }


def _unfit(notices: Sequence[Any], appeals: Sequence[Any], *, ended: bool, owes: bool) -> frozenset[str]:
    """Acts for which the grant has no notice, no answer, no appeal, no servers any more, or no report to come."""
    states = {each.state for each in notices}
    possible = {
        "return_servers": not ended,
        "answer_notice": "sent" in states,
        "judge_answer": "answered" in states,
        "open_appeal": any(each.appealable for each in notices),
        "submit_report": owes,
        "attach_to_grant": owes or bool(states & WAITING) or any(each.state == "open" for each in appeals),
        "close_appeal": any(each.state == "open" for each in appeals),
    }
    return frozenset(act for act, fits in possible.items() if not fits)


KINDS = (
    Kind("survey", _survey),
    Kind("user_call", _user_call),
    Kind("application", _application),
    Kind("round", _round),
    Kind("grant", _grant),
)
