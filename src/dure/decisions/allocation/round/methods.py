"""The published methods and the plan that each of them makes.

`by_rank`: in order of score, the full size at the earliest start that is free, as committees do.
`by_rank_with_best_start`: in order of score, of all options that still fit the one worth most.
`best_value`: the plan of the largest objective that the search finds, compared with both of these.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.bound.branch_and_bound import Proof, nodes_for, prove
from dure.decisions.allocation.bound.column_generation import generate_columns
from dure.decisions.allocation.bound.subgradient import Priced, price
from dure.decisions.allocation.kernels.insertion import EARLIEST, VALUE
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.plan import Plan, empty_plan
from dure.decisions.allocation.model.problem import MICRO, Problem
from dure.decisions.allocation.plan.greedy import construct_plan
from dure.decisions.allocation.plan.search import Effort, search_plan
from dure.decisions.allocation.round.enumeration import MOST_COMBINATIONS, best_of_all, combinations
from dure.decisions.allocation.round.tie_break import settle_ties
from dure.formats.kinds import exact
from dure.formats.stages.allocation import MethodResult

METHODS = ("best_value", "by_rank", "by_rank_with_best_start")
MOST_PLAIN = 600  # applications: beyond it compiling pays, even where nothing is compiled yet
EFFORTS = (  # up to so many applications: steps of the prices, windows of fix-and-optimise
    (50, 100, 5),
    (300, 100, 150),
    (700, 100, 450),
    (2_000, 100, 100),
    (6_000, 50, 20),
    (50_000, 150, 0),
    (1 << 60, 60, 0),
)
NATIONAL = 50_000
Progress = Callable[[str, int], bool]


class Solved(NamedTuple):
    """Prices with their bound, and the plan of every method."""

    priced: Priced
    plans: dict[str, Plan]
    proof: Proof | None = None

    @property
    def bound(self) -> int:
        """In milli-points; no plan exceeds it."""
        return min(self.priced.bound, self.proof.bound if self.proof else self.priced.bound) // MICRO


def default_effort(problem: Problem) -> Effort:
    """Steps by the size of the round."""
    items = len(problem.applications)
    steps, windows = next((steps, windows) for most, steps, windows in EFFORTS if items <= most)
    moves = min(20_000, 4 * items + 300) if items <= NATIONAL else 4_000
    return Effort(steps, moves, items > MOST_PLAIN, windows)


def solve(problem: Problem, effort: Effort, *, progress: Progress | None = None) -> Solved:
    """Prices, then a plan by every method; best_value is never below the others."""

    def reporter(stage: str) -> Callable[[int], bool] | None:
        return None if progress is None else lambda figure: progress(stage, figure)

    priced = price(problem, steps=effort.price_steps, compiled=effort.compiled, progress=reporter("prices"))
    priced, root = generate_columns(problem, priced, empty_plan(problem), report=reporter("prices"), compiled=effort.compiled)
    rank = by_score(problem)
    plans = {
        "by_rank": construct_plan(problem, priced, rank, aim=EARLIEST, compiled=effort.compiled),
        "by_rank_with_best_start": construct_plan(problem, priced, rank, aim=VALUE, compiled=effort.compiled),
    }
    found = search_plan(problem, priced, root, effort, report=reporter("plan"))
    best = max(found, plans["by_rank_with_best_start"], plans["by_rank"], key=lambda plan: plan.objective)
    if combinations(problem) <= MOST_COMBINATIONS:
        best = best_of_all(problem, best)
    plans["best_value"] = settle_ties(problem, best)
    proof = prove(problem, priced, best, most_nodes=nodes_for(len(problem.applications)))
    return Solved(priced, plans, proof)


def by_score(problem: Problem) -> Integers:
    """Applications by falling score, equal ones in the published order."""
    scores = [exact(application.score) for application in problem.applications]
    return np.array(sorted(range(len(scores)), key=lambda item: (-scores[item], item)), dtype=np.int64)


def idle_gpu_weeks(problem: Problem, plan: Plan) -> int:
    """GPU-weeks in service that nobody has."""
    t = problem.tables
    cells = plan.state.free.reshape(-1, t.weeks).sum(axis=1)
    pool_of_cell = np.repeat(np.arange(len(problem.pools)), np.diff(t.cell_at))
    return int((cells * t.pool_gpus[pool_of_cell]).sum()) if len(cells) else 0


def sector_use(problem: Problem, plan: Plan) -> dict[str, int]:
    """GPU-weeks by sector, leases included."""
    return {sector.id: int(plan.state.sector_used[n]) - sector.owed for n, sector in enumerate(problem.sectors)}


def method_results(problem: Problem, solved: Solved, *, but: str) -> dict[str, MethodResult]:
    """What each other method would have given."""
    return {
        method: MethodResult(
            objective=plan.objective,
            served=plan.served,
            idle_gpu_weeks=idle_gpu_weeks(problem, plan),
            sector_use=sector_use(problem, plan),
        )
        for method, plan in sorted(solved.plans.items())
        if method != but
    }
