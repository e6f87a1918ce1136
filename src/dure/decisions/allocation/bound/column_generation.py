"""Column generation (Dantzig and Wolfe 1960) with smoothed dual prices (Wentges 1997): the lowest bound by prices.

The prices of the subgradient method are close; from the offers near their best a linear programme finds the exact ones.
Offers that pay at its prices join it, until none does. Each set of prices gives a bound in integers; the lowest stays.
"""

from collections.abc import Callable

import numpy as np

from dure.decisions.allocation.bound.aggregation import lines_of
from dure.decisions.allocation.bound.pricing import charges, line_prices, listed, row_prices
from dure.decisions.allocation.bound.restricted_master import Answer, Master
from dure.decisions.allocation.bound.subgradient import Priced, at_prices
from dure.decisions.allocation.kernels.insertion import PlanState
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.problem import MICRO, Problem

ROUNDS = 16
MIXES = (1, 4, 16)  # sixteenths of the best prices so far in the prices tried
SLACK_AT_FIRST, SLACK_LATER = (50, 15), 3  # thousandths of the value; the second where there are many
MANY = 6_000
ENOUGH = (200_000, 20_000)  # one part in this of the bound is not worth another round; the second where there are many
POINT = MICRO * MICRO


def generate_columns(
    problem: Problem, priced: Priced, empty: PlanState, *, compiled: bool, report: Callable[[int], bool] | None = None
) -> tuple[Priced, Master]:
    """The lowest bound that prices give, and the linear programme whose prices they are. `report` receives it and may end it."""
    lines = lines_of(problem, apart=False)
    items = np.arange(len(problem.tables.duration))
    by_line = line_prices(problem, lines, priced)
    charge = charges(problem, priced.share, priced.cap)
    first = listed(problem, empty, lines, items, by_line, charge, slack=SLACK_AT_FIRST[len(items) > MANY], compiled=compiled)
    master, best = Master(problem, lines, empty, first), priced
    for _ in range(ROUNDS):
        answer = master.solve(empty)
        for mix in MIXES:
            tried = _mixed(problem, master, answer, best, mix=mix, compiled=compiled)
            by_line = line_prices(problem, lines, tried)
            charge = charges(problem, tried.share, tried.cap)
            master.add(listed(problem, empty, lines, items, by_line, charge, slack=SLACK_LATER, compiled=compiled))
            best = tried if tried.bound < best.bound else best
        enough = best.bound - answer.objective * POINT <= abs(best.bound) // ENOUGH[len(items) > MANY]
        if enough or (report is not None and not report(best.bound)):
            break
    return at_prices(problem, best, best.rows, best.share, best.cap, compiled=compiled), master


def _mixed(problem: Problem, master: Master, answer: Answer, best: Priced, *, mix: int, compiled: bool) -> Priced:
    rows = row_prices(problem, master.lines, answer.prices, best.rows)

    def mixed(new: Integers, old: Integers) -> Integers:
        part: Integers = new if mix == MIXES[-1] else (new * (MIXES[-1] - mix) + old * mix) // MIXES[-1]
        return part

    return at_prices(
        problem, best, mixed(rows, best.rows), mixed(answer.share, best.share), mixed(answer.cap, best.cap), compiled=compiled
    )
