"""Subjects of the supply arm: calls for providers, panels, agreements, pools and milestones."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.supply.call import checked
from dure.portal.kit.section import section
from dure.portal.kit.wording import numbers
from dure.portal.kit.wording.about import judged
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.words import name
from dure.portal.subjects.acts.choices import organisation_name, title_of
from dure.portal.subjects.calls import proposals, questions, state
from dure.portal.subjects.calls.opened import href_of_call
from dure.portal.subjects.objects.shape import Kind, Seen
from dure.records.parties.access import may_oversee, organisations_of, sits_at
from dure.records.procurement import access as procurement_access
from dure.records.procurement import queries as procurement
from dure.records.review import access as review_access
from dure.records.review import queries as review
from dure.records.supply import queries as supply
from dure.records.titles import with_titles_of_calls

LONGEST_NUMBER = 16


def link(kind: str, key: str, label: str) -> tuple[str, str]:
    """A link to the page of another subject."""
    return reverse("objects:one", kwargs={"kind": kind, "key": key}), label


def _call(key: str, person: Any) -> Seen | None:
    call = procurement.call(key)
    if call is None or not (may_oversee(person) or sits_at(person, "provider", "applicant")):
        return None
    status, tone = state.of_call(call, timezone.now())
    asked = questions.of_call(call, person)
    facts = [
        (_("Budget"), numbers.money(call.budget_amount)),
        (_("Opening"), numbers.instant(call.opened_at)),
        (_("Deadline"), numbers.instant(call.closes_at)),
        (_("Briefing"), numbers.instant(call.briefing_at)),
        (_("Questions"), numbers.number(len(asked))),
    ]
    panels = review_access.visible_panels(person).filter(kind="proposal", subject=key).order_by("pk")
    links = [link("panel", each.pk, f"{name('panel')} {each.pk}") for each in panels]
    links += [
        link("agreement", each.pk, f"{name('agreement')}: {organisation_name(each.provider)}")
        for each in procurement_access.visible_agreements(person).filter(call=key).select_related("provider")
    ]
    return Seen(title_of(call), status, tone, facts, links, questions=asked)


def _question(key: str, person: Any) -> Seen | None:
    found = (
        procurement_access.visible_questions(person).filter(pk=key).first()
        if key.isdecimal() and len(key) < LONGEST_NUMBER
        else None
    )
    if found is None:
        return None
    answered = found.answered_at is not None
    status = _("It was answered; question and answer are published.") if answered else questions.waits_for(found, person)
    facts = [
        (_("Call"), title_of(found.call)),
        (_("Asked at"), numbers.instant(found.asked_at)),
        (_("Answered at"), numbers.instant(found.answered_at)),
    ]
    links = [(href_of_call("call", found.call_id), title_of(found.call))]
    unfit = frozenset({"answer_question"} if answered else ())
    title = _("Question %(number)s") % {"number": numbers.number(found.pk)}
    return Seen(title, status, "good" if answered else "wait", facts, links, unfit, questions=[questions.shown(found, person)])


def _proposal(key: str, person: Any) -> Seen | None:
    """To whoever handed it in, and to offices once the call has closed; to rivals it does not exist."""
    visible = procurement_access.visible_proposals(person).filter(pk=key).select_related("call", "provider")
    found: Any = procurement.with_state(visible, timezone.now()).first()
    if found is None:
        return None
    facts = [
        (_("Call"), title_of(found.call)),
        (_("Provider"), organisation_name(found.provider)),
        (_("Version"), numbers.number(found.version)),
        (_("Handed in"), numbers.instant(found.submitted_at)),
        (_("Deadline"), numbers.instant(found.call.closes_at)),
        (_("SHA-256 of the content"), found.digest),
        *_document_check(found),
    ]
    links = [(href_of_call("call", found.call_id), title_of(found.call))]
    links += [
        (reverse("public:decision", kwargs={"seq": seq}), _("The selection with its reasons"))
        for seq in procurement.selections(found.call_id)
    ]
    tables = [section(proposals.lots_table(found.offered), {})]
    title = _("Proposal %(id)s") % {"id": key}
    return Seen(title, _(proposals.SENTENCES[found.state]), proposals.TONES[found.state], facts, links, tables=tables)


def _document_check(proposal: Any) -> list[tuple[str, str]]:
    """What was found in its documents, once somebody has entered it."""
    told = checked(book().programme, proposal.call_id).get(proposal.pk)
    if told is None:
        return []
    reason = [(_("What its documents lack"), told["reason"])] if told.get("reason") else []
    return [(_("Document check"), _("Passed") if told["gate"] == "pass" else _("Failed")), *reason]


def _panel(key: str, person: Any) -> Seen | None:
    panel: Any = with_titles_of_calls(review_access.visible_panels(person)).filter(pk=key).first()
    if panel is None:
        return None
    call = panel.t_said or panel.subject
    locked = panel.locked_at is not None
    status = _("Scoring has ended.") if locked else _("The evaluators are scoring.")
    facts = [
        (_("Kind"), name(panel.kind)),
        (_("Call"), call),
        (_("Seats"), numbers.number(review.seats(panel).count())),
        (_("Seated"), numbers.instant(panel.seated_at)),
        (_("Locked"), numbers.instant(panel.locked_at)),
    ]
    if may_oversee(person):
        facts.append((_("Sheets that count"), numbers.number(review.sheets_that_count(panel))))
    links = []
    if may_oversee(person):
        links = [link("call" if panel.kind == "proposal" else "user_call", panel.subject, call)]
    unfit = frozenset({"file_ranking" if panel.kind == "proposal" else "file_evaluation"})
    return Seen(f"{name('panel')}: {call}, {judged(panel.kind)}", status, "good" if locked else "wait", facts, links, unfit)


def _agreement(key: str, person: Any) -> Seen | None:
    visible = procurement_access.visible_agreements(person).filter(pk=key)
    agreement = visible.select_related("provider", "call").prefetch_related("versions").first()
    terms = procurement.terms_in_force(agreement) if agreement else None
    if agreement is None or terms is None:
        return None
    ended = terms.ends_on <= timezone.localdate()
    status = _("In force until %(day)s.") if not ended else _("It ended on %(day)s.")
    facts = [
        (_("Provider"), organisation_name(agreement.provider)),
        (_("Signed"), numbers.date(agreement.signed_on)),
        (_("Version"), numbers.number(terms.version)),
        (_("Own-use share"), numbers.percent(terms.own_use_share)),
    ]
    links = [link("call", agreement.call_id, title_of(agreement.call)), link("organisation", agreement.provider_id, facts[0][1])]
    title = _("Agreement with %(who)s") % {"who": facts[0][1]}
    last_day = terms.ends_on - dt.timedelta(days=1)  # the records hold the day after
    return Seen(title, status % {"day": numbers.long_date(last_day)}, "" if ended else "good", facts, links)


def _pool(key: str, person: Any) -> Seen | None:
    pool = supply.pool(key)
    if pool is None or not (may_oversee(person) or pool.provider_id in organisations_of(person, "provider")):
        return None
    servers = supply.servers(pool_id=key)
    total, running = servers.count(), supply.servers(pool_id=key, in_service_at=timezone.now()).count()
    status = _("%(running)s of %(total)s servers are in service.") % {
        "running": numbers.number(running),
        "total": numbers.number(total),
    }
    facts = [
        (_("Provider"), organisation_name(pool.provider)),
        (_("GPU model"), pool.gpu_model_id),
        (_("Servers"), numbers.number(total)),
        (_("Own-use servers"), numbers.number(servers.filter(own_use=True).count())),
    ]
    return Seen(f"{name('pool')}: {facts[0][1]}, {pool.gpu_model_id}", status, "good" if running else "wait", facts)


def _milestone(key: str, _person: Any) -> Seen | None:
    found = supply.milestones(programme=book().programme).filter(key=key).first()
    if found is None:
        return None
    if found.actual_on:
        late = (found.actual_on - found.promised_on).days if found.promised_on else 0
        status = _("It happened on %(day)s.") % {"day": numbers.long_date(found.actual_on)}
        tone = "bad" if late > 0 else "good"
    else:
        status, tone = _("It has not happened yet."), "wait"
    facts = [
        (_("Promised"), numbers.date(found.promised_on)),
        (_("Forecast"), numbers.date(found.forecast_on)),
        (_("Happened"), numbers.date(found.actual_on)),
        (_("Cause of the delay"), found.cause or numbers.NONE),
    ]
    return Seen(name(key), status, tone, facts)


KINDS = (
    Kind("call", _call),
    Kind("question", _question),
    Kind("proposal", _proposal),
    Kind("panel", _panel),
    Kind("agreement", _agreement),
    Kind("pool", _pool),
    Kind("milestone", _milestone),
)
