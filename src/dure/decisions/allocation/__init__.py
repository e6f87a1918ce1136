"""Who gets which servers, when, and how far is that from the best that is provably possible?

Prices for every pool and week give a bound that anyone can recompute; a search guided by them gives the
plan; the plan is placed on named servers, and whoever is refused hears the price, and what would have
helped. See `dure.formats.stages.allocation` for every definition.
"""

from collections import Counter
from fractions import Fraction

from dure.decisions.allocation.carry import balances
from dure.decisions.allocation.explain import explain
from dure.decisions.allocation.methods import (
    Progress,
    Solved,
    default_effort,
    idle_gpu_weeks,
    method_results,
    sector_use,
    solve,
)
from dure.decisions.allocation.place import place
from dure.decisions.allocation.plan import Effort, Plan
from dure.decisions.allocation.prices import Priced
from dure.decisions.allocation.problem import Problem, pose
from dure.formats.kinds import decimal_text
from dure.formats.stages.allocation import (
    AllocationFacts,
    AllocationRecommendation,
    AllocationRules,
    Branch,
    Certificate,
    Grant,
    Placement,
    Prices,
    StoppedAfter,
)

__all__ = ["Effort", "recommend"]
GAP_DECIMALS = 6


def recommend(
    facts: AllocationFacts, rules: AllocationRules, *, progress: Progress | None = None, effort: Effort | None = None
) -> AllocationRecommendation:
    """Grants on named servers. `progress` hears (stage, figure) and stops the search by answering False."""
    problem = pose(facts, rules)
    effort = effort or default_effort(problem)
    if not problem.pools:
        effort = effort._replace(moves=0)  # there is nowhere to search
    watched = Watched(progress) if progress else None
    solved = solve(problem, effort, progress=watched)
    return report(problem, solved, solved.plans[rules.method], stopped_after=watched.stopped_after if watched else None)


class Watched:
    """Passes reports on and counts them by stage until one is answered by False; from then on the search is stopped."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.reports: Counter[str] = Counter()
        self.stopped_after: StoppedAfter | None = None

    def __call__(self, stage: str, figure: int) -> bool:
        """One report; whether the search goes on."""
        if self.stopped_after is None:
            self.reports[stage] += 1
            if not self.progress(stage, figure):
                self.stopped_after = StoppedAfter(stage=stage, reports=self.reports[stage])
        return self.stopped_after is None


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
