"""Did whoever filed and answered sit where they had to, on that day, with nothing to gain? Roles, desks, amounts, groups."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dure.evidence.comparing import moment
from dure.evidence.findings import Finding, finding
from dure.evidence.history.rulebook import value_on
from dure.evidence.holding import Held, Row

OFFICIALS = ("ministry", "agency", "operator")
AMOUNTS: Mapping[str, Callable[[Any], int]] = {
    "budget": lambda made: int(made["appropriation_won"]),
    "portfolio": lambda made: int(made["spent_won"]),
    "settlement": lambda made: int(made["totals"]["list_won"]),
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
        self.groups = {each["id"]: each["group"] or each["id"] for each in held.table("organisations")}

    def desks(self, person: str, at: str) -> set[str]:
        """Desks of that person at that moment."""
        return {role["desk"] for role in self._roles[person] if gives(role, at)}

    def acts_for(self, person: str, at: str) -> set[str]:
        """Groups of the organisations for which that person acts."""
        return {
            self.groups.get(role["organisation"], "") for role in self._roles[person] if role["organisation"] and gives(role, at)
        }

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
    """Nobody answers a recommendation by which an organisation of theirs, or of its group, gains."""
    seats = Seats(held)
    for answer in held.entries:
        if answer["kind"] == "recommendation":
            continue
        mine = seats.acts_for(answer["who"], answer["at"])
        gain = {seats.groups.get(each, each) for each in _gainers(held, held.by_seq[answer["refers_to"]])} if mine else set()
        if mine & gain:
            yield finding(
                "beneficiary",
                f"journal entry {answer['seq']}",
                "somebody who gains nothing",
                f"{answer['who']} for {mine & gain}",
            )


def _gainers(held: Held, entry: Row) -> set[str]:
    made = held.document(entry, "recommendation")
    if made is None:
        return set()
    proposers = {each["id"]: each["provider"] for each in held.table("proposals")}
    applicants = {each["id"]: each["organisation"] for each in held.table("applications")}
    found = {proposers.get(award["proposal"], "") for award in made["awards"]} if entry["decision"] == "portfolio" else set()
    for name in ("grants", "regrants"):
        found |= {applicants.get(each["application"], "") for each in made.get(name, ())}
    return found | {each["provider"] for each in made["providers"]} if entry["decision"] == "settlement" else found


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
    """A role was given by one person, confirmed by another where it is an official's, and ended no earlier than it began."""
    first = 0
    for role in held.table("roles"):
        where = f"roles, {role['person']} at {role['desk']}"
        official = role["desk"] in {*OFFICIALS, "auditor", "reviewer"}
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
