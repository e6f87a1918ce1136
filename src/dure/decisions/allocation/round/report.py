"""The recommendation of a solved round: grants on named servers, dual prices and proof tree as certificate, reasons."""

from fractions import Fraction

from dure.decisions.allocation.bound.subgradient import Priced
from dure.decisions.allocation.model.plan import Plan
from dure.decisions.allocation.model.problem import Problem
from dure.decisions.allocation.round.methods import (
    Solved,
    idle_gpu_weeks,
    method_results,
    sector_use,
)
from dure.decisions.allocation.round.placement import place
from dure.decisions.allocation.round.reasons import explain
from dure.decisions.allocation.round.sector_balance import balances
from dure.formats.kinds import decimal_text
from dure.formats.stages.allocation import (
    AllocationRecommendation,
    Branch,
    Certificate,
    Grant,
    Placement,
    Prices,
    StoppedAfter,
)

GAP_DECIMALS = 6


def report(
    problem: Problem, solved: Solved, plan: Plan, *, stopped_after: StoppedAfter | None = None
) -> AllocationRecommendation:
    """The recommendation in the terms of the file."""
    method, bound = problem.rules.method, solved.bound
    placed = place(problem, plan.state)
    used = sector_use(problem, plan)
    return AllocationRecommendation(
        method=method,
        grants=_grants(problem, plan, placed.servers),
        objective=plan.objective,
        bound=bound,
        gap=gap_text(plan.objective, bound),
        sector_use=used,
        sector_balance=balances(problem.sectors, used),
        certificate=_certificate(problem, solved),
        placement=Placement(cross_pod_grants=placed.cross_pod_grants, largest_free_block=placed.largest_free_block),
        other_methods=method_results(problem, solved, but=method),
        idle_gpu_weeks=idle_gpu_weeks(problem, plan),
        reasons=explain(problem, solved, plan, method=method),
        stopped_after=stopped_after,
    )


def gap_text(objective: int, bound: int) -> str:
    """(bound - objective) / bound; where the bound is not positive, 0 if it is met and else 1."""
    if bound <= 0:
        return "0" if objective >= bound else "1"
    return decimal_text(min(Fraction(1), Fraction(bound - objective, bound)), GAP_DECIMALS)


def _grants(problem: Problem, plan: Plan, servers: dict[int, tuple[str, ...]]) -> tuple[Grant, ...]:
    grants = []
    for item, names in servers.items():
        application, start = problem.applications[item], int(plan.state.start[item])
        grants.append(
            Grant(
                application=application.id,
                pool=problem.pools[int(plan.state.pool[item])].pool.id,
                servers=names,
                from_week=start,
                to_week=start + application.weeks,
                value=int(plan.state.value[item]),
            )
        )
    return tuple(sorted(grants, key=lambda grant: grant.application))


def _certificate(problem: Problem, solved: Solved) -> Certificate:
    root = _prices(problem, solved.priced)
    branches: list[Branch] = []
    leaves: list[Prices] = []
    for node in solved.proof.nodes if solved.proof else ():
        if node.item >= 0:
            application = problem.applications[node.item].id
            branches.append(Branch(application=application, kind=node.kind, at=node.at, below=node.below))  # type: ignore[arg-type]
        else:
            branches.append(Branch(kind="leaf", prices=len(leaves)))
            leaves.append(_prices(problem, node.priced))
    return Certificate(
        prices=root.prices,
        share_prices=root.share_prices,
        cap_prices=root.cap_prices,
        branches=tuple(branches),
        leaf_prices=tuple(leaves),
    )


def _prices(problem: Problem, priced: Priced) -> Prices:
    weeks = problem.tables.weeks
    return Prices(
        prices={
            key: tuple(int(price) for price in priced.rows[row * weeks : (row + 1) * weeks]) for key, row in problem.row_keys
        },
        share_prices={sector.id: int(priced.share[n]) for n, sector in enumerate(problem.sectors) if priced.share[n]},
        cap_prices={name: int(priced.cap[n]) for n, name in enumerate(problem.organisations) if priced.cap[n]},
    )
