"""The pricing problem of column generation (Dantzig and Wolfe 1960): options of small or negative reduced cost."""

import numpy as np

from dure.decisions.allocation.bound.aggregation import rows_of
from dure.decisions.allocation.bound.subgradient import Priced, tax_of
from dure.decisions.allocation.kernels.compiling import run
from dure.decisions.allocation.kernels.insertion import PlanState
from dure.decisions.allocation.kernels.offers import Lines, Offers, list_offers
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.problem import Problem

ROOM = 4  # offers by application for which there is room at first


def line_prices(problem: Problem, lines: Lines, priced: Priced) -> Integers:
    """By line and week: the least of what its pools and pods cost."""
    weeks = problem.tables.weeks
    rows = priced.rows.reshape(-1, weeks)
    least = np.zeros((len(lines.line_at) - 1, weeks), dtype=np.int64)
    for line in range(len(least)):
        pools = np.unique(lines.unit_pool[lines.line_unit[lines.line_at[line] : lines.line_at[line + 1]]])
        used = sorted({row for pool in pools for row in rows_of(problem, pool)})
        least[line] = rows[used].min(axis=0) if used else 0
    return least.ravel()


def row_prices(problem: Problem, lines: Lines, prices: Integers, begin: Integers) -> Integers:
    """By row and week: what its line of pools costs; rows of no line keep their price."""
    weeks = problem.tables.weeks
    rows: Integers = begin.copy().reshape(-1, weeks)
    by_line = prices.reshape(-1, weeks)
    for line in range(len(by_line)):
        for unit in lines.line_unit[lines.line_at[line] : lines.line_at[line + 1]]:
            rows[rows_of(problem, int(lines.unit_pool[unit]))] = by_line[line]
    return rows.ravel()


def charges(problem: Problem, share: Integers, cap: Integers) -> Integers:
    """By application: micro-points per GPU-week beyond the price of the servers."""
    t = problem.tables
    each: Integers = cap[t.organisation] - share[t.sector] + tax_of(t, share)
    return each


def listed(
    problem: Problem, plan: PlanState, lines: Lines, items: Integers, prices: Integers, charge: Integers, *, slack: int,
    compiled: bool,
) -> Offers:  # fmt: skip
    """Offers of the items within `slack` thousandths of their value of the best at these prices."""
    weeks = problem.tables.weeks
    by_line = prices.reshape(-1, weeks)
    sums = np.concatenate([np.zeros((len(by_line), 1), dtype=np.int64), np.cumsum(by_line, axis=1)], axis=1).ravel()
    room = ROOM * len(items) + 64
    while True:
        offers = Offers(*(np.zeros(room, dtype=np.int64) for _ in Offers._fields))
        found = int(run(list_offers, problem.tables, plan, lines, items, sums, charge, slack, offers, compiled=compiled))
        if found <= room:
            return Offers(*(field[:found] for field in offers))
        room = found
