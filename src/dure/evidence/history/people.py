"""Did whoever filed and answered sit where they had to, on that day, with nothing to gain? Roles, desks, amounts, groups."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dure.evidence.comparing import moment
from dure.evidence.findings import Finding, finding
from dure.evidence.history.gainers import Owners, gainers
from dure.evidence.history.rulebook import value_on
from dure.evidence.holding import Held, Row

OFFICIALS = ("ministry", "agency", "operator")
DESKS_OF_TWO = (*OFFICIALS, "auditor", "reviewer")
AMOUNTS: Mapping[str, Callable[[Any], int]] = {
    "budget": lambda made: int(made["appropriation_amount"]),
    "portfolio": lambda made: int(made["spent_amount"]),
    "settlement": lambda made: int(made["totals"]["list_amount"]),
}


def gives(role: Row, at: str) -> bool:
    """Does the role give anything at that moment?"""
    then = moment(at)
    return (
        moment(role["given_at"]) <= then
        and role["confirmed_at"] is not None
        and moment(role["confirmed_at"]) <= then
        and (role["until"] is None or moment(role["until"]) > then)
        and (role["ended_at"] is None or moment(role["ended_at"]) >= then)
    )


class Seats:
    """Who sat where, when."""

    def __init__(self, held: Held) -> None:
        self._roles: dict[str, list[Row]] = defaultdict(list)
        for role in held.table("roles"):
            self._roles[role["person"]].append(role)
        self._organisations = {each["id"]: each for each in held.table("organisations")}

    def desks(self, person: str, at: str) -> set[str]:
        """Desks of that person at that moment."""
        return {role["desk"] for role in self._roles[person] if gives(role, at)}

    def is_official(self, person: str, at: str) -> bool:
        """Does that person hold an official's role at that moment, or wait for it?"""
        return any(role["desk"] in DESKS_OF_TWO and gives({**role, "confirmed_at": at}, at) for role in self._roles[person])

    def acts_for(self, person: str, at: str) -> set[str]:
        """Groups of the organisations for which that person acts."""
        return {self.group(role["organisation"], at) for role in self._roles[person] if role["organisation"] and gives(role, at)}

    def group(self, organisation: str, at: str) -> str:
        """The beneficial owner of that organisation, or of the one that it had turned out to be by then; else itself."""
        row = self._organisations.get(organisation, {})
        if row.get("merged_at") and moment(row["merged_at"]) <= moment(at):
            organisation = row["merged_into"]
            row = self._organisations.get(organisation, {})
        return str(row.get("group") or organisation)

    def knows(self, person: str) -> bool:
        """Has that person ever held a role?"""
        return person in self._roles and bool(self._roles[person])


def seated(held: Held) -> Iterator[Finding]:
    """Who files sits at an official's desk; who answers at one that the rule `approvals` names for that decision and day."""
    seats = Seats(held)
    for entry in held.entries:
        where, desks = f"journal entry {entry['seq']}", seats.desks(entry["who"], entry["at"])
        if entry["kind"] == "recommendation":
            allowed: tuple[str, ...] = OFFICIALS
        else:
            allowed = tuple(value_on(held, "approvals/desks", entry["at"]).get(entry["decision"], ()))
        if not desks & set(allowed):
            found = f"{entry['who'] or 'nobody'} at {', '.join(sorted(desks)) or 'no desk'}"
            yield finding("not_seated", where, f"somebody at {', '.join(allowed)} at {entry['at']}", found)


def disinterested(held: Held) -> Iterator[Finding]:
    """Nobody answers or signs a recommendation that judges a case of an organisation of theirs, or of its group."""
    seats, owners = Seats(held), Owners(held)
    signed = [(each, each["entry"], f"signatures, entry {each['entry']}") for each in held.table("signatures")]
    answered = [
        (each, each["refers_to"], f"journal entry {each['seq']}") for each in held.entries if each["kind"] != "recommendation"
    ]
    for each, refers_to, where in (*answered, *signed):
        mine = seats.acts_for(each["who"], each["at"])
        if not mine or (entry := held.by_seq.get(refers_to)) is None:
            continue
        theirs = mine & {seats.group(gains, each["at"]) for gains in gainers(held, owners, entry)}
        if theirs:
            yield finding("beneficiary", where, "somebody who gains nothing", f"{each['who']} for {', '.join(sorted(theirs))}")


def judging(held: Held) -> Iterator[Finding]:
    """Nobody hands in a score sheet on an item of an organisation of theirs, or of its group; who sits where is no outsider's."""
    seats, owners = Seats(held), Owners(held)
    for act in held.table("acts"):
        if act.get("command") != "submit_score_sheet":
            continue
        mine = seats.acts_for(act["person"], act["at"])
        judged = (
            {owner for kind in ("proposal", "application") for owner in owners.of(kind, act["given"]["item"])} if mine else set()
        )
        if theirs := mine & {seats.group(each, act["at"]) for each in judged}:
            yield finding("beneficiary", f"act {act['act']}", "somebody without a part in it", f"{act['person']} for {theirs}")


def enough(held: Held) -> Iterator[Finding]:
    """From the amount of the rule `approvals` on, two people approve: one signs, another after them."""
    seats, signed = Seats(held), defaultdict(list)
    for each in held.table("signatures"):
        signed[each["entry"]].append(each)
        entry = held.by_seq.get(each["entry"])
        where = f"signatures, entry {each['entry']}"
        if entry is None or entry["kind"] != "recommendation" or each["who"] == entry["who"]:
            yield finding("refers_to_nothing", where, "a recommendation of somebody else", each["who"])
        elif not seats.desks(each["who"], each["at"]) & set(value_on(held, "approvals/desks", each["at"])[entry["decision"]]):
            yield finding("not_seated", where, f"somebody who may answer {entry['decision']}", each["who"])
    for decision, amount_of in AMOUNTS.items():
        for entry, approval in held.approved(decision):
            limit = value_on(held, "approvals/two_signatures_from", approval["at"]).get(decision)
            others = {each["who"] for each in signed[entry["seq"]]} - {approval["who"]}
            if limit is not None and not others and amount_of(held.document(entry, "recommendation")) >= limit:
                yield finding("one_signature", f"journal entry {approval['seq']}", "two people", approval["who"])


def roles(held: Held) -> Iterator[Finding]:
    """A role was given by one person, confirmed by another where an official gets it, and ended no earlier than it began."""
    seats, first = Seats(held), 0
    for role in held.table("roles"):
        where = f"roles, {role['person']} at {role['desk']}"
        official = role["desk"] in DESKS_OF_TWO or seats.is_official(role["person"], role["given_at"])
        first += role["given_by"] is None
        by_two = official and role["given_by"] and role["confirmed_at"] and not role["alone"]
        if by_two and role["confirmed_by"] in {None, role["given_by"], role["person"]}:
            yield finding("one_pair_of_eyes", where, "confirmed by another", role["confirmed_by"])
        if role["ended_at"] is not None and moment(role["ended_at"]) < moment(role["given_at"]):
            yield finding("row_differs", where, f"an end after {role['given_at']}", role["ended_at"])
        if role["given_by"] == role["person"]:
            yield finding("one_pair_of_eyes", where, "given by another", role["given_by"])
    if first > 1:
        yield finding("row_without_origin", "roles", "one role given by nobody, the first administrator's", first)
