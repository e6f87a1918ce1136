"""Allocation of servers to applications by week: a generalised temporal knapsack problem with a proven optimality gap.

Dual prices for every pool and week give a Lagrangian bound that anyone can recompute; primal heuristics guided by
them give the plan; the plan is placed on named servers, and each refusal states the price and the smallest change that
would have helped. See `dure.formats.stages.allocation` for every definition. The rooms, from the ground up:

`kernels` inner loops on flat arrays · `model` the round and a plan · `bound` dual prices, column generation, branch and
bound · `plan` diving, fix-and-optimise, ruin and recreate · `round` the published methods and the report ·
`intake` and `repair` between rounds.
"""

from collections import Counter

from dure.decisions.allocation.model.problem import pose
from dure.decisions.allocation.plan.search import Effort
from dure.decisions.allocation.round.methods import Progress, default_effort, solve
from dure.decisions.allocation.round.report import report
from dure.formats.stages.allocation import AllocationFacts, AllocationRecommendation, AllocationRules, StoppedAfter

__all__ = ["Effort", "recommend"]


def recommend(
    facts: AllocationFacts, rules: AllocationRules, *, progress: Progress | None = None, effort: Effort | None = None
) -> AllocationRecommendation:
    """Grants on named servers. `progress` receives (stage, figure) and stops the search by returning False."""
    problem = pose(facts, rules)
    effort = effort or default_effort(problem)
    if not problem.pools:
        effort = effort._replace(moves=0)  # there is nowhere to search
    watched = CountedProgress(progress) if progress else None
    solved = solve(problem, effort, progress=watched)
    return report(problem, solved, solved.plans[rules.method], stopped_after=watched.stopped_after if watched else None)


class CountedProgress:
    """Passes reports on and counts them by stage until one returns False; from then on the search is stopped."""

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
