"""Organisations enter the programme's register."""

from msgspec import structs

from dure.cycle.commands.rows import Context
from dure.formats.commands.people import RegisterOrganisation
from dure.formats.errors import BadInput
from dure.records.parties import actions, queries


def register(request: RegisterOrganisation, context: Context) -> str:
    """Enter the organisation; returns its id."""
    del context
    if queries.organisation(request.id) is not None:
        raise BadInput(f"organisation {request.id!r} is registered.", where="id", todo="Choose another id.", code="id_taken")
    return actions.add_organisation(**structs.asdict(request)).pk
