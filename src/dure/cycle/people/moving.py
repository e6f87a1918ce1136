"""What would be read as another organisation's if two were merged: counted for the page on which a merger is confirmed."""

from typing import NamedTuple

from dure.records.allocation import queries as allocation
from dure.records.demand import queries as demand
from dure.records.parties import queries as parties
from dure.records.parties.models import Organisation
from dure.records.procurement import queries as procurement
from dure.records.settlement import queries as settlement


class Moving(NamedTuple):
    """How many of each the organisation has. `bids`: proposals in calls that have closed; those of open calls are sealed."""

    people: int
    applications: int
    grants: int
    invoices: int
    bids: int
    agreements: int


def moving(organisation: Organisation) -> Moving:
    """What the organisation has, with all that was merged into it before."""
    ids = organisation.as_one
    return Moving(
        people=parties.people(organisation_ids=ids).count(),
        applications=demand.applications().filter(organisation__in=ids).count(),
        grants=allocation.grants().filter(application__organisation__in=ids).count(),
        invoices=settlement.invoices_of(ids).count(),
        bids=procurement.proposals_of(ids),
        agreements=procurement.agreements_of(ids),
    )
