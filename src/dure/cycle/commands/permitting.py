"""May this person do that? A pure answer from the row, the desks held, the owners and the state: the matrix that tests walk."""

from collections.abc import Mapping
from typing import Literal

from dure.cycle.commands.rows import Owners, Row
from dure.formats.errors import BadInput
from dure.records.parties.models import Person

Verdict = Literal["yes", "not_permitted", "not_yours", "not_now"]


def verdict(row: Row, *, seats: Mapping[str, frozenset[str]], person: str, owners: Owners, state: str) -> Verdict:
    """`seats`: each desk held, with the organisations acted for there; `person`: the stable id.

    `not_yours` for a person at a desk that may, but of another organisation: to them the subject does not exist.
    """
    relevant = [seat for seat in row.by if seat.desk in seats]
    if not relevant:
        return "not_permitted"
    if not any(
        seat.relation == "desk" or person in owners.people or seats[seat.desk] & owners.organisations for seat in relevant
    ):
        return "not_yours"
    return "yes" if state in row.while_ else "not_now"


def could(row: Row, seats: Mapping[str, frozenset[str]]) -> bool:
    """May somebody with these seats do it to some subject, in some state?"""
    return any(seat.desk in seats for seat in row.by)


def sees_all(row: Row, seats: Mapping[str, frozenset[str]]) -> bool:
    """May somebody with these seats do it to any subject, so that an unknown id is no secret?"""
    return any(seat.relation == "desk" and seat.desk in seats for seat in row.by)


def as_absent(row: Row, error: BadInput, seats: Mapping[str, frozenset[str]]) -> BadInput:
    """What is another's, in the same words as what does not exist; any other error as it is."""
    if error.code == "not_yours" or (error.code == "unknown_id" and not sees_all(row, seats)):
        return BadInput("there is no such thing.", where=row.name, todo="Check the id.", code="not_found")
    return error


def seats_of(person: Person) -> dict[str, frozenset[str]]:
    """The desks at which a person sits now, with the organisations acted for at each."""
    return {desk: person.organisations_at(desk) for desk in person.desks} if person.is_active else {}
