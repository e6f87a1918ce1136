"""What do the published definitions give, run by run, in plain Python numbers?

Written apart from the decision: one batch after the other, a heap of crews, sorted lists, and no array.
"""

import datetime as dt
import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import accumulate
from typing import NamedTuple

from dure.formats.stages.buildout import STEPS, BuildoutFacts, BuildoutRules, Cause, Cluster, Delivery, LevelFrom, Site

ONE_DAY = dt.timedelta(days=1)
_MASK = 2**64 - 1


class Calendar(NamedTuple):
    """Every working day that can matter; what is not in the list lies beyond sight."""

    days: tuple[dt.date, ...]

    def at(self, day: dt.date) -> int:
        return bisect_left(self.days, day)

    def day(self, place: int) -> dt.date | None:
        return self.days[place] if place < len(self.days) else None


class Walk(NamedTuple):
    """One batch in one run: place on the calendar at which it is delivered, begins, is powered, serves."""

    delivered: int
    begins: int
    powered: int
    serves: int


class Load(NamedTuple):
    """A batch in the published order and from when on its site lets it begin, and lets it have power."""

    cluster: str
    servers: int
    needs: int
    begin_from: int
    power_from: int


def calendar_of(facts: BuildoutFacts) -> Calendar:
    """All working days from well before the start to twenty years after it."""
    free, first = set(facts.holidays), facts.start_on - dt.timedelta(days=4_100)
    span = (facts.start_on + dt.timedelta(days=7_305) - first).days
    return Calendar(tuple(day for n in range(span) if (day := first + n * ONE_DAY).weekday() < 5 and day not in free))


def serving(cluster: Cluster, day: dt.date) -> int:
    """Servers known to be in service on that day."""
    return max((level.value for level in cluster.actual_service if level.from_on <= day), default=0)


def met_on(cause: Cause, as_of: dt.date) -> dt.date:
    """The day of a milestone as `as_of` sees it."""
    known = cause.actual_on is not None and cause.actual_on <= as_of
    return cause.actual_on if known and cause.actual_on else max(cause.promised_on, as_of + ONE_DAY)


def late_by(cause: Cause, as_of: dt.date) -> int:
    """Days by which a milestone is behind its promise."""
    return max((met_on(cause, as_of) - cause.promised_on).days, 0)


def likely_on(delivery: Delivery, facts: BuildoutFacts) -> dt.date:
    """When a consignment came or, by the forecast, comes."""
    if delivery.actual_on and delivery.actual_on <= facts.as_of:
        return delivery.actual_on
    return max(delivery.likely_on + _shift(delivery, facts), facts.as_of + ONE_DAY)


def _shift(delivery: Delivery, facts: BuildoutFacts) -> dt.timedelta:
    return dt.timedelta(days=sum(late_by(cause, facts.as_of) for cause in facts.causes if cause.id == delivery.after))


def loads(site: Site, facts: BuildoutFacts, rules: BuildoutRules, calendar: Calendar) -> list[Load]:
    """The site's batches; each waits for the levels that all before it and itself need together."""
    clusters = sorted((c for c in facts.clusters if c.site == site.id), key=lambda c: (c.promised_on, c.id))
    have = {cluster.id: serving(cluster, facts.as_of) for cluster in clusters}
    ahead = rules.step_days["rack"].likely + rules.step_days["cable"].likely
    made = []
    for cluster in clusters:
        milestones = [c for c in facts.causes if not c.before_clusters or cluster.id in c.before_clusters]
        released = max((calendar.at(met_on(cause, facts.as_of)) for cause in milestones), default=0)
        while (before := have[cluster.id]) < cluster.servers:
            have[cluster.id] = min(before + rules.batch_servers, cluster.servers)
            watts = sum(have[c.id] * c.power_w_per_server for c in clusters)
            racks = sum(-(-have[c.id] // c.servers_per_rack) for c in clusters)
            ports = sum(have[c.id] * c.ports_per_server for c in clusters)
            power = max(_when(site.power_kw, watts, 1000, calendar), _when(site.cooling_kw, watts, 1000, calendar))
            room = max(_when(site.racks, racks, 1, calendar), _when(site.network_ports, ports, 1, calendar))
            size = have[cluster.id] - before
            made.append(Load(cluster.id, size, have[cluster.id], max(released, room, power - ahead), power))
    return made


def _when(levels: Iterable[LevelFrom], needed: int, unit: int, calendar: Calendar) -> int:
    days = [level.from_on for level in levels if level.value * unit >= needed]
    return calendar.at(min(days)) if days else len(calendar.days)


def crew_days(site: Site, calendar: Calendar, *, most: int) -> list[int]:
    """From which place on the calendar each crew is there."""
    highest = min(max((level.value for level in site.crews), default=0), most)
    return [_when(site.crews, crew, 1, calendar) for crew in range(1, highest + 1)]


def walk_site(
    batches: Sequence[Load],
    crews: Sequence[int],
    arrivals: Mapping[str, Sequence[tuple[int, int]]],
    step_days: Mapping[str, Sequence[int]],
    limits: tuple[int, int],
) -> list[Walk]:
    """One run of one site. `arrivals`: (place on the calendar, servers) by cluster; `limits`: tomorrow, out of sight."""
    tomorrow, never = limits
    came = {name: _running(sorted(rows)) for name, rows in arrivals.items()}
    ready = []
    for batch in batches:
        sums, places = came[batch.cluster]
        found = bisect_left(sums, batch.needs)
        ready.append(places[found] if found < len(places) else never)
    joins = [min(max(day, batch.begin_from), never) for day, batch in zip(ready, batches, strict=True)]
    made = [Walk(day, never, never, never) for day in ready]
    free = list(crews)
    heapify(free)
    for turn, k in enumerate(sorted(range(len(batches)), key=lambda k: (joins[k], k)) if free else ()):
        begins = max(joins[k], heappop(free))
        powered = max(begins + step_days["rack"][turn] + step_days["cable"][turn], batches[k].power_from)
        left = powered + step_days["power"][turn]
        heappush(free, min(left, never))
        serves = left + step_days["test"][turn] + step_days["accept"][turn] + step_days["stabilise"][turn]
        made[k] = Walk(ready[k], min(begins, never), min(powered, never), min(max(serves, tomorrow), never))
    return made


def _running(rows: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return list(accumulate(servers for _, servers in rows)), [place for place, _ in rows]


def draws(seed: str, *names: str, runs: int) -> list[int]:
    """The published stream: SplitMix64 over a key from SHA-256, upper 32 bits."""
    state = int.from_bytes(hashlib.sha256("\x00".join((seed, *names)).encode()).digest()[:8], "big")
    made = []
    for _ in range(runs):
        state = (state + 0x9E3779B97F4A7C15) & _MASK
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        made.append((mixed ^ (mixed >> 31)) >> 32)
    return made


def drawn_steps(site: Site, rules: BuildoutRules, seed: str, turns: int) -> list[dict[str, list[int]]]:
    """For each run and step the days by place in the queue."""
    columns: dict[str, list[list[int]]] = {}
    for name in STEPS:
        step = rules.step_days[name]
        days = range(step.least, step.most + 1)
        sums = list(accumulate(_weight(day, step.least, step.likely, step.most) for day in days))
        columns[name] = [
            [
                days[bisect_right(sums, draw * sums[-1] >> 32)]
                for draw in draws(seed, "step", site.id, name, str(turn), runs=rules.runs)
            ]
            for turn in range(turns)
        ]
    return [{name: [column[run] for column in columns[name]] for name in STEPS} for run in range(rules.runs)]


def drawn_arrivals(cluster: Cluster, facts: BuildoutFacts, runs: int, calendar: Calendar) -> list[list[tuple[int, int]]]:
    """For each run the consignments of a cluster: (place on the calendar, servers)."""
    by_run: list[list[tuple[int, int]]] = [[] for _ in range(runs)]
    for delivery in cluster.deliveries:
        days, sums = _chances(delivery, facts)
        places = [calendar.at(day) for day in days]
        for run, draw in enumerate(draws(facts.seed, "delivery", cluster.id, delivery.id, runs=runs)):
            by_run[run].append((places[bisect_right(sums, draw * sums[-1] >> 32)], delivery.servers))
    return by_run


def _chances(delivery: Delivery, facts: BuildoutFacts) -> tuple[list[dt.date], list[int]]:
    """The days on which it can still come, and the running sum of their weights."""
    if delivery.actual_on and delivery.actual_on <= facts.as_of:
        return [delivery.actual_on], [1]
    shift, span = _shift(delivery, facts), (delivery.latest_on - delivery.earliest_on).days
    likely = (delivery.likely_on - delivery.earliest_on).days
    weighed = [(delivery.earliest_on + shift + n * ONE_DAY, _weight(n, 0, likely, span)) for n in range(span + 1)]
    left = [(day, weight) for day, weight in weighed if day > facts.as_of] or [(facts.as_of + ONE_DAY, 1)]
    return [day for day, _ in left], list(accumulate(weight for _, weight in left))


def _weight(day: int, least: int, likely: int, most: int) -> int:
    if day <= likely:
        return (day - least + 1) * (most - likely + 1)
    return (most - day + 1) * (likely - least + 1)
