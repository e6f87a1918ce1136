"""People enter, sit at desks and leave them."""

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found
from dure.formats.commands.people import AddPerson, EndRole, GiveRole
from dure.formats.errors import BadInput
from dure.records.parties import actions, queries
from dure.records.parties.models import ORGANISATIONAL_DESKS, Person


def add_person(request: AddPerson, context: Context) -> str:
    """Enter the person, who cannot log in before a way to do so is set; returns the stable id."""
    del context
    if queries.person_by_uid(request.id) or queries.person(request.username):
        raise BadInput(f"{request.username!r} is there already.", where="id, username", todo="Choose another.", code="id_taken")
    person = actions.add_person(
        uid=request.id, username=request.username, name_ko=request.name_ko, name_en=request.name_en, email=request.email
    )
    return person.uid


def give(request: GiveRole, context: Context) -> str:
    """Seat the person from now on; returns the stable id."""
    person = _person(request.person)
    if (request.desk in ORGANISATIONAL_DESKS) != (request.organisation is not None):
        raise BadInput(
            f"the desk {request.desk} {'needs' if request.organisation is None else 'has no'} organisation.",
            where="organisation",
            todo="Providers and applicants act for one; officials do not.",
            code="invalid",
        )
    if request.organisation is not None:
        found(queries.organisation(request.organisation), "organisation", request.organisation)
    actions.give_role(person=person, desk=request.desk, organisation=request.organisation, at=context.at)
    return person.uid


def end(request: EndRole, context: Context) -> str:
    """End the role; returns the person's stable id."""
    person = _person(request.person)
    held = [r for r in person.live_roles if r.desk == request.desk and r.organisation_id == request.organisation]
    if not held:
        raise BadInput(
            "holds no such role.", where=f"person {request.person}", todo="Check desk and organisation.", code="no_role"
        )
    actions.end_role(role=held[0], at=context.at)
    return person.uid


def _person(uid: str) -> Person:
    return found(queries.person_by_uid(uid), "person", uid)
