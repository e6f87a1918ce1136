"""Who may answer which recommendation? The rule `approvals` by decision and amount; never who filed it, nor who gains by it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dure.cycle.commands.rows import Context
from dure.cycle.gainers import gainers
from dure.formats.approvals import ApprovalRules
from dure.formats.errors import Refused
from dure.records.journal.models import Entry
from dure.records.parties import queries as parties
from dure.records.parties.models import Person

AMOUNTS: dict[str, Callable[[Mapping[str, Any]], int]] = {
    "budget": lambda made: int(made["appropriation_won"]),
    "portfolio": lambda made: int(made["spent_won"]),
    "settlement": lambda made: int(made["totals"]["list_won"]),
}


class Requirement(NamedTuple):
    """What an answer to one recommendation needs."""

    desks: tuple[str, ...]
    signatures: int
    amount: int | None


def requirement(entry: Entry, context: Context) -> Requirement:
    """The desks that may answer, and how many of their people must sign, for the amount at stake."""
    rules, _ = context.book.fill(ApprovalRules, on=context.day)
    amount_of = AMOUNTS.get(entry.decision)
    amount = amount_of(entry.recommendation_value()) if amount_of else None
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
