"""How many servers are in service when, counted from the walks?"""

import datetime as dt
from itertools import accumulate
from typing import NamedTuple

from dure.checks.buildout.limits import week_end
from dure.checks.buildout.walk import (
    Calendar,
    Load,
    Walk,
    crew_days,
    drawn_arrivals,
    drawn_steps,
    likely_on,
    loads,
    serving,
    walk_site,
)
from dure.formats.stages.buildout import STEPS, BuildoutFacts, BuildoutRules, Cluster, PlannedBatch

FAR = dt.date.max
Served = dict[str, list[tuple[dt.date, int]]]


class Count(NamedTuple):
    """First and full service of one cluster, and servers in service at the end of each week."""

    first: dt.date | None
    full: dt.date | None
    weekly: list[int]


class InRun(NamedTuple):
    """The same of one run, where a day beyond sight is `FAR`."""

    first: dt.date
    full: dt.date
    weekly: list[int]


class Counts(NamedTuple):
    """The programme and its clusters."""

    first: dt.date | None
    full: dt.date | None
    clusters: dict[str, Count]


def count_plan(facts: BuildoutFacts, rules: BuildoutRules, calendar: Calendar) -> tuple[Counts, list[PlannedBatch]]:
    """The plan walked through with likely days, and its batches."""
    served: Served = {cluster.id: [] for cluster in facts.clusters}
    batches = []
    for site in facts.sites:
        queue = loads(site, facts, rules, calendar)
        days: dict[str, list[int]] = {name: [rules.step_days[name].likely] * len(queue) for name in STEPS}
        arrivals = {
            cluster.id: [(calendar.at(likely_on(one, facts)), one.servers) for one in cluster.deliveries]
            for cluster in facts.clusters
        }
        walks = walk_site(queue, crew_days(site, calendar, most=len(queue)), arrivals, days, _limits(facts, calendar))
        numbers: dict[str, int] = {}
        for load, walk in zip(queue, walks, strict=True):
            numbers[load.cluster] = numbers.get(load.cluster, 0) + 1
            served[load.cluster].append((calendar.day(walk.serves) or FAR, load.servers))
            batches.append(_batch(load, numbers[load.cluster], walk, rules, calendar))
    batches.sort(key=lambda batch: (batch.cluster, batch.number))
    return _quantiles(facts, _runs(facts, [served]), 1), batches


def _limits(facts: BuildoutFacts, calendar: Calendar) -> tuple[int, int]:
    return calendar.at(facts.as_of + dt.timedelta(days=1)), len(calendar.days)


def _batch(load: Load, number: int, walk: Walk, rules: BuildoutRules, calendar: Calendar) -> PlannedBatch:
    days = rules.step_days
    place = {"rack": walk.begins, "cable": walk.begins + days["rack"].likely, "power": walk.powered}
    place["test"] = walk.powered + days["power"].likely
    place["accept"] = place["test"] + days["test"].likely
    place["stabilise"] = place["accept"] + days["accept"].likely
    serves = calendar.day(walk.serves)
    return PlannedBatch(
        cluster=load.cluster,
        number=number,
        servers=load.servers,
        delivered_on=calendar.day(walk.delivered),
        begins_on={name: calendar.day(place[name]) if serves else None for name in STEPS},
        service_on=serves,
    )


def count_runs(facts: BuildoutFacts, rules: BuildoutRules, calendar: Calendar) -> dict[str, Counts]:
    """P50 and P90 from as many walks as the rules ask for."""
    arrivals = {cluster.id: drawn_arrivals(cluster, facts, rules.runs, calendar) for cluster in facts.clusters}
    served: list[Served] = [{cluster.id: [] for cluster in facts.clusters} for _ in range(rules.runs)]
    for site in facts.sites:
        queue = loads(site, facts, rules, calendar)
        crews = crew_days(site, calendar, most=len(queue))
        mine = {load.cluster for load in queue}
        for run, days in enumerate(drawn_steps(site, rules, facts.seed, len(queue))):
            here = {name: arrivals[name][run] for name in mine}
            for load, walk in zip(queue, walk_site(queue, crews, here, days, _limits(facts, calendar)), strict=True):
                served[run][load.cluster].append((calendar.day(walk.serves) or FAR, load.servers))
    runs = _runs(facts, served)
    return {"p50": _quantiles(facts, runs, -(-rules.runs // 2)), "p90": _quantiles(facts, runs, -(-rules.runs * 9 // 10))}


def _runs(facts: BuildoutFacts, served: list[Served]) -> list[dict[str, InRun]]:
    """What each run comes to, by cluster."""
    known = {cluster.id: _known(facts, cluster) for cluster in facts.clusters}
    return [{name: _cluster_run(facts, known[name], rows) for name, rows in one.items()} for one in served]


def _known(facts: BuildoutFacts, cluster: Cluster) -> Count:
    """What is known of a cluster's service, whatever a run draws."""
    seen = sorted((v.from_on, v.value) for v in cluster.actual_service if v.from_on <= facts.as_of)
    now = serving(cluster, facts.as_of)
    return Count(
        first=next((day for day, value in seen if value), None),
        full=next((day for day, value in seen if value == cluster.servers), None),
        weekly=[min(serving(cluster, week_end(facts, week)), now) for week in range(facts.weeks)],
    )


def _cluster_run(facts: BuildoutFacts, known: Count, served: list[tuple[dt.date, int]]) -> InRun:
    """First and full service and the weekly level of a cluster in one run."""
    first = known.first or min((day for day, _ in served), default=FAR)
    full = known.full or max((day for day, _ in served), default=FAR)
    gained = [0] * (facts.weeks + 1)
    for day, servers in served:
        gained[min(max((day - facts.start_on).days // 7, 0), facts.weeks)] += servers
    return InRun(first, full, [level + here for level, here in zip(accumulate(gained), known.weekly, strict=False)])


def _quantiles(facts: BuildoutFacts, runs: list[dict[str, InRun]], place: int) -> Counts:
    """The date that `place` runs have reached, and the level that `place` runs have at least."""

    def date(days: list[dt.date]) -> dt.date | None:
        day = sorted(days)[place - 1]
        return None if day == FAR else day

    clusters = {}
    for cluster in facts.clusters:
        rows = [run[cluster.id] for run in runs]
        weekly = [sorted((row.weekly[week] for row in rows), reverse=True)[place - 1] for week in range(facts.weeks)]
        clusters[cluster.id] = Count(date([row.first for row in rows]), date([row.full for row in rows]), weekly)
    return Counts(
        date([min(row.first for row in run.values()) for run in runs]),
        date([max(row.full for row in run.values()) for run in runs]),
        clusters,
    )
