"""Greedy insertion in a given order, a serial schedule generation scheme (Kolisch 1996)."""

from dure.decisions.allocation.bound.subgradient import Priced
from dure.decisions.allocation.kernels.compiling import run
from dure.decisions.allocation.kernels.insertion import COST, TOTAL, construct
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.plan import Plan, empty_plan
from dure.decisions.allocation.model.problem import Problem


def construct_plan(problem: Problem, priced: Priced, order: Integers, *, aim: int, compiled: bool) -> Plan:
    """Go down the order once and give each the best that still fits."""
    state = empty_plan(problem)
    run(construct, problem.tables, priced.state, state, order, aim, compiled=compiled)
    return Plan(state, int(state.sums[TOTAL] - state.sums[COST]))
