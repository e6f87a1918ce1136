"""The official walk: what does each lot get in rank order, and why not more?

With more budget, the first lot in the walk whose award changes gains. (No walk that gives the
better ranked the larger step can promise that nobody after them loses: where A offers 50 or 100
and B 40, a budget of 90 takes A's 50 and B, a budget of 100 takes A's 100 alone.) A second round
"up the steps" would change nothing: each lot chose with all the money that was left at its turn,
less is left later, and no limit moves; so one round is the whole walk.
"""

from collections import Counter

from dure.decisions.portfolio.offers import Limits, Offers, Picks
from dure.decisions.portfolio.sheet import step_taken
from dure.formats.kinds import Reason


def walk(offers: Offers, limits: Limits) -> Picks:
    """The largest step that fits, lot by lot."""
    left, by_provider, picks = limits.budget_amount, Counter[str](), []
    for lot in offers.lots:
        room = min(left, limits.provider_amount - by_provider[lot.provider])
        pick = next((number for number, option in enumerate(lot.options) if option.price_amount <= room), len(lot.options))
        if pick < len(lot.options):
            left -= lot.options[pick].price_amount
            by_provider[lot.provider] += lot.options[pick].price_amount
        picks.append(pick)
    return tuple(picks)


def left_out(offers: Offers, limits: Limits, picks: Picks, *, rank_walk: bool) -> tuple[Reason, ...]:
    """One reason per lot that got less than its largest step, named after the obstacle of that step.

    `steps` tells the obstacle of each step larger than what was awarded; `room_amount` is the money
    left, and `provider_room_amount` what the provider might still get, at the lot's turn.
    """
    left, by_provider, reasons = limits.budget_amount, Counter[str](), []
    if not rank_walk:  # the whole portfolio was chosen at once: room is what it leaves
        for lot, pick in zip(offers.lots, picks, strict=True):
            if option := step_taken(lot, pick):
                left -= option.price_amount
                by_provider[lot.provider] += option.price_amount
    for lot, pick in zip(offers.lots, picks, strict=True):
        taken = step_taken(lot, pick)
        own = taken.price_amount if taken and not rank_walk else 0
        room, provider_room = left + own, limits.provider_amount - by_provider[lot.provider] + own
        missed = {
            servers: lot.obstacles.get(servers) or shortage(price, room, provider_room)
            for servers, price in lot.prices.items()
            if servers > (taken.servers if taken else 0)
        }
        if missed:
            largest = max(missed)
            detail = {
                "asked_servers": str(largest),
                "awarded_servers": str(taken.servers if taken else 0),
                "asked_amount": str(lot.prices[largest]),
                "room_amount": str(room),
                "provider_room_amount": str(provider_room),
                "steps": {str(servers): code for servers, code in missed.items()},
            }
            reasons.append(Reason(item=lot.key, code=missed[largest], detail=detail))
        if taken and rank_walk:
            left -= taken.price_amount
            by_provider[lot.provider] += taken.price_amount
    return tuple(reasons)


def shortage(price_amount: int, room_amount: int, provider_room_amount: int) -> str:
    """Why a step that may be taken was not: what is lacking at its turn."""
    if price_amount > room_amount:
        return "no_budget_left"
    if price_amount > provider_room_amount:
        return "provider_share_reached"
    return "other_portfolio_better"
