"""Who may answer which recommendation? The rule `approvals` by decision and amount; never who filed it, nor who gains by it."""

from collections.abc import Callable
from typing import NamedTuple

from dure.cycle.commands.rows import Context
from dure.cycle.gainers import gainers
from dure.formats.approvals import ApprovalRules
from dure.formats.errors import Refused
from dure.formats.stages.budget import BudgetFacts, BudgetRecommendation, BudgetRules
from dure.formats.stages.portfolio import PortfolioFacts, PortfolioRecommendation, PortfolioRules
from dure.formats.stages.settlement import SettlementFacts, SettlementRecommendation, SettlementRules
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.parties import queries as parties
from dure.records.parties.models import Person


def _appropriated(entry: Entry) -> int:
    return Filed(entry, BudgetFacts, BudgetRules, BudgetRecommendation).recommendation.appropriation_amount


def _spent(entry: Entry) -> int:
    return Filed(entry, PortfolioFacts, PortfolioRules, PortfolioRecommendation).recommendation.spent_amount


def _listed(entry: Entry) -> int:
    return Filed(entry, SettlementFacts, SettlementRules, SettlementRecommendation).recommendation.totals.list_amount


AMOUNTS: dict[str, Callable[[Entry], int]] = {"budget": _appropriated, "portfolio": _spent, "settlement": _listed}


class Requirement(NamedTuple):
    """What an answer to one recommendation needs."""

    desks: tuple[str, ...]
    signatures: int
    amount: int | None


def requirement(entry: Entry, context: Context) -> Requirement:
    """The desks that may answer, and how many of their people must sign, for the amount at stake."""
    rules, _ = context.book.fill(ApprovalRules, on=context.day)
    amount_of = AMOUNTS.get(entry.decision)
    amount = amount_of(entry) if amount_of else None
    limit = rules.two_signatures_from.get(entry.decision)
    two = amount is not None and limit is not None and amount >= limit
    return Requirement(tuple(rules.desks.get(entry.decision, ())), 2 if two else 1, amount)


def barred(entry: Entry, person: Person, context: Context) -> Refused | None:
    """Why this person may not answer, or nothing."""
    where = f"journal entry {entry.seq}"
    rules, _ = context.book.fill(ApprovalRules, on=context.day)  # the amount, for which a large document is read, bars nobody
    desks = rules.desks.get(entry.decision, ())
    if entry.who_id in person.as_one:
        return Refused("you filed it.", where=where, todo="Another person must answer it (four eyes).", code="four_eyes")
    if not (person.is_active and person.desks & set(desks)):
        return Refused(
            f"your desk does not answer {entry.decision}.",
            where=where,
            todo=f"Desks that do: {', '.join(desks)}.",
            code="not_permitted",
            detail={"desks": list(desks)},
        )
    if person.organisation_ids and (mine := parties.acting_as_one(person.organisation_ids) & gainers(entry)):
        return Refused(
            f"you act for {', '.join(sorted(mine))}, whose case this is, or for an organisation of the same group.",
            where=where,
            todo="Somebody without a part in it must answer.",
            code="beneficiary",
            detail={"organisations": sorted(mine)},
        )
    return None
