"""The restricted master problem of column generation: a linear programme over the offers listed so far, solved by HiGHS.

It states what is best if grants could be cut: most applications get one offer whole or nothing, and only about as many
as there are lines and weeks are cut. It guides the plan and lowers the prices; what is claimed is recomputed in integers
from prices rounded to micro-points. Equal offers differ by a public pattern of less than a millionth, so that the best
answer is one; answers are rounded before use. Capacity rows are changes over time, after Sousa and Wolsey (1992).
"""

from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from dure.decisions.allocation.bound.pricing import charges
from dure.decisions.allocation.kernels.insertion import PlanState
from dure.decisions.allocation.kernels.offers import ROUNDED, Lines, Offers
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.problem import MICRO, Problem

Floats = NDArray[np.float64]
Entries = tuple[Integers, Floats, NDArray[np.bool_]]
NEVER = highspy.kHighsInf
PATTERN = 1024


class Answer(NamedTuple):
    """Parts taken (in 1/ROUNDED) by offer; prices in micro-points; the objective in points.

    `prices` by line and week, `share` by sector, `cap` by organisation.
    """

    taken: Integers
    prices: Integers
    share: Integers
    cap: Integers
    objective: float


class Master:
    """The linear programme over the offers listed so far, re-solved from the last basis after each change."""

    def __init__(self, problem: Problem, lines: Lines, plan: PlanState, offers: Offers, charge: Integers | None = None) -> None:
        """`charge`: micro-points per GPU-week by application, where shares are priced and not counted."""
        self.problem, self.lines, self.charge = problem, lines, charge
        t = problem.tables
        self.count = len(lines.line_at) - 1
        self.capped = _capped(problem, plan)
        self.shared = (
            charge is None and bool(t.penalty) and any(f > 0 or c < 10**9 for f, c in zip(t.floor, t.ceiling, strict=True))
        )
        self.offers = Offers(*(np.zeros(0, dtype=np.int64) for _ in Offers._fields))
        self.allowed = np.zeros(0, dtype=bool)
        self.changed = True  # many new columns: an interior point beats going on from the last corner
        self.solver = new_solver()
        self._add_frame()
        self.add(offers)

    def _add_frame(self) -> None:
        """Rows: one per application, line and week, sector, capped organisation; columns: servers used, sectors' GPU-weeks."""
        t, weeks, items = self.problem.tables, self.problem.tables.weeks, len(self.problem.tables.duration)
        sectors, lines = len(t.leased) if self.shared else 0, self.count
        self.first_line, self.first_sector = items, items + lines * weeks
        self.first_cap = self.first_sector + 3 * sectors
        rows = self.first_cap + len(self.capped)
        lower, upper = np.zeros(rows), np.zeros(rows)
        lower[:items], upper[:items] = -NEVER, 1
        upper[self.first_sector + sectors : self.first_cap] = NEVER
        lower[self.first_cap :] = -NEVER
        empty = np.zeros(0)
        none = np.zeros(0, dtype=np.int32)
        self.solver.addRows(rows, lower, upper, 0, none, none, empty)
        self.add_used(self.first_line, np.zeros(lines * weeks))
        self._add_sectors(sectors)
        self.frame = self.solver.getNumCol()

    def add_used(self, first_row: int, most: Floats) -> None:
        """Columns for the servers used by line and week: what begins is added to the week before, what ends comes off."""
        weeks, count = self.problem.tables.weeks, len(most)
        places = np.arange(count)
        goes_on = (places + 1) % weeks != 0
        there = np.stack([np.ones(count, dtype=bool), goes_on], axis=1)
        index = np.stack([first_row + places, first_row + places + 1], axis=1)[there].astype(np.int32)
        values = np.tile([-1.0, 1.0], (count, 1))[there]
        starts = np.concatenate([[0], np.cumsum(there.sum(axis=1))])[:-1].astype(np.int32)
        self.solver.addCols(count, np.zeros(count), np.zeros(count), most, len(index), starts, index, values)

    def _add_sectors(self, sectors: int) -> None:
        """GPU-weeks of each sector, and those below its floor and above its ceiling at the published penalty."""
        t, cost = self.problem.tables, self.problem.tables.penalty / MICRO
        low, high = self.first_sector + sectors, self.first_sector + 2 * sectors
        for sector in range(sectors):
            index, values = [self.first_sector + sector], [-1.0]
            for other in range(sectors):
                own = 1.0 if other == sector else 0.0
                index += [low + other, high + other]
                values += [own - float(t.floor[other]) / 10**9, float(t.ceiling[other]) / 10**9 - own]
            self.solver.addCol(0.0, 0.0, NEVER, len(index), np.array(index, dtype=np.int32), np.array(values))
        for row in range(low, self.first_cap):
            self.solver.addCol(cost, 0.0, NEVER, 1, np.array([row], dtype=np.int32), np.array([1.0]))

    def add(self, offers: Offers) -> None:
        """Take in offers that are not there yet."""
        fresh = ~np.isin(self._keys(offers), self._keys(self.offers))
        new = Offers(*(field[fresh] for field in offers))
        if not len(new.item):
            return
        t, weeks = self.problem.tables, self.problem.tables.weeks
        end = new.start + t.duration[new.item]
        inside = end < weeks
        line = self.first_line + new.line * weeks
        entries = [
            (new.item, np.ones(len(end)), np.ones(len(end), dtype=bool)),
            (line + new.start, new.size.astype(float), np.ones(len(end), dtype=bool)),
            (line + end, -new.size.astype(float), inside),
        ]
        if self.shared:
            entries.append((self.first_sector + t.sector[new.item], new.gpu_weeks.astype(float), np.ones(len(end), dtype=bool)))
        entries += self.cap_entries(new)
        self.add_columns(new, entries)
        self.changed = True
        self.offers = Offers(*(np.concatenate(pair) for pair in zip(self.offers, new, strict=True)))
        self.allowed = np.concatenate([self.allowed, np.ones(len(end), dtype=bool)])

    def cap_entries(self, new: Offers) -> list[Entries]:
        """What the offers use of the caps of capped organisations."""
        if not len(self.capped):
            return []
        organisation = self.problem.tables.organisation[new.item]
        place = np.searchsorted(self.capped, organisation)
        known = self.capped[np.minimum(place, len(self.capped) - 1)] == organisation
        return [(self.first_cap + place, new.gpu_weeks.astype(float), known)]

    def add_columns(self, new: Offers, entries: list[Entries]) -> None:
        """One column from 0 to 1 per offer with these entries: row, figure and whether there is one, by offer."""
        there = np.stack([mask for _, _, mask in entries], axis=1)
        index = np.stack([rows for rows, _, _ in entries], axis=1)[there]
        values = np.stack([numbers for _, numbers, _ in entries], axis=1)[there]
        starts = np.concatenate([[0], np.cumsum(there.sum(axis=1))])[:-1]
        pattern = (new.item * 7919 + new.start * 104729 + new.line * 1299709) % PATTERN
        worth = new.value / MICRO
        if self.charge is not None:
            worth -= self.charge[new.item] * new.gpu_weeks / MICRO**2
        cost = -worth * (1 + pattern / (PATTERN * 10**6))
        count = len(cost)
        self.solver.addCols(
            count, cost, np.zeros(count), np.ones(count), len(index), starts.astype(np.int32), index.astype(np.int32), values
        )

    def _keys(self, offers: Offers) -> Integers:
        keys: Integers = (offers.item * self.problem.tables.weeks + offers.start) * self.count + offers.line
        return keys

    def set_bounds(self, plan: PlanState) -> None:
        """Bounds by what the plan leaves free and by which applications have no grant."""
        t, count = self.problem.tables, len(self.offers.item)
        if self.changed:
            self.solver.clearSolver()
        upper = np.where(self.allowed & (plan.pool[self.offers.item] < 0), 1.0, 0.0)
        columns = np.arange(self.frame, self.frame + count, dtype=np.int32)
        self.solver.changeColsBounds(count, columns, np.zeros(count), upper)
        free = self.free_on(self.lines, plan)
        self.solver.changeColsBounds(len(free), np.arange(len(free), dtype=np.int32), np.zeros(len(free)), free)
        for sector in range(len(t.leased) if self.shared else 0):
            used = -float(plan.sector_used[sector])
            self.solver.changeRowBounds(self.first_sector + sector, used, used)
        for place, organisation in enumerate(self.capped):
            self.solver.changeRowBounds(self.first_cap + place, -NEVER, float(plan.cap_left[organisation]))

    def solve(self, plan: PlanState) -> Answer:
        """The best use of what the plan leaves free, by applications without a grant."""
        weeks = self.problem.tables.weeks
        self.set_bounds(plan)
        self.solver.setOptionValue("solver", "ipm" if self.changed else "simplex")
        self.changed = False
        self.solver.run()
        solution = self.solver.getSolution()
        values, reduced, duals = np.array(solution.col_value), np.array(solution.col_dual), np.array(solution.row_dual)
        return Answer(
            np.rint(values[self.frame :] * ROUNDED).astype(np.int64),
            _micro(-reduced[: self.count * weeks]),
            self._share_prices(duals),
            self._cap_prices(duals),
            -float(self.solver.getInfo().objective_function_value),
        )

    def charges(self, answer: Answer) -> Integers:
        """By application: what a GPU-week costs in addition to the servers at this answer."""
        each = charges(self.problem, answer.share, answer.cap)
        return each if self.charge is None else self.charge + answer.cap[self.problem.tables.organisation]

    def free_on(self, lines: Lines, plan: PlanState) -> Floats:
        """Free servers by line and week; pools of no line are left out."""
        weeks = self.problem.tables.weeks
        free = np.zeros((len(lines.line_at) - 1, weeks))
        line = lines.line_of_cell
        np.add.at(free, line[line >= 0], plan.free.reshape(-1, weeks)[line >= 0])
        return free.ravel()

    def _share_prices(self, duals: Floats) -> Integers:
        sectors = len(self.problem.tables.leased)
        if not self.shared:
            return np.zeros(sectors, dtype=np.int64)
        low, high = self.first_sector + sectors, self.first_sector + 2 * sectors
        limit = self.problem.tables.penalty * MICRO
        prices: Integers = np.clip(_micro(duals[low:high]) - _micro(duals[high : high + sectors]), -limit, limit)
        return prices

    def _cap_prices(self, duals: Floats) -> Integers:
        prices = np.zeros(len(self.problem.tables.cap), dtype=np.int64)
        prices[self.capped] = _micro(-duals[self.first_cap :])
        return prices


class QuietSolver(highspy.Highs):
    """Says nothing: without this its first one in a process prints a banner into what the command prints."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def enableCallbacks(self) -> None:  # noqa: N802 - the library's name, called while it is set up
        """Silence it before it first speaks."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def new_solver() -> QuietSolver:
    """One thread, everywhere alike: solvers with different threads in one process disturb each other."""
    solver = QuietSolver()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("parallel", "off")
    return solver


def _micro(points: Floats) -> Integers:
    prices: Integers = np.maximum(0, np.rint(points * MICRO * MICRO)).astype(np.int64)
    return prices


def _capped(problem: Problem, plan: PlanState) -> Integers:
    """Organisations that ask for more than their cap leaves."""
    t = problem.tables
    gpus = int(max(t.kind_gpus, default=1))
    asked = np.zeros(len(t.cap), dtype=np.int64)
    np.add.at(asked, t.organisation, np.minimum(t.most, len(t.size_down) - 1) * t.duration * gpus)
    return np.flatnonzero(asked > plan.cap_left)
