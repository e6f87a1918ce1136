"""Is the plan feasible, is its arithmetic right, and does the claimed bound follow from the prices?

Written from the definitions of the format, with none of the engine's code and without a solver.
"""

from dure.checks.allocation.bound import Arrays
from dure.checks.allocation.capacity import gpu_weeks_in_all, lay_out
from dure.checks.allocation.grants import grant_faults
from dure.checks.allocation.left import what_is_left
from dure.checks.allocation.proof import bound_faults
from dure.checks.allocation.rank import rank_faults
from dure.checks.allocation.reasons import reason_faults
from dure.checks.allocation.sense import refuse_impossible
from dure.checks.allocation.totals import total_faults
from dure.checks.allocation.values import cap_left
from dure.formats.kinds import Fault
from dure.formats.stages.allocation import AllocationFacts, AllocationRecommendation, AllocationRules


def faults(facts: AllocationFacts, rules: AllocationRules, recommendation: AllocationRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation; raises BadInput at facts that mean nothing."""
    refuse_impossible(facts, rules)
    laid = lay_out(facts)
    caps = cap_left(facts, rules, gpu_weeks_in_all(laid))
    arrays = Arrays(facts, rules, laid, caps)
    found = grant_faults(arrays, recommendation)
    if any(fault.code.startswith("unknown_") for fault in found):
        return found
    found += [] if found else rank_faults(arrays, recommendation)
    found += total_faults(arrays, recommendation)
    wrong_bound, at_root = bound_faults(arrays, recommendation)
    return found + wrong_bound + reason_faults(arrays, recommendation, at_root, what_is_left(arrays, recommendation))
