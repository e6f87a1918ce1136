"""A person who has two accounts: one person proposes to read the one as the other, and another confirms it; see docs/adr/0036.

The account that goes is closed, and both count as one wherever another person is asked for (`Person.as_one`). Nothing that was
written is rewritten, and no role moves. Refused is what would leave something of the account that goes waiting for an answer.
"""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found
from dure.cycle.people.roles import is_last_administrator
from dure.formats.commands.people import ConfirmPersonMerger, DropPersonMerger, ProposePersonMerger
from dure.formats.errors import BadInput, Refused
from dure.records.allocation import queries as allocation
from dure.records.journal import queries as journal
from dure.records.parties import actions, queries
from dure.records.parties.mergers import PersonMerger
from dure.records.parties.models import Person
from dure.records.procurement import queries as procurement
from dure.records.review import queries as review


class Leaving(NamedTuple):
    """What ends with the account that goes, and how many recommendations the one account filed and the other answered."""

    roles: int
    answered: int


def propose(request: ProposePersonMerger, context: Context) -> str:
    """Note the proposal; returns the stable id of the account that would go."""
    actions.seating()
    gone, stays = _both(_person(request.person), _person(request.into))
    require_possible(gone, stays, at=context.at)
    if queries.person_merger_waiting(gone.uid) is not None:
        raise BadInput(
            "a merger of it waits already.", where="person", todo="Confirm or drop that one.", code="person_merger_waits"
        )
    actions.propose_person_merger(person=gone, into=stays, reason=request.reason, by=context.person, at=context.at)
    return gone.uid


def confirm(request: ConfirmPersonMerger, context: Context) -> str:
    """Read the one as the other from now on, and close it; returns the stable id of the account that stays."""
    actions.seating()
    merger = _waiting(request.person)
    if context.person.as_one & {merger.proposed_by_id, merger.person_id, merger.into_id}:
        where = f"person {merger.person.uid}"
        raise Refused("you proposed it, or it is yours.", where=where, todo="Another person must confirm it.", code="four_eyes")
    merger.person, merger.into = _both(merger.person, merger.into)
    require_possible(merger.person, merger.into, at=context.at)
    return actions.confirm_person_merger(merger=merger, by=context.person, at=context.at).into.uid


def drop(request: DropPersonMerger, context: Context) -> str:
    """Leave both as they are; returns the stable id of the account that would have gone."""
    return actions.drop_person_merger(merger=_waiting(request.person), at=context.at).person.uid


def require_possible(gone: Person, stays: Person, *, at: dt.datetime) -> None:
    """Raise with code `person_merger_impossible` where the two cannot be read as one now."""
    if why := next(_obstacles(gone, stays, at), ""):
        raise BadInput(why, where="person", todo="Merge them once that has been settled.", code="person_merger_impossible")


def leaving(merger: PersonMerger) -> Leaving:
    """For the page on which a merger is confirmed."""
    both = {merger.person_id, *merger.into.as_one}
    return Leaving(roles=merger.person.roles.filter(ended_at=None).count(), answered=journal.answered_between(both))


def _obstacles(gone: Person, stays: Person, at: dt.datetime) -> Iterator[str]:
    """What stands in the way, one clear sentence each."""
    if gone.pk == stays.pk:
        yield "both are the same account."
    for each in (gone, stays):
        if each.merged_into is not None:
            yield f"account {each.uid} is {each.merged_into.uid} by now."
        elif not each.is_active:
            yield f"account {each.uid} is closed."
    if queries.accounts_merged_into(gone).exists():
        yield "other accounts were merged into the one that goes: let it stay, and merge the other into it."
    if is_last_administrator(gone):
        yield "nobody would be left at the agency."
    yield from _waits(gone, at)
    for panel in review.open_panels_of(gone):
        yield f"it sits on panel {panel}, whose scoring has not ended."
    for panel in review.undecided_panels_of_both(gone, stays):
        yield f"both sat on panel {panel}, which has no approved ranking yet."


def _waits(gone: Person, at: dt.datetime) -> Iterator[str]:
    """What the account that goes has begun and no second person has answered."""
    if seq := journal.filed_by_waiting(gone):
        yield f"it filed journal entry {seq}, which waits for an answer."
    if seq := journal.signed_by_waiting(gone):
        yield f"it signed journal entry {seq}, which waits for an answer."
    for round_ in allocation.rounds_solved_for(gone):
        yield f"it asked for round {round_} to be solved, which is under way."
    for call in procurement.extensions_waiting(gone, at=at):
        yield f"it proposed a later deadline of call {call}, which waits for a second person."
    begun = queries.waits_of(gone, at=at)
    if key := begun.get("role"):
        yield f"it gave a role to {key}, which waits for a second person."
    if key := begun.get("organisation"):
        yield f"it proposed to merge organisation {key}, which waits for a second person."
    if key := begun.get("account"):
        yield f"it proposed to merge account {key}, which waits for a second person."
    if key := begun.get("renewal"):
        yield f"it made a new log-in for {key}, which waits for a second person."


def _both(person: Person, into: Person) -> tuple[Person, Person]:
    """Held until the end, so that neither acts or is merged elsewhere meanwhile."""
    if person.pk == into.pk:
        return person, into
    return actions.hold_accounts(person=person, into=into)


def _person(uid: str) -> Person:
    return found(queries.person_by_uid(uid), "person", uid)


def _waiting(uid: str) -> PersonMerger:
    _person(uid)
    merger = queries.person_merger_waiting(uid, lock=True)
    if merger is None:
        raise BadInput("no merger of it waits.", where=f"person {uid}", todo="Load the page again.", code="no_person_merger")
    return merger
