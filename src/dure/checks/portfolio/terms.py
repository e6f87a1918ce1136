"""The offered steps by proposal, lot and servers, and the rank walk once more, straight from the facts."""

import datetime as dt
import math
from collections import Counter
from fractions import Fraction
from typing import NamedTuple

from dure.formats.stages.portfolio import PortfolioFacts, PortfolioRules


class Choice(NamedTuple):
    """One offered step with what it gives; `value` is the objective's exact part."""

    proposal: str
    lot: str
    servers: int
    provider: str
    price_amount: int
    own_use_servers: int
    gpus: int
    public_gpus: int
    compute: Fraction
    value: Fraction
    service_on: dt.date
    declined: bool
    smallest_cluster: int
    held: str = ""


class Terms(NamedTuple):
    """Steps, lots in the order of the walk, and the limits."""

    choices: dict[tuple[str, str, int], Choice]
    order: list[tuple[str, str]]
    budget_amount: int
    minimum_public_gpus: int
    provider_share: Fraction
    own_use_ceiling: Fraction
    rules: PortfolioRules


def terms_of(facts: PortfolioFacts, rules: PortfolioRules) -> Terms:
    """Everything that the checks compare with."""
    choices, order = {}, []
    for proposal in facts.proposals:
        for lot in proposal.lots:
            order.append((rules.spc_first and not proposal.spc_participant, proposal.rank, lot.id, proposal.id))
            largest = max((step.servers for step in lot.steps), default=0)
            compute = Fraction(facts.gpu_models[lot.gpu_model].relative_compute) * lot.gpus_per_server
            for step in lot.steps:
                public = step.servers - step.own_use_servers
                choices[proposal.id, lot.id, step.servers] = Choice(
                    proposal=proposal.id,
                    lot=lot.id,
                    servers=step.servers,
                    provider=proposal.provider,
                    price_amount=step.price_amount,
                    own_use_servers=step.own_use_servers,
                    gpus=step.servers * lot.gpus_per_server,
                    public_gpus=public * lot.gpus_per_server,
                    compute=public * compute,
                    value=public * compute * Fraction(proposal.score) / 100,
                    service_on=lot.service_on,
                    declined=lot.declined,
                    smallest_cluster=min((public, *lot.cluster_sizes)) if step.servers == largest else public,
                )
    return Terms(
        choices=choices,
        order=[(proposal, lot) for _, _, lot, proposal in sorted(order)],
        budget_amount=facts.budget_amount,
        minimum_public_gpus=rules.minimum_public_gpus,
        provider_share=Fraction(rules.largest_provider_share),
        own_use_ceiling=Fraction(rules.own_use_ceiling),
        rules=rules,
    )


def obstacle(terms: Terms, choice: Choice) -> str:
    """The limit that this step breaks whatever else is awarded."""
    if choice.declined:
        return "declined"
    if Fraction(choice.own_use_servers, choice.servers) > terms.own_use_ceiling:
        return "own_use_above_ceiling"
    if choice.smallest_cluster < terms.rules.minimum_cluster_servers:
        return "cluster_below_minimum"
    return choice.held


def walk_again(terms: Terms) -> list[Choice]:
    """In rank order, of the steps that fit, the largest."""
    taken: list[Choice] = []
    spent: Counter[str] = Counter()
    for lot in terms.order:
        fitting = [
            choice
            for key, choice in terms.choices.items()
            if key[:2] == lot
            and not obstacle(terms, choice)
            and sum(spent.values()) + choice.price_amount <= terms.budget_amount
            and spent[choice.provider] + choice.price_amount <= terms.provider_share * terms.budget_amount
        ]
        if fitting:
            taken.append(max(fitting, key=lambda choice: choice.servers))
            spent[taken[-1].provider] += taken[-1].price_amount
    return taken


def printed(value: Fraction) -> str:
    """Six decimals, half up."""
    millionths = math.floor(value * 1_000_000 + Fraction(1, 2))
    return f"{millionths // 1_000_000}.{millionths % 1_000_000:06d}"
