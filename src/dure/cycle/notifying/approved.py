"""Whom a decision concerns: those who may answer it once it is filed, and, once it is approved, those whose things it changes."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from dure.cycle.notifying import whom
from dure.cycle.notifying.telling import Notice
from dure.cycle.stem.periods import end_of
from dure.formats.approvals import ApprovalRules
from dure.formats.stages.portfolio import PortfolioFacts, PortfolioRecommendation, PortfolioRules
from dure.records.allocation import queries as allocation
from dure.records.demand import queries as demand
from dure.records.journal import queries as journal
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.operation import queries as operation
from dure.records.parties.models import Desk
from dure.records.procurement import queries as procurement
from dure.records.settlement import queries as settlement
from dure.rules.book import Book


def filed(entry: Entry, book: Book, on: dt.date) -> Iterator[Notice]:
    """Everybody at a desk that answers such a decision, without who filed it."""
    desks = book.fill(ApprovalRules, on=on)[0].desks.get(entry.decision, ())
    yield Notice("decision_waiting", whom.at_desks(*desks, but=(entry.who,)), f"entry/{entry.seq}", _named(entry))


def refused(seq: int) -> Iterator[Notice]:
    """Who filed it."""
    entry = journal.find(seq)
    if entry is not None:
        yield Notice("decision_refused", [entry.who], f"entry/{seq}", _named(entry))


def approved(seq: int) -> Iterator[Notice]:
    """Who filed it, and the people whose grants, invoices, notices, applications or proposals it is about."""
    entry = journal.find(seq)
    if entry is None:
        return
    yield Notice("decision_approved", [entry.who], f"entry/{seq}", _named(entry))
    if entry.decision in CARRIED_OUT:
        yield from CARRIED_OUT[entry.decision](seq)


def _named(entry: Entry) -> dict[str, Any]:
    return {"decision": entry.decision, "subject": entry.subject}


def _judged(seq: int) -> Iterator[Notice]:
    outcomes = list(demand.outcomes_of(seq))
    people = whom.applicants(each.application_id for each in outcomes)
    for each in outcomes:
        yield Notice("application_judged", people[each.application_id], f"application/{each.application_id}",
                     {"eligible": each.eligible})  # fmt: skip


def _selected(seq: int) -> Iterator[Notice]:
    """Each bidder of its own result alone: its lots, or that it has none.

    Of a later selection from the same call those are told who were in it; all others have heard it of the first.
    """
    entry = journal.find(seq)
    call = procurement.call(entry.subject) if entry else None
    if entry is None or call is None:
        return
    awards = list(procurement.awards(call=call))
    first = procurement.awarding_entries(call.pk) <= {seq}
    selection = Filed(entry, PortfolioFacts, PortfolioRules, PortfolioRecommendation)
    considered = {each.id for each in selection.facts.proposals}
    bids = list(procurement.proposals(call))
    people = whom.acting_for((each.provider_id for each in bids), Desk.PROVIDER)
    for bid in bids:
        amount = [each for each in awards if each.proposal_id == bid.pk]
        about, mine = f"proposal/{bid.pk}", people[bid.provider_id]
        if now := [{"lot": each.lot, "servers": each.servers} for each in amount if each.entry_id == seq]:
            yield Notice("proposal_selected", mine, about, {"lots": now})
        elif not amount and (first or bid.pk in considered):
            yield Notice("proposal_not_selected", mine, about)


def _granted(seq: int) -> Iterator[Notice]:
    grants = list(allocation.grants().filter(entry=seq))
    people = whom.acting_for(each.application.organisation_id for each in grants)
    for each in grants:
        last = each.during.upper - dt.timedelta(microseconds=1)  # people are told the last day that is theirs
        facts = {"servers": each.servers, "from": each.during.lower.isoformat(), "to_day": last.isoformat()}
        yield Notice("grant_given", people[each.application.organisation_id], f"grant/{each.pk}", facts, until=each.during.lower)


def _billed(seq: int) -> Iterator[Notice]:
    invoices = list(settlement.invoices().filter(entry=seq))
    people = whom.acting_for(each.organisation_id for each in invoices)
    for each in invoices:
        yield Notice(
            "invoice_issued", people[each.organisation_id], f"invoice/{each.pk}", invoice_facts(each), end_of(each.due_on)
        )


def _reclaimed(seq: int) -> Iterator[Notice]:
    notices = list(operation.notices().filter(entry=seq))
    ended = {each.grant_id: each for each in allocation.leases().filter(entry=seq).select_related("grant__application")}
    people = whom.acting_for(
        [each.grant.application.organisation_id for each in notices]
        + [each.grant.application.organisation_id for each in ended.values()]
    )
    for each in notices:
        mine = people[each.grant.application.organisation_id]
        yield Notice("notice_of_reclaim", mine, f"grant/{each.grant_id}", {"because": each.because}, end_of(each.answer_by))
    for lease in ended.values():
        yield Notice("grant_lost", people[lease.grant.application.organisation_id], f"grant/{lease.grant_id}")
    yield from _granted(seq)


def invoice_facts(invoice: Any) -> dict[str, Any]:
    """What a notice says of an invoice: the amount, and its last day."""
    return {"amount": invoice.billed_amount, "due_on": invoice.due_on.isoformat()}


CARRIED_OUT: dict[str, Callable[[int], Iterator[Notice]]] = {
    "portfolio": _selected,
    "eligibility": _judged,
    "allocation": _granted,
    "burden": _billed,
    "settlement": _billed,
    "reclaim": _reclaimed,
}
