"""Do objective, gap, use of the shares, idle GPU-weeks and the figures of the placement follow from the grants?"""

from fractions import Fraction

from dure.checks.allocation.bound import Arrays
from dure.checks.allocation.capacity import sum_by_pod
from dure.checks.allocation.values import balances, cost_of_shares, leased_gpu_weeks
from dure.formats.kinds import Fault, decimal_text
from dure.formats.stages.allocation import AllocationRecommendation

METHODS = {"best_value", "by_rank", "by_rank_with_best_start"}


def total_faults(arrays: Arrays, recommendation: AllocationRecommendation) -> list[Fault]:
    """Each figure recomputed; the one claimed and the right one."""
    facts, rules = arrays.facts, arrays.rules
    sector_of = {application.id: application.sector for application in facts.applications}
    used = leased_gpu_weeks(facts)
    free = {pool: laid.free.copy() for pool, laid in arrays.laid.items()}
    cross = 0
    for grant in recommendation.grants:
        laid = arrays.laid[grant.pool]
        rows = [laid.place[name] for name in grant.servers]
        end = min(grant.to_week, facts.weeks)
        free[grant.pool][rows, grant.from_week : end] = False
        used[sector_of[grant.application]] += laid.pool.gpus_per_server * len(rows) * max(0, end - grant.from_week)
        cross += len({laid.pod_of[row] for row in rows}) > 1
    objective = sum(grant.value for grant in recommendation.grants) - cost_of_shares(facts, rules, used)
    idle = sum(int(free[pool].sum()) * laid.pool.gpus_per_server for pool, laid in arrays.laid.items())
    block = 0
    for pool, laid in arrays.laid.items():
        block = max(block, int(sum_by_pod(laid, free[pool]).max(initial=0)))
    right = {
        "method": rules.method,
        "objective": objective,
        "sector_use": used,
        "sector_balance": balances(facts, used),
        "idle_gpu_weeks": idle,
        "gap": _gap(recommendation.objective, recommendation.bound),
        "placement.cross_pod_grants": cross,
        "placement.largest_free_block": block,
        "other_methods": sorted(METHODS - {rules.method}),
    }
    claimed = {
        **{
            name: getattr(recommendation, name)
            for name in ("method", "objective", "sector_use", "sector_balance", "idle_gpu_weeks", "gap")
        },
        "placement.cross_pod_grants": recommendation.placement.cross_pod_grants,
        "placement.largest_free_block": recommendation.placement.largest_free_block,
        "other_methods": sorted(recommendation.other_methods),
    }
    found = [
        Fault(code=f"wrong_{name.rpartition('.')[2]}", where=f"$.{name}", message=f"is {right[name]}, not {claimed[name]}.")
        for name in right
        if right[name] != claimed[name]
    ]
    return found + _against_bound(recommendation) + _other_methods(arrays, recommendation, gpu_weeks=idle + sum(used.values()))


def _gap(objective: int, bound: int) -> str:
    if bound <= 0:
        return "0" if objective >= bound else "1"
    return decimal_text(min(Fraction(1), Fraction(bound - objective, bound)), 6)


def _against_bound(recommendation: AllocationRecommendation) -> list[Fault]:
    """No plan exceeds the bound, and best_value is not below the result of another method."""
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


def _other_methods(arrays: Arrays, recommendation: AllocationRecommendation, *, gpu_weeks: int) -> list[Fault]:
    """As far as it can be told without their grants: is the use of the shares one that a plan could have?

    What a method uses and leaves idle is together what every plan has, no sector has less than its leases, nobody is
    served with nothing or by nobody, and the values that it claims, its objective and what its shares cost, are not below zero.
    """
    facts, leased, found = arrays.facts, leased_gpu_weeks(arrays.facts), []
    for name, result in sorted(recommendation.other_methods.items()):
        use, wrong = result.sector_use, ""
        if set(use) != set(leased):
            wrong = f"is of the sectors {sorted(use)}, not {sorted(leased)}."
        elif short := sorted(sector for sector in leased if use[sector] < leased[sector]):
            wrong = f"gives {short[0]} {use[short[0]]} GPU-weeks, less than it has leased already ({leased[short[0]]})."
        elif sum(use.values()) + result.idle_gpu_weeks != gpu_weeks:
            wrong = f"is {sum(use.values())} GPU-weeks with {result.idle_gpu_weeks} idle, not {gpu_weeks} together."
        elif (sum(use.values()) > sum(leased.values())) != (result.served > 0):
            wrong = f"is {sum(use.values()) - sum(leased.values())} GPU-weeks beyond the leases for {result.served} served."
        elif result.objective + cost_of_shares(facts, arrays.rules, use) < 0:
            wrong = f"costs less than the objective {result.objective} is below zero."
        if wrong:
            found.append(Fault(code="wrong_method_use", where=f"$.other_methods.{name}.sector_use", message=wrong))
    return found
