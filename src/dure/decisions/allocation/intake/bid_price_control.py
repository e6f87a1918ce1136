"""Bid-price control (Talluri and van Ryzin 1998): accept, wait or refuse on the day an application arrives.

Servers are offered at bid prices: what they are worth to those who wait and to those who will still come, from
the last solve. Of the options that fit, the one of the largest value over its price is taken: pool, start
within the window, and as many servers as are free up to what was asked. An application is accepted when that
option begins within the notice, waits when it begins later or nothing is free yet, and is refused when no
option is worth its price. An accepted application is never moved or cut.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np

from dure.decisions.allocation.intake.bid_prices import Bids, Standing, no_bids
from dure.decisions.allocation.intake.counts import Counts, Held
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.plan import cost_of_shares
from dure.decisions.allocation.model.problem import LARGEST_TOTAL, MICRO, NO_CAP, Problem
from dure.decisions.allocation.model.values import columns, server_week, worth
from dure.formats.errors import BadInput
from dure.formats.intake import IntakeRules
from dure.formats.kinds import exact
from dure.formats.stages.allocation import Application, Grant

NOTHING = -(1 << 62)
AT_ONCE = IntakeRules(
    resolve_every_weeks=4,
    demand_samples=3,
    notice_weeks=520,
    idle_price="1",
    small_request_gpu_weeks=0,
    small_request_price="1",
)


class Admission(NamedTuple):
    """`price` in micro-points; `wait_weeks`: from its earliest start until it can begin; -1 where none is in sight."""

    verdict: Literal["accept", "wait", "refuse"]
    pool: int = -1
    start: int = -1
    servers: int = 0
    value: int = 0
    price: int = 0
    wait_weeks: int = -1
    code: str = ""

    @property
    def surplus(self) -> int:
        """What it is worth beyond its price, in micro-points."""
        return self.value * MICRO - self.price


class Accepted(NamedTuple):
    """An accepted application, its option, and the servers counted off."""

    application: Application
    admission: Admission
    held: Held


class _Offers(NamedTuple):
    """Every option of one application with one model, by pool and start: the most that fits, and what it costs."""

    pools: tuple[int, ...]
    first: int
    size: Integers
    value: Integers
    price: Integers
    worth_it: bool  # would an option be worth its price, were the servers free?
    any: bool


class Intake:
    """What is free, what it costs, and what each organisation may still have. `grants`: of the solved round."""

    def __init__(
        self,
        problem: Problem,
        bids: Bids | None = None,
        rules: IntakeRules = AT_ONCE,
        *,
        by_pod: bool = True,
        grants: Iterable[Grant] = (),
    ) -> None:
        self.problem, self.rules = problem, rules
        share = exact(problem.rules.largest_share)
        self.cap = NO_CAP if share == 1 else problem.all_gpu_weeks * share.numerator // share.denominator
        self.cap_left = {name: int(left) for name, left in zip(problem.organisations, problem.tables.cap, strict=True)}
        self.sector_used = {sector.id: int(used) for sector, used in zip(problem.sectors, problem.tables.leased, strict=True)}
        self.accepted: list[Accepted] = []
        self.value = 0
        self._columns: dict[tuple[str, str], tuple[Integers, Integers]] = {}
        grants = tuple(grants)
        self.counts = Counts(problem, by_pod=by_pod, grants=grants)
        self._count_grants(grants)
        self.set_bids(bids or no_bids(problem))
        self.priced = bids is not None

    def _count_grants(self, grants: tuple[Grant, ...]) -> None:
        by_id = {application.id: application for application in self.problem.applications}
        gpus = {pool.pool.id: pool.pool.gpus_per_server for pool in self.problem.pools}
        for grant in grants:
            application = by_id[grant.application]
            end = min(grant.to_week, self.problem.tables.weeks)
            self._use(application, gpus[grant.pool] * len(grant.servers) * (end - grant.from_week))
            self.value += grant.value

    def _use(self, application: Application, gpu_weeks: int) -> None:
        self.cap_left[application.organisation] = self.cap_of(application.organisation) - gpu_weeks
        self.sector_used[application.sector] += gpu_weeks

    def set_bids(self, bids: Bids) -> None:
        """New prices after a new solve."""
        self.bids, self._tax, self.priced = bids, bids.tax(self.problem), True
        weeks = self.problem.tables.weeks
        self._sums = np.zeros((len(self.problem.pools), weeks + 1), dtype=np.int64)
        for number, pool in enumerate(self.problem.pools):
            self._sums[number, 1:] = np.cumsum(np.array(bids.prices[pool.pool.id], dtype=np.int64))

    @property
    def objective(self) -> int:
        """Values of all accepted, less the cost of the shares, in milli-points."""
        used = np.array([self.sector_used[sector.id] for sector in self.problem.sectors], dtype=np.int64)
        return self.value - cost_of_shares(self.problem, used)

    @property
    def standing(self) -> Standing:
        """What a new solve has to know."""
        return Standing(self.problem, self.counts, self.cap, self.cap_left, self.sector_used)

    def cap_of(self, organisation: str) -> int:
        """GPU-weeks that the organisation may still have."""
        return self.cap_left.get(organisation, self.cap)

    def best(self, application: Application, *, now: int) -> tuple[Admission | None, bool, bool]:
        """The option of the largest surplus that fits; is any worth its price; is any left within the window?"""
        best, surplus, worth_it, some = None, NOTHING, False, False
        for offers in self._offers(application, now):
            worth_it, some = worth_it or offers.worth_it, some or offers.any
            gains = np.where(offers.size > 0, offers.value * MICRO - offers.price, NOTHING)
            start, pool = np.unravel_index(int(np.argmax(gains.T)), gains.T.shape)
            if gains[pool, start] > surplus:
                surplus = int(gains[pool, start])
                size, value, cost = (int(table[pool, start]) for table in (offers.size, offers.value, offers.price))
                place = offers.pools[pool], offers.first + int(start)
                best = Admission("accept", *place, servers=size, value=value, price=cost, wait_weeks=0)
        return best, worth_it, some

    def decide(self, application: Application, *, now: int) -> Admission:
        """Look at every option from this week on; nothing is changed."""
        best, worth_it, some = self.best(application, now=now)
        if best is not None and best.surplus > 0:
            if best.start <= now + self.rules.notice_weeks:
                return best
            return best._replace(verdict="wait", wait_weeks=best.start - application.earliest_week, code="start_not_due")
        if worth_it:
            return Admission("wait", wait_weeks=self._wait(application, now), code="nothing_free_now")
        return Admission("refuse", code="price_above_value" if some else "no_option_left")

    def accept(self, application: Application, admission: Admission) -> Accepted:
        """Promise the servers, for good."""
        end = min(admission.start + application.weeks, self.problem.tables.weeks)
        one = Accepted(application, admission, self.counts.take(admission.pool, admission.start, end, admission.servers))
        self._use(application, self._gpu_weeks(one))
        self.value += admission.value
        self.accepted.append(one)
        for model in application.models:
            self._columns.pop((application.id, model), None)
        return one

    def release(self, one: Accepted) -> None:
        """Take back a tentative acceptance, the last one first."""
        if self.accepted.pop() is not one:
            raise AssertionError("only the last one can be taken back")
        self.counts.change(one.held, 1)
        self._use(one.application, -self._gpu_weeks(one))
        self.value -= one.admission.value

    def grants(self) -> tuple[Grant, ...]:
        """Everyone accepted, on named servers; those of one that has begun stay the same whatever follows."""
        names = self.counts.names([one.held for one in self.accepted])
        return tuple(
            Grant(
                application=one.application.id,
                pool=self.problem.pools[one.admission.pool].pool.id,
                servers=servers,
                from_week=one.admission.start,
                to_week=one.admission.start + one.application.weeks,
                value=one.admission.value,
            )
            for one, servers in zip(self.accepted, names, strict=True)
        )

    def _gpu_weeks(self, one: Accepted) -> int:
        gpus = self.problem.pools[one.held.pool].pool.gpus_per_server
        return gpus * one.admission.servers * (one.held.end - one.held.start)

    def _offers(self, application: Application, now: int) -> Iterable[_Offers]:
        t = self.problem.tables
        first = max(application.earliest_week, now)
        starts = min(application.latest_week, t.weeks - 1) - first + 1
        for model in sorted(application.models):
            if starts > 0 and model in self.counts.blocks:
                yield self._offers_of(application, model, first, starts)

    def _offers_of(self, application: Application, model: str, first: int, starts: int) -> _Offers:
        t = self.problem.tables
        duration = min(application.weeks, t.weeks)
        pools = self.counts.blocks[model].pools
        room = self.counts.room(model, duration=duration, first=first, starts=starts, required=application.pod == "required")
        begin = np.arange(first, first + starts)
        end = np.minimum(begin + duration, t.weeks)
        gpus = np.array([self.problem.pools[number].pool.gpus_per_server for number in pools], dtype=np.int64)
        gpu_weeks = gpus[:, None] * (end - begin)[None, :]
        most = np.minimum(application.servers, self.cap_of(application.organisation) // gpu_weeks)
        above, below = self._columns_of(application, model, first, starts)
        unit = self._sums[list(pools)][:, end] - self._sums[list(pools)][:, begin]
        full = gpus[:, None] * application.servers * (end - begin)[None, :]
        part = exact(self.rules.small_request_price)
        unit = np.where(full <= self.rules.small_request_gpu_weeks, unit * part.numerator // part.denominator, unit)
        unit = unit + gpu_weeks * (self._tax - self.bids.share.get(application.sector, 0))
        size, value = self._sized(application, np.minimum(room, most), above, below)
        full_size, full_value = self._sized(application, most, above, below)
        worth_it = bool(((full_size > 0) & (full_value * MICRO > unit * full_size)).any())
        return _Offers(pools, first, size, value, unit * size, worth_it, bool((full_size > 0).any()))

    def _sized(self, application: Application, most: Integers, above: Integers, below: Integers) -> tuple[Integers, Integers]:
        """The largest allowed size up to `most`, 0 where it is below the minimum or worth nothing; and its value."""
        size = most
        if self.problem.rules.size_steps:
            steps = np.array([0, *sorted(set(self.problem.rules.size_steps))], dtype=np.int64)
            size = steps[np.searchsorted(steps, most, side="right") - 1]
        value = above * size // below
        fits = (size >= application.minimum_servers) & (value > 0)
        return np.where(fits, size, 0), np.where(fits, value, 0)

    def _columns_of(self, application: Application, model: str, first: int, starts: int) -> tuple[Integers, Integers]:
        """Value of n servers as `above * n // below`, by start; kept while the application waits."""
        rules, weeks, key = self.problem.rules, self.problem.tables.weeks, (application.id, model)
        late = first - application.earliest_week
        if key not in self._columns:
            rate = server_week(application.score, application.priority, application.models[model], rules.score_power)
            if rate * application.servers * weeks >= LARGEST_TOTAL:
                raise BadInput("is worth more than is handled.", where=f"application {application.id}")
            whole = worth(application, model, first=application.earliest_week, starts=late + starts, rules=rules)
            made = columns([whole], weeks=weeks, delay_per_week=exact(rules.delay_per_week))
            self._columns[key] = (made.above, made.below)
        above, below = self._columns[key]
        return above[late : late + starts], below[late : late + starts]

    def _wait(self, application: Application, now: int) -> int:
        """Weeks from its earliest start until its smallest size is free, be it beyond its window."""
        first = max(application.earliest_week, now)
        starts, found = self.problem.tables.weeks - first, -1
        for model in sorted(application.models):
            if starts <= 0 or model not in self.counts.blocks:
                continue
            room = self.counts.room(
                model,
                duration=min(application.weeks, self.problem.tables.weeks),
                first=first,
                starts=starts,
                required=application.pod == "required",
            )
            enough = np.flatnonzero(room.max(axis=0) >= application.minimum_servers)
            if len(enough) and (found < 0 or enough[0] < found):
                found = int(enough[0])
        return -1 if found < 0 else first + found - application.earliest_week
