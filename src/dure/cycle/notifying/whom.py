"""The people whom something concerns: by desk, by organisation, by what they hold."""

from collections.abc import Iterable

from dure.records.demand import queries as demand
from dure.records.parties import queries as parties
from dure.records.parties.models import Desk, Person


def at_desks(*desks: str, but: Iterable[Person | None] = ()) -> list[Person]:
    """Active people at any of these desks now, without those who know it already."""
    left_out = {each.pk for each in but if each is not None}
    found = {person.pk: person for desk in desks for person in parties.people(desk=desk).defer("password")}
    return [person for pk, person in sorted(found.items()) if pk not in left_out]


def acting_for(organisations: Iterable[str], desk: str = Desk.APPLICANT) -> dict[str, list[Person]]:
    """By organisation, the active people who act for it at that desk; for one that was merged also those of the other."""
    wanted = set(organisations)
    found: dict[str, list[Person]] = {each: [] for each in wanted}
    for person in people_with_roles(desk, wanted):
        for each in wanted & person.organisations_at(desk):
            found[each].append(person)
    return found


def people_with_roles(desk: str, organisations: Iterable[str]) -> list[Person]:
    """Active people who sit at that desk for one of these organisations, with their roles read."""
    ids = {each for one in parties.organisations_by_id(list(organisations)).values() for each in one.as_one}
    people = list(parties.people(desk=desk, organisation_ids=ids).defer("password"))
    parties.read_roles(people)
    return people


def applicants(applications: Iterable[str]) -> dict[str, list[Person]]:
    """By application, the people of the organisation that applied."""
    of = demand.applicants(applications)
    people = acting_for(of.values())
    return {application: people[organisation] for application, organisation in of.items()}
