"""An organisation that was registered twice: one person proposes to read the one as the other, and another confirms it.

Nothing that was written is rewritten; see docs/adr/0029. Refused is what would leave two where a rule allows one.
"""

import datetime as dt

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found
from dure.formats.commands.organisations import ConfirmMerger, DropMerger, ProposeMerger
from dure.formats.errors import BadInput, Refused
from dure.records.demand import queries as demand
from dure.records.parties import actions, queries
from dure.records.parties.mergers import Merger
from dure.records.parties.models import Desk, Organisation
from dure.records.procurement import queries as procurement


def propose(request: ProposeMerger, context: Context) -> str:
    """Note the proposal; returns the id of the organisation that would go."""
    gone, stays = _both(request.organisation, request.into)
    require_possible(gone, stays, at=context.at)
    if queries.merger_waiting(gone.pk) is not None:
        raise BadInput("a merger of it waits already.", where=gone.pk, todo="Confirm or drop that one.", code="merger_waits")
    actions.propose_merger(organisation=gone, into=stays, reason=request.reason, by=context.person, at=context.at)
    return gone.pk


def confirm(request: ConfirmMerger, context: Context) -> str:
    """Read the one as the other from now on; returns the id of the organisation that stays."""
    merger = _waiting(request.organisation)
    if merger.proposed_by_id in context.person.as_one:
        raise Refused("you proposed it.", where=merger.organisation_id, todo="Another person must confirm it.", code="four_eyes")
    gone, stays = _both(merger.organisation_id, merger.into_id)
    require_possible(gone, stays, at=context.at)
    merger.organisation, merger.into = gone, stays
    return actions.confirm_merger(merger=merger, by=context.person, at=context.at).into_id


def drop(request: DropMerger, context: Context) -> str:
    """Leave both as they are; returns the id of the organisation that would have gone."""
    return actions.drop_merger(merger=_waiting(request.organisation), at=context.at).organisation_id


def require_possible(gone: Organisation, stays: Organisation, *, at: dt.datetime) -> None:
    """Raise with code `merger_impossible` where the two cannot be read as one now."""
    todo = "Merge them once that has been settled."
    if gone.pk == stays.pk or gone.merged_into_id or stays.merged_into_id:
        raise BadInput(
            "one of the two is merged already, or both are the same.",
            where="into",
            todo="Choose two that stand on their own.",
            code="merger_impossible",
        )
    if (
        (open_ := procurement.calls_that_close_after(at).first()) and _bids(gone) and _bids(stays)
    ):  # who has bid is sealed until then
        raise BadInput(f"both may bid in {open_.pk}, which is open.", where="into", todo=todo, code="merger_impossible")
    if both := procurement.calls_of_both(gone.as_one, stays.as_one):
        raise BadInput(f"both have a proposal in {both[0]}.", where="into", todo=todo, code="merger_impossible")
    if both := demand.undecided_calls_of_both(gone.as_one, stays.as_one, at=at):
        raise BadInput(
            f"both have applied in {both[0]}, whose applications are not checked yet.",
            where="into",
            todo=todo,
            code="merger_impossible",
        )


def _bids(organisation: Organisation) -> bool:
    """Does somebody sit at the provider's desk for it?"""
    return queries.people(desk=Desk.PROVIDER, organisation_ids=organisation.as_one).exists()


def _both(*ids: str) -> tuple[Organisation, Organisation]:
    """Held until the end, so that neither is merged elsewhere meanwhile."""
    held = {each.pk: each for each in actions.hold_organisations(*ids)}
    first, second = (found(held.get(each), "organisation", each) for each in ids)
    return first, second


def _waiting(organisation_id: str) -> Merger:
    found(queries.organisation(organisation_id), "organisation", organisation_id)
    merger = queries.merger_waiting(organisation_id, lock=True)
    if merger is None:
        raise BadInput("no merger of it waits.", where=organisation_id, todo="Load the page again.", code="no_merger")
    return merger
