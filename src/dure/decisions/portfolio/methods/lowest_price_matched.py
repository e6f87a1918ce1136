"""Awards at the lowest price: it is found model by model, and the other bidders are asked to match it.

1. The lowest price of a model is the least price of a GPU, price / (servers x GPUs per server), over all steps that may
   be taken, and any found before. 2. Steps at that price stand. Of every other lot the bidder is asked whether it
   supplies it at the lowest price; a lot that is matched costs, in each step, the lowest price x GPUs, rounded down to
   a whole smallest unit. 3. Turns: the cheapest lot of each model, then the second of each, and so on; lots of one
   price, and turns of several models, by rank. At its turn a lot gets its largest step that fits budget and limits.
4. An answer that is not known is never assumed. From the first lot on whose answer would change its step nothing more
   is awarded: what follows waits, and whoever could still get something is asked.

After the empanelment of the IndiaAI mission in 2024 and 2025: L1 rates by category, which the other bidders were asked to match.
"""

from collections import Counter, defaultdict
from fractions import Fraction
from typing import Any, NamedTuple

from dure.decisions.portfolio.methods.rank_walk import shortage
from dure.decisions.portfolio.methods.terms import Awarded, Terms
from dure.decisions.portfolio.offers import Limits, Offer, Offers, Picks
from dure.decisions.portfolio.sheet import step_taken, totals
from dure.formats.kinds import Reason, exact, exact_text
from dure.formats.stages.portfolio import PortfolioFacts, RankedLot, ToAsk

NOT_ASKED, REFUSED, WAITS = "not_asked", "match_declined", "waits_for_answers"


class Turn(NamedTuple):
    """One lot when it is looked at: the money there is, its step, and whether an answer decides about it."""

    room_amount: int
    provider_room_amount: int
    pick: int
    asked: bool
    waits: bool


def open_at_lowest(facts: PortfolioFacts, offers: Offers) -> Terms:
    """Each lot at the lowest price of its model where that is its own or has been matched; other steps are held back."""
    lots = {(proposal.id, lot.id): lot for proposal in facts.proposals for lot in proposal.lots}
    told = [lots[each.proposal, each.lot] for each in offers.lots]
    offered = tuple(min((Fraction(o.price_amount, o.gpus) for o in each.options), default=None) for each in offers.lots)
    lowest = {name: exact(model.lowest_price) for name, model in facts.gpu_models.items() if model.lowest_price is not None}
    for lot, price in zip(told, offered, strict=True):
        if price is not None:
            lowest[lot.gpu_model] = min(price, lowest.get(lot.gpu_model, price))
    return Terms(
        offers._replace(
            lots=tuple(
                _at_lowest(each, lot, lowest[lot.gpu_model]) if each.options else each
                for each, lot in zip(offers.lots, told, strict=True)
            )
        ),
        turns=_turns(told, offered),
        models=tuple(lot.gpu_model for lot in told),
        lowest=dict(sorted(lowest.items())),
        offered=offered,
    )


def award(terms: Terms, limits: Limits) -> Awarded:
    """The awards that no answer still open can change, and whom to ask."""
    turns = _walk(terms, limits)
    picks = tuple(turns[place].pick for place in range(len(turns)))
    asked = any(turn.asked for turn in turns.values())
    if asked and totals(terms.offers, picks).public_gpus < limits.minimum_public_gpus:
        picks = tuple(len(lot.options) for lot in terms.offers.lots)  # the answers may bring the minimum
        turns = {place: turn._replace(waits=turn.waits or not turn.asked) for place, turn in turns.items()}
    return Awarded(
        picks,
        tuple(reason for place in range(len(picks)) if (reason := _reason(terms, place, turns[place], picks))),
        tuple(_to_ask(terms, place) for place in terms.turns if turns[place].asked),
        {model: exact_text(price) for model, price in (terms.lowest or {}).items()},
    )


def _at_lowest(lot: Offer, told: RankedLot, lowest: Fraction) -> Offer:
    options, obstacles, prices = [], dict(lot.obstacles), dict(lot.prices)
    for option in lot.options:
        matched = option.gpus * lowest
        if matched == option.price_amount:
            options.append(option)
            continue
        if told.matches_lowest is not False:
            prices[option.servers] = matched.numerator // matched.denominator
        if told.matches_lowest:
            options.append(option._replace(price_amount=prices[option.servers]))
        else:
            obstacles[option.servers] = NOT_ASKED if told.matches_lowest is None else REFUSED
    return lot._replace(options=tuple(options), obstacles=obstacles, prices=prices)


def _turns(lots: list[RankedLot], offered: tuple[Fraction | None, ...]) -> tuple[int, ...]:
    """Places of the lots in the order of their turns. A lot of which nothing may be taken comes last of its model."""
    by_model: dict[str, list[int]] = defaultdict(list)
    for place, lot in enumerate(lots):
        by_model[lot.gpu_model].append(place)
    turn = {}
    for places in by_model.values():
        places.sort(key=lambda place: (offered[place] is None, offered[place] or 0, place))
        turn.update({place: number for number, place in enumerate(places)})
    return tuple(sorted(turn, key=lambda place: (turn[place], place)))


def _walk(terms: Terms, limits: Limits) -> dict[int, Turn]:
    """Each lot at its turn; once an answer is open, money is no longer spent, and what is left is the most there can be."""
    left, by_provider, turns, is_open = limits.budget_amount, Counter[str](), {}, False
    for place in terms.turns:
        lot = terms.offers.lots[place]
        provider_room = limits.provider_amount - by_provider[lot.provider]
        room = min(left, provider_room)
        none = len(lot.options)
        pick = next((number for number, option in enumerate(lot.options) if option.price_amount <= room), none)
        sure = lot.options[pick].servers if pick < none else 0
        held = [servers for servers, code in lot.obstacles.items() if code == NOT_ASKED and lot.prices[servers] <= room]
        asked = max(held, default=0) > sure
        is_open = is_open or asked
        turns[place] = Turn(left, provider_room, none if is_open else pick, asked, waits=is_open and not asked and sure > 0)
        if taken := step_taken(lot, turns[place].pick):
            left -= taken.price_amount
            by_provider[lot.provider] += taken.price_amount
    return turns


def _reason(terms: Terms, place: int, turn: Turn, picks: Picks) -> Reason | None:
    """Why the lot got less than its largest step: the answer that decides about it, else that step's obstacle."""
    lot = terms.offers.lots[place]
    taken = step_taken(lot, picks[place])
    missed = {
        servers: _missed(lot, servers, price, turn)
        for servers, price in lot.prices.items()
        if servers > (taken.servers if taken else 0)
    }
    if not missed:
        return None
    largest = max(missed)
    detail: dict[str, Any] = {
        "asked_servers": str(largest),
        "awarded_servers": str(taken.servers if taken else 0),
        "asked_amount": str(lot.prices[largest]),
        "room_amount": str(turn.room_amount),
        "provider_room_amount": str(turn.provider_room_amount),
        "steps": {str(servers): code for servers, code in missed.items()},
    }
    if (offered := terms.offered[place]) is not None and terms.lowest is not None:
        detail |= {"offered_price": exact_text(offered), "lowest_price": exact_text(terms.lowest[terms.models[place]])}
    code = NOT_ASKED if turn.asked else WAITS if turn.waits and WAITS in missed.values() else missed[largest]
    return Reason(item=lot.key, code=code, detail=detail)


def _missed(lot: Offer, servers: int, price_amount: int, turn: Turn) -> str:
    code = lot.obstacles.get(servers, "")
    if code and code != NOT_ASKED:
        return code
    if price_amount > min(turn.room_amount, turn.provider_room_amount):
        return shortage(price_amount, turn.room_amount, turn.provider_room_amount)
    return code or WAITS


def _to_ask(terms: Terms, place: int) -> ToAsk:
    lot, offered = terms.offers.lots[place], terms.offered[place]
    if offered is None or terms.lowest is None:  # nobody is asked about a lot of which nothing may be taken
        raise AssertionError
    return ToAsk(
        proposal=lot.proposal,
        lot=lot.lot,
        offered_price=exact_text(offered),
        lowest_price=exact_text(terms.lowest[terms.models[place]]),
    )
