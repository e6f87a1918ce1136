"""Which act tells whom: a row for each command that does, and what it tells."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dure.cycle.commands.rows import Context
from dure.cycle.notifying import approved, whom
from dure.cycle.notifying.letters import post
from dure.cycle.notifying.telling import Notice, language_of, tell
from dure.cycle.stem.periods import end_of
from dure.records.allocation import queries as allocation
from dure.records.journal.names import usually
from dure.records.notifications import queries as notifications
from dure.records.parties import queries as parties
from dure.records.parties.models import Desk
from dure.records.procurement import queries as procurement
from dure.records.review import queries as review

CONFIRMING = (Desk.AGENCY, Desk.MINISTRY)
CLOSING = frozenset({"close_account", "confirm_person_merger"})  # of each the account that is closed is its `person`
Telling = Callable[[Any, Any, Context], Iterable[Notice]]


def after(command: str, request: Any, result: Any, act: int, context: Context) -> None:
    """Tell whom that act concerns, in its transaction."""
    if command in TABLE:
        tell(TABLE[command](request, result, context), cause=f"act {act}", at=context.at)
    if command in CLOSING:
        _closed(request, act, context)


def _given(request: Any, _result: Any, context: Context) -> Iterator[Notice]:
    person = parties.person_by_uid(request.person)
    if person is None:
        return
    facts = {"desk": request.desk, "organisation": request.organisation or ""}
    named = {"person": person, "desk": request.desk, "organisation": request.organisation}
    waits = parties.roles_to_confirm().filter(**named).exists()
    if waits:
        others = whom.at_desks(*CONFIRMING, but=(person, context.person))
        yield Notice("role_to_confirm", others, f"person/{request.person}", {**facts, "to": usually(person.name)})
    else:
        yield Notice("role_given", [person], f"person/{request.person}", facts)


def _confirmed(request: Any, _result: Any, _context: Context) -> Iterator[Notice]:
    person = parties.person_by_uid(request.person)
    if person is not None:
        facts = {"desk": request.desk, "organisation": request.organisation or ""}
        yield Notice("role_given", [person], f"person/{request.person}", facts)


def _ended(request: Any, _result: Any, _context: Context) -> Iterator[Notice]:
    person = parties.person_by_uid(request.person)
    if person is not None:
        facts = {"desk": request.desk, "organisation": request.organisation or ""}
        yield Notice("role_ended", [person], f"person/{request.person}", facts)


def _closed(request: Any, act: int, context: Context) -> None:
    """By a letter: nobody reads notices in an account that is closed."""
    person = parties.person_by_uid(request.person)
    if person is not None:
        language = language_of(notifications.preference(person))
        post("account_closed", f"act/{act}", to=person.email, language=language, at=context.at)


def _merger(request: Any, _result: Any, context: Context) -> Iterator[Notice]:
    others = whom.at_desks(*CONFIRMING, but=(context.person,))
    yield Notice("merger_to_confirm", others, f"organisation/{request.organisation}")


def _accounts(request: Any, _result: Any, context: Context) -> Iterator[Notice]:
    both = [parties.person_by_uid(each) for each in (request.person, request.into)]
    others = whom.at_desks(*CONFIRMING, but=(context.person, *both))
    yield Notice("person_merger_to_confirm", others, f"person/{request.person}")


def _approved(request: Any, result: Any, _context: Context) -> Iterable[Notice]:
    return approved.approved(request.entry) if result["approved"] else ()


def _refused(request: Any, _result: Any, _context: Context) -> Iterable[Notice]:
    return approved.refused(request.entry)


def _seated(request: Any, _result: Any, _context: Context) -> Iterator[Notice]:
    panel = review.panel(request.id)
    people = [seat.person for seat in review.seats(panel).select_related("person") if seat.person] if panel else []
    yield Notice("panel_seat", people, f"panel/{request.id}")


def _in_place(request: Any, _result: Any, _context: Context) -> Iterator[Notice]:
    """The person who sits there now. The one who left sees the panel no more, and is told nothing."""
    person = parties.person_by_uid(request.person)
    yield Notice("panel_seat", [person] if person else [], f"panel/{request.panel}")


def _extension(request: Any, _result: Any, context: Context) -> Iterator[Notice]:
    others = whom.at_desks(*CONFIRMING, but=(context.person,))
    yield Notice("extension_to_confirm", others, f"call/{request.call}", {"closes_at": request.closes_at.isoformat()})


def _moved(request: Any, _result: Any, _context: Context) -> Iterator[Notice]:
    facts = {"closes_at": request.closes_at.isoformat()}
    yield Notice("deadline_moved", whom.at_desks(Desk.PROVIDER), f"call/{request.call}", facts, until=request.closes_at)


def _put_off(request: Any, _result: Any, _context: Context) -> Iterator[Notice]:
    desk = Desk.PROVIDER if request.about.startswith("call/") else Desk.APPLICANT
    facts = {"closes_at": request.closes_at.isoformat()}
    yield Notice("deadline_moved", whom.at_desks(desk), request.about, facts, until=request.closes_at)


def _asked(_request: Any, result: Any, context: Context) -> Iterator[Notice]:
    """Who may answer it."""
    yield Notice("question_asked", whom.at_desks(Desk.AGENCY, but=(context.person,)), f"question/{result}")


def _answered(request: Any, _result: Any, _context: Context) -> Iterator[Notice]:
    """Who asked; everybody else reads it on the page of the call."""
    question = procurement.question(request.question)
    if question is not None and question.asked_by is not None:
        facts = {"call": question.call_id}
        yield Notice("question_answered", [question.asked_by], f"question/{question.pk}", facts)


def _checked(request: Any, _result: Any, _context: Context) -> Iterator[Notice]:
    """Each provider of what was found in its own proposal."""
    of = {each.pk: each.provider_id for each in procurement.proposals_by_id([each.proposal for each in request.checks])}
    people = whom.acting_for(of.values(), Desk.PROVIDER)
    for each in request.checks:
        facts = {"gate": each.gate, "because": each.reason}
        yield Notice("proposal_checked", people[of[each.proposal]], f"proposal/{each.proposal}", facts)


def _judged(request: Any, _result: Any, _context: Context) -> Iterator[Notice]:
    organisation = allocation.organisation_of_grant(request.grant)
    if organisation is not None:
        people = whom.acting_for([organisation])
        yield Notice("answer_judged", people[organisation], f"grant/{request.grant}", {"accepted": request.accepted})


def _answer_given(request: Any, _result: Any, context: Context) -> Iterator[Notice]:
    """Who may judge it."""
    yield Notice("answer_given", whom.at_desks(Desk.AGENCY, but=(context.person,)), f"grant/{request.grant}")


def _appealed(request: Any, _result: Any, context: Context) -> Iterator[Notice]:
    """Who may decide it."""
    yield Notice("appeal_opened", whom.at_desks(*CONFIRMING, but=(context.person,)), f"grant/{request.grant}")


def _appeal_closed(request: Any, _result: Any, _context: Context) -> Iterator[Notice]:
    organisation = allocation.organisation_of_grant(request.grant)
    if organisation is not None:
        facts = {"upheld": request.upheld, "finding": request.finding}
        yield Notice("appeal_closed", whom.acting_for([organisation])[organisation], f"grant/{request.grant}", facts)


def _reports(request: Any, _result: Any, _context: Context) -> Iterator[Notice]:
    """Who holds the grants on which a report is due."""
    grants = list(allocation.grants(round_id=request.round))
    people = whom.acting_for(each.application.organisation_id for each in grants)
    facts, until = {"due_on": request.due_on.isoformat()}, end_of(request.due_on)
    for each in grants:
        yield Notice("report_asked", people[each.application.organisation_id], f"grant/{each.pk}", facts, until)


def _signed(_request: Any, result: Any, _context: Context) -> Iterator[Notice]:
    """Each provider of its own agreement."""
    agreements = {each: agreement for each in result if (agreement := procurement.agreement(each))}
    people = whom.acting_for((each.provider_id for each in agreements.values()), Desk.PROVIDER)
    for key, each in agreements.items():
        if terms := procurement.terms_in_force(each):
            facts = {"from": terms.starts_on.isoformat(), "to_day": (terms.ends_on - dt.timedelta(days=1)).isoformat()}
            yield Notice("agreement_signed", people[each.provider_id], f"agreement/{key}", facts)


def _amended(request: Any, _result: Any, _context: Context) -> Iterator[Notice]:
    """The provider whose agreement it is."""
    agreement = procurement.agreement(request.agreement)
    if agreement is not None:
        people = whom.acting_for([agreement.provider_id], Desk.PROVIDER)[agreement.provider_id]
        yield Notice("agreement_amended", people, f"agreement/{agreement.pk}", {"agreed_on": request.agreed_on.isoformat()})


TABLE: dict[str, Telling] = {
    "give_role": _given,
    "confirm_role": _confirmed,
    "end_role": _ended,
    "propose_merger": _merger,
    "propose_person_merger": _accounts,
    "seat_panel": _seated,
    "replace_evaluator": _in_place,
    "extend_provider_call": _extension,
    "confirm_extension": _moved,
    "extend_for_clocks": _put_off,
    "ask_question": _asked,
    "answer_question": _answered,
    "check_proposals": _checked,
    "sign_agreements": _signed,
    "amend_agreement": _amended,
    "ask_for_reports": _reports,
    "answer_notice": _answer_given,
    "judge_answer": _judged,
    "open_appeal": _appealed,
    "close_appeal": _appeal_closed,
    "approve_decision": _approved,
    "refuse_decision": _refused,
}
