"""What lies idle goes, after notice and answer, to the first who waits and fits."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dure.cycle.commands.rows import Context, Owners, State
from dure.cycle.gainers import require_no_part
from dure.cycle.lookup import found, require_happened
from dure.cycle.stem.outcomes import grant_owner
from dure.formats.canonical import plain
from dure.formats.commands.operation import AnswerNotice, CloseAppeal, ConfirmOffPurpose, JudgeAnswer, OpenAppeal
from dure.formats.errors import BadInput, Refused
from dure.formats.kinds import exact
from dure.formats.stages.reclaim import Proposal, ReclaimFacts, ReclaimRecommendation, ReclaimRules, Regrant
from dure.records.allocation import actions as allocation
from dure.records.allocation import facts as round_facts
from dure.records.allocation import queries as allocation_queries
from dure.records.allocation.models import AllocationRound, Grant
from dure.records.allocation.weeks import week_at
from dure.records.journal import actions as journal
from dure.records.journal import queries as journal_queries
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.operation import actions, queries
from dure.records.operation.models import Appeal, Notice

OFF_PURPOSE = "off_purpose"


def answer_notice(request: AnswerNotice, context: Context) -> str:
    """Record the answer to the notice that is meant; returns the grant's id."""
    notice = _meant(request, queries.notices_in("sent", grant=_grant(request.grant)), "notice to answer")
    actions.answer_notice(notice=notice, answer=request.answer, answered_on=context.day)
    return request.grant


def judge_answer(request: JudgeAnswer, context: Context) -> str:
    """Record whether the answer is accepted; returns the grant's id."""
    _require_no_part(request.grant, context)
    notice = _meant(request, queries.notices_in("answered", grant=_grant(request.grant)), "answer to judge")
    _require_another(request.grant, "answer_notice", notice.answered_on, context)
    actions.judge_answer(notice=notice, accepted=request.accepted)
    return request.grant


def open_appeal(request: OpenAppeal, context: Context) -> str:
    """Record the appeal against the notice that is meant; returns the grant's id."""
    notice = _meant(request, queries.to_appeal(grant=_grant(request.grant)), "notice to appeal against")
    actions.open_appeal(notice=notice, text=request.text, opened_on=context.day)
    return request.grant


def close_appeal(request: CloseAppeal, context: Context) -> str:
    """Record the finding; returns the grant's id."""
    _require_no_part(request.grant, context)
    appeal: Appeal | None = queries.appeals(grant=_grant(request.grant), is_open=True).first()
    if appeal is None:
        raise BadInput("has no open appeal.", where=f"grant {request.grant}", code="no_appeal")
    _require_another(request.grant, "open_appeal", appeal.opened_on, context)
    actions.close_appeal(appeal=appeal, upheld=request.upheld, finding=request.finding, closed_on=context.day)
    return request.grant


def confirm_off_purpose(request: ConfirmOffPurpose, context: Context) -> str:
    """Record the finding; returns the grant's id."""
    _require_no_part(request.grant, context)
    require_happened(request.confirmed_on, context, where="confirmed_on")
    content = {"lease": _grant(request.grant).pk, **{k: v for k, v in plain(request).items() if k != "grant"}}
    journal.state(
        programme=context.programme, kind=OFF_PURPOSE, subject=request.grant, content=content, by=context.person, at=context.at
    )
    return request.grant


def applicant_of(request: AnswerNotice | OpenAppeal) -> Owners:
    """A grant belongs to the organisation that applied."""
    return grant_owner(request.grant)


def off_purpose_use(*, programme: str, from_at: dt.datetime, to_at: dt.datetime) -> list[dict[str, str]]:
    """Off-purpose use confirmed within [from_at, to_at), as settlement reads it: of each grant the last finding of that time."""
    zone = timezone.get_default_timezone()
    first, end = from_at.astimezone(zone).date().isoformat(), to_at.astimezone(zone).date().isoformat()
    within = {each["lease"]: each["share"] for each in _findings(programme) if first <= each["confirmed_on"] < end}
    return [{"lease": lease, "share": share} for lease, share in sorted(within.items())]


def _findings(programme: str) -> list[dict[str, Any]]:
    """Every finding of off-purpose use, by day; a later finding on the same grant and day replaces the earlier one."""
    stated = journal_queries.statements(programme=programme, kind=OFF_PURPOSE)
    last = {(each["lease"], each["confirmed_on"]): each for each in stated}
    return sorted(last.values(), key=lambda each: (each["confirmed_on"], each["lease"]))


def facts(subject: str, context: Context) -> dict[str, Any]:
    """Use by day of each grant of the round, notices, appeals, off-purpose findings, and who waits."""
    opened = found(allocation_queries.allocation_round(subject), "round", subject)
    grants = list(allocation_queries.grants(round_id=opened.pk))
    made = queries.reclaim_facts(as_of=context.day, grants=grants)
    of_round = {grant.pk for grant in grants}
    off_purpose = [
        {key: each[key] for key in ("lease", "confirmed_on", "evidence")}
        for each in _findings(context.programme)
        if each["lease"] in of_round and each["confirmed_on"] <= made["as_of"] and exact(each["share"])
    ]
    return made | {"off_purpose": off_purpose, "waiting": round_facts.waiting_facts(opened)}


def carry_out(entry: Entry) -> None:
    """Send the notices, end the leases of idle servers that are taken back, and lease these to those who waited.

    What the leases say is read under their locks: whoever returns servers at this moment comes before it or after it.
    """
    made, at = Filed(entry, ReclaimFacts, ReclaimRules, ReclaimRecommendation).recommendation, entry.approved_at
    opened = found(allocation_queries.allocation_round(entry.subject), "round", entry.subject)
    taken = {each.lease for each in made.proposals if each.action == "reclaim"}
    held = allocation.hold_running(round=opened, grants=taken, at=at) if taken else {}
    freed: dict[str, list[str]] = {}
    _send_notices(entry, made.proposals, on=timezone.localdate(at))
    for proposal in made.proposals:
        if proposal.action != "reclaim":
            continue  # a notice was sent, or nothing changes: most of a national round
        grant = _grant(proposal.lease)
        running = held[grant.pk]
        if len(running) < proposal.servers:
            raise BadInput(
                f"holds {len(running)} servers, of which {proposal.servers} were to be taken back.",
                where=f"grant {grant.pk}",
                todo="File the reclaim again from today's leases.",
                code="given_back",
            )
        held[grant.pk], freed[grant.pk] = running[: -proposal.servers], running[-proposal.servers :]
        allocation.end_lease_early(grant=grant, at=at, because="reclaimed", servers=freed[grant.pk], entry=entry)
    _grant_again(opened, entry, made.regrants, freed)


def _send_notices(entry: Entry, proposals: Iterable[Proposal], *, on: dt.date) -> None:
    """By its day a notice is named in answers and appeals, so that a second ground gets its notice on another day.

    All at once: for each statement the database reads the whole recommendation, to which it holds the notices.
    """
    to_send = [(_grant(each.lease), each) for each in proposals if each.action == "notice"]
    for grant, _ in to_send:
        if queries.notices(grant=grant).filter(sent_on=on).exists():
            raise BadInput(
                f"got a notice on {on} already.",
                where=f"grant {grant.pk}",
                todo="Approve the reclaim on another day.",
                code="noticed_today",
            )
    notices = [{"grant": grant, "because": each.because, "answer_by": each.answer_by} for grant, each in to_send]
    actions.send_notices(notices=notices, sent_on=on, entry=entry)


def _grant_again(opened: AllocationRound, entry: Entry, regrants: Iterable[Regrant], freed: dict[str, list[str]]) -> None:
    """Freed servers go to the application that waited, from the next week to where the old lease would have ended."""
    next_week = week_at(opened, entry.approved_at) + 1
    for each in regrants:
        if not allocation.leave_waiting_list(round=opened, application=each.application, at=entry.approved_at):
            raise BadInput(
                f"application {each.application} waits no longer.",
                where=f"round {opened.pk}",
                todo="File the reclaim again from today's waiting list.",
                code="waits_no_longer",
            )
        servers, freed[each.lease] = freed[each.lease][: each.servers], freed[each.lease][each.servers :]
        before = _grant(each.lease)
        until = min(next_week + each.weeks, week_at(opened, before.during.upper))
        grant = {
            "application": each.application,
            "pool": before.pool_id,
            "servers": servers,
            "from_week": next_week,
            "to_week": until,
        }
        allocation.grant_leases(round=opened, grants=[grant], entry=entry)


def _notice_state(request: AnswerNotice, context: Context) -> str:
    del context
    return "noticed" if queries.notices_in("sent", grant=_grant(request.grant)).exists() else "no notice"


def _answer_state(request: JudgeAnswer, context: Context) -> str:
    del context
    return "answered" if queries.notices_in("answered", grant=_grant(request.grant)).exists() else "no answer"


def _appealable_state(request: OpenAppeal, context: Context) -> str:
    """Without a notice there is nothing to appeal against: an appeal would hold off a notice that is due."""
    del context
    return "to be appealed" if queries.to_appeal(grant=_grant(request.grant)).exists() else "nothing to appeal"


def _appeal_state(request: CloseAppeal, context: Context) -> str:
    del context
    return "appealed" if queries.appeals(grant=_grant(request.grant), is_open=True).exists() else "no appeal"


NOTICE = State(("noticed", "no notice"), _notice_state)
ANSWER = State(("answered", "no answer"), _answer_state)
APPEALABLE = State(("to be appealed", "nothing to appeal"), _appealable_state)
APPEAL = State(("appealed", "no appeal"), _appeal_state)


def _require_no_part(grant_id: str, context: Context) -> None:
    """Nobody judges what concerns a grant of their own organisation."""
    require_no_part(context.person, lambda: set(grant_owner(grant_id).organisations), where=f"grant {grant_id}")


def _require_another(grant_id: str, command: str, day: dt.date | None, context: Context) -> None:
    """Nobody judges what they entered themselves on that day under any account, also not in the holder's name.

    The database asks the same of the acts when the transaction ends.
    """
    entered = journal_queries.acts(about=f"grant/{grant_id}").filter(command=command)
    if context.person.as_one & {each.person_id for each in entered if timezone.localdate(each.at) == day}:
        raise Refused("you entered it.", where=f"grant {grant_id}", todo="Another person must judge it.", code="four_eyes")


def _grant(grant_id: str) -> Grant:
    return found(allocation_queries.grant(grant_id), "grant", grant_id)


def _meant(request: AnswerNotice | JudgeAnswer | OpenAppeal, waiting: QuerySet[Notice], what: str) -> Notice:
    """Of the notices that wait for this the one that the act names, else the only one; `what`: as it is called.

    Where several wait none is guessed: each has its own ground and its own day, and what is said to one is no answer to another.
    """
    by_day = {each.sent_on: each for each in waiting}
    if request.notice is not None:
        if request.notice not in by_day:
            raise BadInput(f"no notice of {request.notice} waits for this.", where="notice", code="no_notice")
        return by_day[request.notice]
    if not by_day:
        raise BadInput(f"has no {what}.", where=f"grant {request.grant}", todo="Check the grant.", code="no_notice")
    if len(by_day) > 1:
        days = [each.isoformat() for each in sorted(by_day)]
        raise BadInput(
            f"several notices wait for this; name the day of the one that is meant: {', '.join(days)}.",
            where="notice",
            code="which_notice",
            detail={"days": days},
        )
    return next(iter(by_day.values()))
