"""Organisations enter the programme's register."""

from msgspec import structs

from dure.cycle.commands.rows import Context
from dure.formats.commands.people import RegisterOrganisation
from dure.formats.errors import BadInput
from dure.formats.registration import RegistrationRules, clean_number
from dure.records.parties import actions, queries


def register(request: RegisterOrganisation, context: Context) -> str:
    """Enter the organisation; returns its id."""
    if queries.organisation(request.id) is not None:
        raise BadInput(f"organisation {request.id!r} is registered.", where="id", todo="Choose another id.", code="id_taken")
    fields = structs.asdict(request)
    if request.number:
        rules, _readings = context.book.fill(RegistrationRules, on=context.day)
        fields["number"] = clean_number(request.number, rules)
        require_free(fields["number"])
    return actions.add_organisation(**fields).pk


def require_free(number: str) -> None:
    """Raise with code `number_taken` where an organisation has that number."""
    if queries.organisation_of_number(number) is not None:
        raise BadInput(
            "an organisation has this registration number.",
            where="number",
            todo="Ask one of its people for an invitation.",
            code="number_taken",
        )
