"""Ranked proposals become awards within the budget; money is committed in the same act."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils import timezone
from msgspec import structs

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found
from dure.cycle.people.explanations import name_providers
from dure.cycle.supply.call import answered, checked
from dure.cycle.supply.money import lines_that_pay, require_room
from dure.decisions.quantities import split_by_largest_remainder
from dure.formats.errors import BadInput
from dure.formats.kinds import exact_text
from dure.formats.stages.portfolio import Award, Lot, PortfolioFacts, PortfolioRecommendation, PortfolioRules
from dure.records.funding import actions as funding_actions
from dure.records.funding.models import BudgetLine
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.procurement import actions, queries
from dure.records.procurement.models import Call
from dure.records.review import queries as review
from dure.records.supply import queries as supply


def facts(subject: str, context: Context) -> dict[str, Any]:
    """The call's ranked proposals with what each still offers, and what the call may still award."""
    call = found(queries.call(subject), "call", subject)
    ranked = {each.item: each for panel in review.panels(kind="proposal", subject=subject) for each in review.ranking(panel)}
    if not ranked:
        raise BadInput(
            "has no approved ranking.", where=f"call {subject}", todo="File and approve the evaluation first.", code="not_ranked"
        )
    told = checked(context.programme, subject)
    if off := sorted(item for item, each in ranked.items() if each.passed and told.get(item, {}).get("gate") == "fail"):
        raise BadInput(
            "its documents failed after it was ranked.",
            where=f"proposal {off[0]}",
            todo="Evaluate again first.",
            code="not_ranked",
        )
    awarded = {(each.proposal_id, each.lot) for each in queries.awards(call=call)}
    passed = [each for each in queries.proposals(call) if each.pk in ranked and ranked[each.pk].passed]
    left = {each: [lot for lot in each.offered["lots"] if (each.pk, lot["id"]) not in awarded] for each in passed}
    if awarded and not any(left.values()):
        raise BadInput("every lot is awarded.", where=f"call {subject}", todo="Nothing is left to select.", code="all_awarded")
    matching = context.book.fill(PortfolioRules, on=context.day)[0].method == "lowest_price_matched"
    answers = answered(context.programme, subject) if matching else {}
    proposals = [
        {
            "id": each.pk,
            "provider": each.provider_id,
            "rank": ranked[each.pk].rank,
            "score": ranked[each.pk].total,
            "spc_participant": each.offered.get("spc_participant", False),
            "lots": [_with_answer(each.pk, lot, answers) for lot in lots],
        }
        for each, lots in left.items()
        if lots
    ]
    models = {name: {"relative_compute": str(model.relative_compute)} for name, model in supply.gpu_models().items()}
    for model, price in (_lowest_awarded(call) if matching else {}).items():
        models[model]["lowest_price"] = exact_text(price)
    return {"budget_amount": call.room_amount, "proposals": proposals, "gpu_models": models}


def _with_answer(proposal: str, lot: dict[str, Any], answers: Mapping[str, bool]) -> dict[str, Any]:
    """The lot, with what its bidder answered; as it is where no answer has come."""
    key = f"{proposal}/{lot['id']}"
    return {**lot, "matches_lowest": answers[key]} if key in answers else lot


def _lowest_awarded(call: Call) -> dict[str, Fraction]:
    """The lowest price of a GPU among the call's awards, by model: who is awarded later has to match it too."""
    lowest: dict[str, Fraction] = {}
    for each in queries.awards(call=call):
        price = Fraction(each.price_amount, each.servers * each.gpus_per_server)
        lowest[each.gpu_model] = min(price, lowest.get(each.gpu_model, price))
    return lowest


def require_money(subject: str, recommendation: dict[str, Any], context: Context) -> None:
    """Raise `BadInput` with code `beyond_lines` for awards that would cost more than can be committed now."""
    call = found(queries.call(subject), "call", subject)
    require_room(context.programme, call.opened_at, recommendation["spent_amount"], where=f"call {call.pk}")


def carry_out(entry: Entry) -> None:
    """Record the awards and commit their price, over all lines of the call's appropriation in proportion to their size.

    A call is paid out of the last appropriation that had been made when it opened.
    """
    call = found(queries.call(entry.subject), "call", entry.subject)
    filed = Filed(entry, PortfolioFacts, PortfolioRules, PortfolioRecommendation)
    _require_same_answers(entry, filed.facts)
    lots = {(proposal.id, lot.id): lot for proposal in filed.facts.proposals for lot in proposal.lots}
    awards = [(award, lots[award.proposal, award.lot]) for award in filed.recommendation.awards]
    rows = [
        {**structs.asdict(award), "gpu_model": lot.gpu_model, "gpus_per_server": lot.gpus_per_server} for award, lot in awards
    ]
    actions.record_awards(call=call, awards=rows, entry=entry, awarded_on=timezone.localdate(entry.approved_at))
    _commit(call, awards, entry)
    name_providers({each.pk for each in queries.proposals(call)})


def _require_same_answers(entry: Entry, facts: PortfolioFacts) -> None:
    """Raise `BadInput` with code `stale` where a bidder has answered something else since."""
    told = answered(entry.programme, entry.subject)
    for proposal in facts.proposals:
        for lot in proposal.lots:
            if lot.matches_lowest is not None and told.get(f"{proposal.id}/{lot.id}") is not lot.matches_lowest:
                raise BadInput(
                    f"the answer on lot {lot.id!r} was changed after it was filed.",
                    where=f"proposal {proposal.id}",
                    todo="Refuse it, and file the selection again.",
                    code="stale",
                )


def _commit(call: Call, awards: Sequence[tuple[Award, Lot]], entry: Entry) -> None:
    """Each line bears its part of the running total, so that rounding never exceeds a line."""
    lines = _lines_that_pay(call, entry.programme)
    sizes: Mapping[str, Fraction] = {name: Fraction(line.amount) for name, line in lines.items()}
    total, borne = 0, dict.fromkeys(lines, 0)
    for award, lot in sorted(awards, key=lambda each: (each[0].proposal, each[0].lot)):
        total += award.price_amount
        now = split_by_largest_remainder(total, sizes)
        for name, line in sorted(lines.items()):
            funding_actions.commit(
                line=line,
                reference=f"{call.pk}/{award.proposal}/{award.lot}/{name}",
                amount=now[name] - borne[name],
                committed_on=timezone.localdate(entry.approved_at),
                entry=entry,
                gpus=award.servers * lot.gpus_per_server if name == "gpu" else 0,
            )
        borne = now


def _lines_that_pay(call: Call, programme: str) -> dict[str, BudgetLine]:
    lines = lines_that_pay(programme, call.opened_at)
    if not lines:
        raise BadInput(
            "the money that pays it has not been divided into lines.",
            where=f"call {call.pk}",
            todo="File the budget of its appropriation, and have it approved, first.",
            code="no_budget",
        )
    return lines
