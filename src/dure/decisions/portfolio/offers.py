"""What may be taken of each lot: its steps in order of size, and why a step may not be taken at all."""

from fractions import Fraction
from math import lcm
from typing import NamedTuple

from dure.formats.errors import BadInput
from dure.formats.kinds import Date, exact
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.portfolio import Lot, PortfolioFacts, PortfolioRules, RankedProposal, Step


class Option(NamedTuple):
    """One step: `value` and `compute` are whole numbers of the offers' units."""

    servers: int
    own_use_servers: int
    price_amount: int
    gpus: int
    public_gpus: int
    value: int
    compute: int


class Offer(NamedTuple):
    """One lot: the steps that may be taken, largest first, and the others' obstacle by servers."""

    proposal: str
    lot: str
    provider: str
    service_on: Date
    options: tuple[Option, ...]
    obstacles: dict[int, str]
    prices: dict[int, int]

    @property
    def key(self) -> str:
        return f"{self.proposal}/{self.lot}"


class Offers(NamedTuple):
    """All lots in the order of the walk; the objective is value / value_unit, compute alike."""

    lots: tuple[Offer, ...]
    value_unit: int
    compute_unit: int


class Limits(NamedTuple):
    """What a whole portfolio must keep."""

    budget_amount: int
    provider_amount: int
    minimum_public_gpus: int


# One entry per lot, in the order of the walk: which of its options is taken, counted from the
# largest; the number of options when none is. The smaller of two tuples favours the better ranked.
Picks = tuple[int, ...]


def open_offers(facts: PortfolioFacts, rules: PortfolioRules) -> Offers:
    """Check the facts and put the lots in the order of the walk: participants first if so ruled, rank, id of the lot."""
    _refuse_nonsense(facts)
    compute = {name: exact(model.relative_compute) for name, model in facts.gpu_models.items()}
    compute_unit = lcm(*(each.denominator for each in compute.values()))
    weights = {proposal.id: exact(proposal.score) / 100 for proposal in facts.proposals}
    value_unit = compute_unit * lcm(*(weight.denominator for weight in weights.values()))
    ordered = sorted(facts.proposals, key=lambda each: (rules.spc_first and not each.spc_participant, each.rank))
    return Offers(
        tuple(
            _offer(proposal, lot, rules, per_gpu=(weights[proposal.id] * value_unit, compute[lot.gpu_model], compute_unit))
            for proposal in ordered
            for lot in sorted(proposal.lots, key=lambda each: each.id)
        ),
        value_unit,
        compute_unit,
    )


def _offer(proposal: RankedProposal, lot: Lot, rules: PortfolioRules, *, per_gpu: tuple[Fraction, Fraction, int]) -> Offer:
    weight, compute, unit = per_gpu
    steps = sorted(lot.steps, key=lambda step: -step.servers)
    obstacles = {step.servers: code for step in steps if (code := _obstacle(lot, step, rules, largest=step is steps[0]))}
    options = []
    for step in steps:
        public = (step.servers - step.own_use_servers) * lot.gpus_per_server
        if step.servers not in obstacles:
            options.append(
                Option(
                    servers=step.servers,
                    own_use_servers=step.own_use_servers,
                    price_amount=step.price_amount,
                    gpus=step.servers * lot.gpus_per_server,
                    public_gpus=public,
                    value=int(public * compute * weight),
                    compute=int(public * compute * unit),
                )
            )
    prices = {step.servers: step.price_amount for step in steps}
    return Offer(proposal.id, lot.id, proposal.provider, lot.service_on, tuple(options), obstacles, prices)


def _obstacle(lot: Lot, step: Step, rules: PortfolioRules, *, largest: bool) -> str:
    """The limit that this step breaks whatever else is taken."""
    public = step.servers - step.own_use_servers
    clusters = [public, *(lot.cluster_sizes if largest else ())]
    if lot.declined:
        return "declined"
    if step.own_use_servers > exact(rules.own_use_ceiling) * step.servers:
        return "own_use_above_ceiling"
    if min(clusters) < rules.minimum_cluster_servers:
        return "cluster_below_minimum"
    return ""


def _refuse_nonsense(facts: PortfolioFacts) -> None:
    require_unique((proposal.id for proposal in facts.proposals), where="$.proposals")
    require_unique((str(proposal.rank) for proposal in facts.proposals), where="$.proposals (ranks)")
    for proposal in facts.proposals:
        where = f"$.proposals ({proposal.id})"
        require_unique((lot.id for lot in proposal.lots), where=f"{where}.lots")
        require_known((lot.gpu_model for lot in proposal.lots), facts.gpu_models, where=f"{where}.lots")
        for lot in proposal.lots:
            require_unique((str(step.servers) for step in lot.steps), where=f"{where}, steps of lot {lot.id}")
            for step in lot.steps:
                if step.own_use_servers > step.servers:
                    raise BadInput(
                        f"lot {lot.id!r} has a step of {step.servers} servers with {step.own_use_servers} for own use.",
                        where=where,
                        todo="Own use is a part of the step's servers.",
                    )
