"""The lowest price of each model, who has matched it, and the awards once more: from the facts, without the decision's code.

The decision walks once and carries what is left with it; here each lot is judged by itself against the awards before it.
"""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from dure.checks.portfolio.terms import Choice, Terms, obstacle
from dure.formats.kinds import Fault, Reason
from dure.formats.stages.portfolio import PortfolioFacts, PortfolioRecommendation

Lot = tuple[str, str]
OPEN, REFUSED, WAITS = "not_asked", "match_declined", "waits_for_answers"


class Matched(NamedTuple):
    """The steps at the prices that hold, the awards, whom to ask, and the reason of each lot that got less than all."""

    terms: Terms
    lowest: dict[str, Fraction]
    awards: list[Choice]
    to_ask: list[Lot]
    reasons: dict[str, Reason]
    offered: dict[Lot, Fraction]
    models: dict[Lot, str]


def match_again(facts: PortfolioFacts, terms: Terms) -> Matched:
    """Everything that `lowest_price_matched` gives."""
    answers, models, offered = {}, {}, {}
    for proposal in facts.proposals:
        for lot in proposal.lots:
            key = (proposal.id, lot.id)
            answers[key], models[key] = lot.matches_lowest, lot.gpu_model
            if prices := [Fraction(c.price_amount, c.gpus) for c in _steps(terms, key) if not obstacle(terms, c)]:
                offered[key] = min(prices)
    lowest = {name: Fraction(model.lowest_price) for name, model in facts.gpu_models.items() if model.lowest_price is not None}
    for key, price in offered.items():
        lowest[models[key]] = min(price, lowest.get(models[key], price))
    at_lowest = terms._replace(
        choices={
            key: choice if obstacle(terms, choice) else _priced(choice, lowest[models[key[:2]]], answers[key[:2]])
            for key, choice in terms.choices.items()
        }
    )
    awards, to_ask, turns = _award(at_lowest, models, offered)
    reasons = {}
    for key, turn in turns.items():
        told_prices = {"offered_price": str(offered[key]), "lowest_price": str(lowest[models[key]])} if key in offered else {}
        if told := _reason(key, turn, told_prices, asked=key in to_ask):
            reasons[told.item] = told
    return Matched(at_lowest, lowest, awards, to_ask, reasons, offered, models)


def matching_faults(matched: Matched, recommendation: PortfolioRecommendation, named: list[Choice]) -> Iterator[Fault]:
    """Where the awards, the lowest prices, those to be asked or the reasons are others."""
    if sorted(named) != sorted(matched.awards):
        wanted = {f"{choice.proposal}/{choice.lot}": choice.servers for choice in matched.awards}
        yield Fault(code="not_as_matched", where="$.awards", message=f"at the lowest prices the awards are {wanted}.")
    lowest = {name: str(price) for name, price in matched.lowest.items()}
    if recommendation.lowest_prices != lowest:
        yield Fault(code="wrong_figure", where="$.lowest_prices", message=f"are {lowest}, not {recommendation.lowest_prices}.")
    asked = [(each.proposal, each.lot, each.offered_price, each.lowest_price) for each in recommendation.to_ask or ()]
    right = [(*lot, str(matched.offered[lot]), lowest[matched.models[lot]]) for lot in matched.to_ask]
    if asked != right or recommendation.to_ask is None:
        yield Fault(code="wrong_to_ask", where="$.to_ask", message=f"to be asked are {right}.")
    told = {reason.item: reason for reason in recommendation.reasons}
    for item in sorted(told.keys() | matched.reasons.keys()):
        if told.get(item) != matched.reasons.get(item):
            message = f"the reason is {matched.reasons.get(item, 'none')}, not {told.get(item, 'none')}."
            yield Fault(code="wrong_reason", where=item, message=message)
    if len(told) != len(recommendation.reasons):
        yield Fault(code="wrong_reason", where="$.reasons", message="a lot has two reasons.")


def _priced(choice: Choice, lowest: Fraction, answer: bool | None) -> Choice:
    """The step at the price that it has under the method, and why it may not be taken yet, or at all."""
    if Fraction(choice.price_amount, choice.gpus) == lowest:
        return choice
    if answer is False:
        return choice._replace(held=REFUSED)
    return choice._replace(price_amount=math.floor(lowest * choice.gpus), held="" if answer else OPEN)


class Turn(NamedTuple):
    """What a lot got when it was looked at, each step with its obstacle, and the money there was."""

    taken: Choice | None
    codes: list[tuple[Choice, str]]
    room_amount: int
    provider_room_amount: int


def _award(terms: Terms, models: dict[Lot, str], offered: dict[Lot, Fraction]) -> tuple[list[Choice], list[Lot], dict[Lot, Turn]]:
    awards: list[Choice] = []
    to_ask: list[Lot] = []
    turns: dict[Lot, Turn] = {}
    for lot in _turns(terms, models, offered):
        short = {choice: _shortage(terms, choice, awards) for choice in _steps(terms, lot)}
        sure = [choice for choice, lack in short.items() if not lack and not obstacle(terms, choice)]
        hoped = [choice for choice, lack in short.items() if not lack and obstacle(terms, choice) == OPEN]
        most = max(sure, key=lambda choice: choice.servers, default=None)
        if any(choice.servers > (most.servers if most else 0) for choice in hoped):
            to_ask.append(lot)
        taken = None if to_ask else most
        codes = [(choice, _code(obstacle(terms, choice), lack)) for choice, lack in short.items()]
        provider = next((choice.provider for choice in short), "")
        held = sum(each.price_amount for each in awards if each.provider == provider)
        room = terms.budget_amount - sum(each.price_amount for each in awards)
        turns[lot] = Turn(taken, codes, room, math.floor(terms.provider_share * terms.budget_amount) - held)
        awards += [taken] if taken else []
    if to_ask and sum(choice.public_gpus for choice in awards) < terms.minimum_public_gpus:
        awards, turns = [], {lot: turn._replace(taken=None) for lot, turn in turns.items()}
    return awards, to_ask, turns


def _reason(lot: Lot, turn: Turn, prices: dict[str, str], *, asked: bool) -> Reason | None:
    """Why the lot got less than its largest step, with every figure that is told."""
    awarded = turn.taken.servers if turn.taken else 0
    missed = sorted((choice.servers, choice.price_amount, code) for choice, code in turn.codes if choice.servers > awarded)
    if not missed:
        return None
    servers, amount, code = missed[-1]
    if asked or any(each == WAITS for _, _, each in missed):
        code = OPEN if asked else WAITS
    detail = {
        "asked_servers": str(servers),
        "awarded_servers": str(awarded),
        "asked_amount": str(amount),
        "room_amount": str(turn.room_amount),
        "provider_room_amount": str(turn.provider_room_amount),
        "steps": {str(servers): code for servers, _, code in missed},
        **prices,
    }
    return Reason(item="/".join(lot), code=code, detail=detail)


def _code(held: str, lack: str) -> str:
    """Why a step was not taken: a limit of its own, else what it lacks, else an answer: its bidder's, or another's."""
    return lack if lack and held in {"", OPEN} else held or WAITS


def _turns(terms: Terms, models: dict[Lot, str], offered: dict[Lot, Fraction]) -> list[Lot]:
    """Those with fewer lots of their model before them first; in that, the better ranked."""
    rank = {lot: place for place, lot in enumerate(terms.order)}
    dear = math.inf

    def before(one: Lot, two: Lot) -> bool:
        return models[one] == models[two] and (offered.get(one, dear), rank[one]) < (offered.get(two, dear), rank[two])

    return sorted(terms.order, key=lambda lot: (sum(before(other, lot) for other in terms.order), rank[lot]))


def _shortage(terms: Terms, choice: Choice, awards: list[Choice]) -> str:
    """What this step lacks besides those awards: money, or room of its provider."""
    if choice.price_amount > terms.budget_amount - sum(each.price_amount for each in awards):
        return "no_budget_left"
    held = sum(each.price_amount for each in awards if each.provider == choice.provider)
    return "provider_share_reached" if held + choice.price_amount > terms.provider_share * terms.budget_amount else ""


def _steps(terms: Terms, lot: Lot) -> list[Choice]:
    return [choice for key, choice in terms.choices.items() if key[:2] == lot]
