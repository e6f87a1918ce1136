"""Which reason is due to an application that got nothing, and which of its options came closest?"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.checks.allocation.bound import MICRO, Arrays, Pass
from dure.checks.allocation.left import Left
from dure.checks.allocation.values import worth_per_server
from dure.formats.stages.allocation import Application

SAFE = 1 << 61


class Grid(NamedTuple):
    """The pools of one kind by start: price of a server, whether one is free throughout, and how many are."""

    units: NDArray[Any]
    is_open: NDArray[np.bool_]
    rooms: NDArray[np.int64]
    largest: int


class Market:
    """What an application could have had in an otherwise empty round, at the root's prices, caps aside."""

    def __init__(self, arrays: Arrays, prices: Pass) -> None:
        self.arrays, self.prices = arrays, prices
        self.servers = sum(len(laid.place) for laid in arrays.laid.values())
        self.largest: dict[str, tuple[int, int]] = {}
        for laid in arrays.laid.values():
            if laid.usable.any():
                pod = max(end - first for first, end in pairwise(laid.pod_ends))
                old = self.largest.get(laid.pool.gpu_model, (0, 0))
                self.largest[laid.pool.gpu_model] = (max(old[0], len(laid.place)), max(old[1], pod))
        self._grids: dict[tuple[str, int, int, bool], Grid] = {}

    def hopeless(self, application: Application) -> str:  # noqa: PLR0911 - one line per code
        """What no plan and no price could have changed, in the published order; empty where there is hope."""
        weeks = self.arrays.facts.weeks
        starts = range(application.earliest_week, min(application.latest_week, weeks - 1) + 1)
        if not starts:
            return "outside_window"
        largest = [self.largest[model] for model in application.models if model in self.largest]
        if not largest:
            return "no_capacity_of_model"
        if max(pool for pool, _ in largest) < application.minimum_servers:
            return "larger_than_every_pool"
        if application.pod == "required" and max(pod for _, pod in largest) < application.minimum_servers:
            return "larger_than_every_pod"
        sizes = self.arrays.sizes(application.minimum_servers, min(application.servers, self.servers))
        if not sizes:
            return "no_size_step"
        for model in application.models:
            for start in starts if model in self.arrays.pools_of else ():
                above, below = worth_per_server(self.arrays.facts, self.arrays.rules, application, model, start)
                if above * sizes[-1] >= below:
                    return ""
        return "worth_nothing"

    def nearest(self, application: Application) -> int | None:
        """The largest surplus, perhaps negative, of its options at their largest size; None where nothing is open."""
        best: int | None = None
        for model in application.models:
            for gpus in self.arrays.pools_of.get(model, ()):
                found = self._nearest(application, model, gpus)
                if found is not None and (best is None or found > best):
                    best = found
        return best

    def _nearest(self, application: Application, model: str, gpus: int) -> int | None:
        facts, charge = self.arrays.facts, self.prices.charge(application)
        first, end = application.earliest_week, min(application.latest_week + 1, facts.weeks)
        duration = min(application.weeks, facts.weeks)
        grid = self._grid(model, gpus, duration, application.pod == "required")
        sizes = self._allowed(np.minimum(grid.rooms[:, first:end], application.servers))
        worths = [worth_per_server(facts, self.arrays.rules, application, model, start) for start in range(first, end)]
        charges = [gpus * min(duration, facts.weeks - start) * charge for start in range(first, end)]
        most = int(sizes.max(initial=0))
        highest = max(MICRO * max(max(worth) for worth in worths), grid.largest + max(abs(each) for each in charges))
        kind: Any = np.int64 if highest * max(1, most) < SAFE else object
        above, below = (np.array([worth[k] for worth in worths], dtype=kind) for k in (0, 1))
        sizes = sizes.astype(kind)
        values = above * sizes // below
        could = grid.is_open[:, first:end] & (sizes >= application.minimum_servers) & (values > 0)
        if not could.any():
            return None
        surplus = MICRO * values - sizes * (grid.units[:, first:end].astype(kind) + np.array(charges, dtype=kind))
        return int(surplus[could].max())

    def _allowed(self, rooms: NDArray[np.int64]) -> NDArray[np.int64]:
        """The largest allowed size in each room."""
        if not self.arrays.steps:
            return rooms
        steps = np.array([0, *self.arrays.steps], dtype=np.int64)
        down: NDArray[np.int64] = steps[np.searchsorted(steps, rooms, side="right") - 1]
        return down

    def _grid(self, model: str, gpus: int, duration: int, required: bool) -> Grid:
        key = (model, gpus, duration, required)
        if key not in self._grids:
            pools = self.arrays.pools_of[model][gpus]
            units = [self.prices.unit(pool, duration) for pool in pools]
            limits = [self.arrays.limits[pool, duration] for pool in pools]
            self._grids[key] = Grid(
                np.array([[unit or 0 for unit in row] for row in units], dtype=object),
                np.array([[unit is not None for unit in row] for row in units], dtype=bool),
                np.array([limit.within if required else limit.over_all for limit in limits], dtype=np.int64),
                max((unit for row in units for unit in row if unit is not None), default=0),
            )
        return self._grids[key]


class Option(NamedTuple):
    """The option that a reason names, with its value and price recomputed, in milli- and in micro-points."""

    gpu_weeks: int
    value: int
    price: int


def due_code(arrays: Arrays, prices: Pass, left: Left, application: Application, option: Option) -> str:
    """The code that follows from the option told, by the definitions of the format."""
    surplus = option.value * MICRO - option.price
    cap_part = option.gpu_weeks * prices.prices.cap_prices.get(application.organisation, 0)
    share_part = option.gpu_weeks * (prices.charge(application) - prices.prices.cap_prices.get(application.organisation, 0))
    if _cap_left_too_small(arrays, left, application) or surplus <= 0 < surplus + cap_part:
        return "organisation_cap"
    if surplus <= 0 < surplus + share_part:
        return "sector_share"
    if arrays.rules.method != "best_value":
        return "taken_by_higher_rank"
    return "unlucky_in_rounding" if surplus > 0 else "price_above_value"


def _cap_left_too_small(arrays: Arrays, left: Left, application: Application) -> bool:
    """Does the cap leave too little for the fewest servers in the last week in which it could start?"""
    if application.organisation not in left.caps:
        return False
    weeks = arrays.facts.weeks
    gpus = min((gpus for model in application.models for gpus in arrays.pools_of.get(model, ())), default=0)
    covered = min(application.weeks, weeks - min(application.latest_week, weeks - 1))
    return left.caps[application.organisation] < gpus * covered * application.minimum_servers
