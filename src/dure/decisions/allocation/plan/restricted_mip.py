"""Restricted master heuristic (Joncour and others 2010): the master problem over few offers, in integers.

It starts from a choice that is known to fit. Its work is bounded by a count of callbacks, never by the clock; the best
choice found by then is taken.
"""

from typing import Any

import highspy
import numpy as np

from dure.decisions.allocation.bound.pricing import charges
from dure.decisions.allocation.bound.restricted_master import Master
from dure.decisions.allocation.bound.subgradient import Priced
from dure.decisions.allocation.kernels.insertion import PlanState
from dure.decisions.allocation.kernels.offers import Lines, Offers
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.problem import Problem

LOOKS, GAP = 10, 0.001


class IntegerMaster(Master):
    """The programme with every offer whole, at its least or half-way between. Shares and caps are priced, not counted."""

    def __init__(self, problem: Problem, lines: Lines, plan: PlanState, offers: Offers, priced: Priced) -> None:
        shares = charges(problem, priced.share, np.zeros_like(priced.cap))
        sized = _sizes(problem, offers)
        super().__init__(problem, lines, plan, sized, shares)
        self.set_bounds(plan)

    def _keys(self, offers: Offers) -> Integers:
        """Sizes tell offers apart here."""
        keys: Integers = super()._keys(offers) * len(self.problem.tables.size_down) + offers.size
        return keys

    def choose(self, begin: Offers) -> Integers:
        """Places of the offers that are chosen. `begin`: some that fit together, to start from."""
        count = len(self.offers.item)
        columns = np.arange(self.frame, self.frame + count, dtype=np.int32)
        self.solver.changeColsIntegrality(count, columns, np.full(count, highspy.HighsVarType.kInteger))
        self.solver.setSolution(count, columns, np.isin(self._keys(self.offers), self._keys(begin)).astype(float))
        seen = [0]

        def look(event: Any) -> None:
            seen[0] += 1
            if seen[0] > LOOKS:
                event.interrupt()

        self.solver.setOptionValue("solver", "choose")
        self.solver.setOptionValue("mip_rel_gap", GAP)
        self.solver.cbMipInterrupt += look
        self.solver.run()
        return np.flatnonzero(np.array(self.solver.getSolution().col_value)[self.frame :] > 0.5)


def _sizes(problem: Problem, offers: Offers) -> Offers:
    """Each offer whole, at its least, and half-way between."""
    t = problem.tables
    least = t.least[offers.item]
    lists = []
    for size in (offers.size, t.size_down[(offers.size + least) // 2], least):
        column = t.column_at[offers.pair] + offers.start - t.first[offers.item]
        value = t.above[column] * size // t.below[column]
        lists.append(np.stack([*offers[:4], size, value, offers.gpu_weeks // offers.size * size]))
    made = np.unique(np.concatenate(lists, axis=1), axis=1)
    return Offers(*made[:, (made[4] >= t.least[made[0]]) & (made[5] > 0)])
