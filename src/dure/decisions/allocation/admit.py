"""May this application be served at once, should it wait, or is it refused, on the day it arrives?

Servers are offered at bid prices: what they are worth to those who will still come, from the last solve. An
application is accepted when an option that fits is worth more than its price. It waits when one would be
worth it but nothing is free; it is refused when none is worth its price.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.decisions.allocation.methods import Effort
from dure.decisions.allocation.prices import price
from dure.decisions.allocation.problem import MICRO, Problem, pose
from dure.decisions.allocation.servers import PoolServers
from dure.decisions.allocation.values import server_week
from dure.formats.kinds import exact
from dure.formats.stages.allocation import AllocationFacts, AllocationRules, Application

Bids = Mapping[str, tuple[int, ...]]
REPRICE = Effort(price_steps=200, moves=0, compiled=True)


class Guards(NamedTuple):
    """Requests of at most `small_gpu_weeks` pay `small_price` sixteenths, so that prices do not shut them out."""

    small_gpu_weeks: int = 0
    small_price: int = 8


class Admission(NamedTuple):
    """`wait_weeks`: until its smallest size is free, from the earliest start; -1 where that is not in sight."""

    verdict: Literal["accept", "wait", "refuse"]
    pool: int = -1
    start: int = -1
    servers: tuple[int, ...] = ()
    value: int = 0
    price: int = 0
    wait_weeks: int = -1
    code: str = ""


class Intake:
    """What is free, what it costs, and what each organisation may still have. Grants are never moved."""

    def __init__(self, problem: Problem, bids: Bids, guards: Guards | None = None) -> None:
        self.problem, self.bids, self.guards = problem, bids, guards or Guards()
        self.free: list[NDArray[np.bool_]] = [pool.free.copy() for pool in problem.pools]
        self.cap_left: dict[str, int] = {}
        self.objective = 0
        self.served = 0
        self.leased: list[tuple[int, tuple[int, ...], int, int, Application]] = []
        self._sums: dict[str, NDArray[np.int64]] = {}
        self.set_bids(bids)

    def set_bids(self, bids: Bids) -> None:
        """New prices after a new solve; by pool, in micro-points a server and week."""
        self.bids = bids
        self._sums = {key: np.concatenate([[0], np.cumsum(np.array(weekly, dtype=np.int64))]) for key, weekly in bids.items()}

    def decide(self, application: Application, *, now: int) -> Admission:
        """Look at every option from this week on; nothing is changed."""
        best: Admission | None = None
        worth_it = False
        for number, pool in enumerate(self.problem.pools):
            if pool.pool.gpu_model not in application.models:
                continue
            for start in range(
                max(application.earliest_week, now), min(application.latest_week, self.problem.tables.weeks - 1) + 1
            ):
                found = self._option(application, number, pool, start)
                if found is None:
                    continue
                worth_it = worth_it or found.value * MICRO > found.price
                if found.servers and (best is None or _surplus(found) > _surplus(best)):
                    best = found
        if best is not None and _surplus(best) > 0:
            return best
        if worth_it:
            return Admission("wait", wait_weeks=self._wait(application, now), code="nothing_free_now")
        return Admission("refuse", code="price_above_value" if best is not None else "no_option_left")

    def accept(self, application: Application, admission: Admission) -> None:
        """Give the servers named."""
        end = min(admission.start + application.weeks, self.problem.tables.weeks)
        rows = list(admission.servers)
        self.free[admission.pool][rows, admission.start : end] = False
        self._cap(application.organisation)
        gpus = self.problem.pools[admission.pool].pool.gpus_per_server
        self.cap_left[application.organisation] -= gpus * len(rows) * (end - admission.start)
        self.objective += admission.value
        self.served += 1
        self.leased.append((admission.pool, admission.servers, admission.start, end, application))

    def _cap(self, organisation: str) -> int:
        if organisation not in self.cap_left:
            share = exact(self.problem.rules.largest_share)
            whole = self.problem.all_gpu_weeks
            self.cap_left[organisation] = whole if share == 1 else whole * share.numerator // share.denominator
        return self.cap_left[organisation]

    def _option(self, application: Application, number: int, pool: PoolServers, start: int) -> Admission | None:
        """The largest size that fits (or an empty one, priced at the full size, where none does)."""
        rules, weeks = self.problem.rules, self.problem.tables.weeks
        end = min(start + application.weeks, weeks)
        gpu_weeks = pool.pool.gpus_per_server * (end - start)
        most = min(application.servers, self._cap(application.organisation) // gpu_weeks)
        kept = 1 - exact(rules.delay_per_week) * (start - application.earliest_week)
        rate = server_week(application.score, application.priority, application.models[pool.pool.gpu_model], rules.score_power)
        worth = rate * (end - start) * max(kept, Fraction(0))
        sums = self._sums[pool.pool.id]
        unit = int(sums[end] - sums[start])
        if gpu_weeks * application.servers <= self.guards.small_gpu_weeks:
            unit = unit * self.guards.small_price // 16
        rows = np.flatnonzero(self.free[number][:, start:end].all(axis=1))
        if application.pod == "required" and len(rows):
            pods = np.bincount(pool.pod_of[rows])
            fitting = np.flatnonzero(pods >= min(most, int(pods.max())))
            rows = rows[pool.pod_of[rows] == fitting[np.argmin(pods[fitting])]]
        steps = self.problem.rules.size_steps
        size = min(most, len(rows))
        size = max((step for step in steps if step <= size), default=0) if steps else size
        fits = size >= application.minimum_servers
        size = size if fits else most
        value = int(worth * size)
        if size < application.minimum_servers or value <= 0:
            return None
        servers = tuple(int(row) for row in tightest(rows, pool, size)) if fits else ()
        return Admission("accept", number, start, servers, value, unit * size, 0)

    def _wait(self, application: Application, now: int) -> int:
        weeks = self.problem.tables.weeks
        for start in range(max(application.earliest_week, now), weeks):
            end = min(start + application.weeks, weeks)
            for number, pool in enumerate(self.problem.pools):
                free = self.free[number][:, start:end].all(axis=1)
                if pool.pool.gpu_model in application.models and int(free.sum()) >= application.minimum_servers:
                    return start - application.earliest_week
        return -1


def _surplus(admission: Admission) -> int:
    return admission.value * MICRO - admission.price


def tightest(rows: NDArray[np.int64], pool: PoolServers, size: int) -> NDArray[np.int64]:
    """The pod with the least room that holds all, else the pods with the most room."""
    counts = np.bincount(pool.pod_of[rows], minlength=len(pool.pods))
    enough = np.flatnonzero(counts >= size)
    if len(enough):
        within: NDArray[np.int64] = rows[pool.pod_of[rows] == enough[np.argmin(counts[enough])]]
        return within[:size]
    order = np.lexsort((rows, pool.pod_of[rows], -counts[pool.pod_of[rows]]))
    chosen: NDArray[np.int64] = rows[order][:size]
    return chosen


def bids_from(
    samples: Sequence[AllocationFacts], rules: AllocationRules, *, effort: Effort = REPRICE
) -> dict[str, tuple[int, ...]]:
    """Bid prices by pool: the average over rounds of what is still to come (demand samples) on what is still free."""
    total: dict[str, NDArray[np.int64]] = {}
    for sample in samples:
        problem = pose(sample, rules)
        priced = price(problem, steps=effort.price_steps, compiled=effort.compiled)
        weeks = problem.tables.weeks
        for number, pool in enumerate(problem.pools):
            first, end = int(problem.tables.entry_at[number]), int(problem.tables.entry_at[number + 1])
            rows = [int(row) for row in problem.tables.entry_row[first:end]]
            weekly = np.min([priced.rows[row * weeks : (row + 1) * weeks] for row in rows], axis=0)
            total[pool.pool.id] = total.get(pool.pool.id, np.zeros(weeks, dtype=np.int64)) + weekly
    return {name: tuple(int(value) // len(samples) for value in weekly) for name, weekly in total.items()}
