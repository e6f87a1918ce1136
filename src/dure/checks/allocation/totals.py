"""Do objective, gap, use of the shares, idle GPU-weeks and the figures of the placement follow from the grants?"""

from fractions import Fraction

from dure.checks.allocation.bound import Arena
from dure.checks.allocation.capacity import sum_by_pod
from dure.checks.allocation.values import cost_of_shares, leased_gpu_weeks
from dure.formats.kinds import Fault, decimal_text
from dure.formats.stages.allocation import AllocationRecommendation

METHODS = {"best_value", "by_rank", "by_rank_with_best_start"}


def total_faults(arena: Arena, recommendation: AllocationRecommendation) -> list[Fault]:
    """Each figure recomputed; the one claimed and the right one."""
    facts, rules = arena.facts, arena.rules
    sector_of = {application.id: application.sector for application in facts.applications}
    used = leased_gpu_weeks(facts)
    free = {pool: laid.free.copy() for pool, laid in arena.laid.items()}
    cross = 0
    for grant in recommendation.grants:
        laid = arena.laid[grant.pool]
        rows = [laid.place[name] for name in grant.servers]
        end = min(grant.to_week, facts.weeks)
        free[grant.pool][rows, grant.from_week : end] = False
        used[sector_of[grant.application]] += laid.pool.gpus_per_server * len(rows) * max(0, end - grant.from_week)
        cross += len({laid.pod_of[row] for row in rows}) > 1
    objective = sum(grant.value for grant in recommendation.grants) - cost_of_shares(facts, rules, used)
    idle = sum(int(free[pool].sum()) * laid.pool.gpus_per_server for pool, laid in arena.laid.items())
    block = 0
    for pool, laid in arena.laid.items():
        block = max(block, int(sum_by_pod(laid, free[pool]).max(initial=0)))
    right = {
        "method": rules.method,
        "objective": objective,
        "sector_use": used,
        "idle_gpu_weeks": idle,
        "gap": _gap(recommendation.objective, recommendation.bound),
        "placement.cross_pod_grants": cross,
        "placement.largest_free_block": block,
        "other_methods": sorted(METHODS - {rules.method}),
    }
    claimed = {
        **{name: getattr(recommendation, name) for name in ("method", "objective", "sector_use", "idle_gpu_weeks", "gap")},
        "placement.cross_pod_grants": recommendation.placement.cross_pod_grants,
        "placement.largest_free_block": recommendation.placement.largest_free_block,
        "other_methods": sorted(recommendation.other_methods),
    }
    found = [
        Fault(code=f"wrong_{name.rpartition('.')[2]}", where=f"$.{name}", message=f"is {right[name]}, not {claimed[name]}.")
        for name in right
        if right[name] != claimed[name]
    ]
    return found + _against_bound(recommendation)


def _gap(objective: int, bound: int) -> str:
    if bound <= 0:
        return "0" if objective >= bound else "1"
    return decimal_text(min(Fraction(1), Fraction(bound - objective, bound)), 6)


def _against_bound(recommendation: AllocationRecommendation) -> list[Fault]:
    """No plan lies above the bound, and best_value not below what another method gave."""
    found = []
    results = {name: result.objective for name, result in recommendation.other_methods.items()}
    results[recommendation.method] = recommendation.objective
    for name, objective in sorted(results.items()):
        if objective > recommendation.bound:
            message = f"{name} gives {objective}, more than the bound {recommendation.bound}."
            found.append(Fault(code="above_the_bound", where="$.bound", message=message))
        if objective > results.get("best_value", objective):
            message = f"{name} gives {objective}, best_value only {results['best_value']}."
            found.append(Fault(code="not_the_best_method", where="$.objective", message=message))
    return found
