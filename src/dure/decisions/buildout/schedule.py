"""When does each batch begin, get power and serve? One queue per site, for all runs at once.

A batch joins the queue when its servers and all that the site must give are there; the crew that is
free first takes the batch that has waited longest, equal ones in the published order. Days drawn at
random belong to the place in the queue, not to the batch. In the plan every batch takes the same days,
and then such a queue has no scheduling anomalies: the n-th batch to leave never leaves sooner because
some batch joins later, nor later because a crew or power is added.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from dure.decisions.buildout.chance import draws, pick, triangle
from dure.decisions.buildout.days import Whole, WorkDays
from dure.decisions.buildout.problem import Expected, Problem, SitePlan
from dure.formats.stages.buildout import STEPS, BuildoutRules


class Timetable(NamedTuple):
    """Working days by run and batch of one site, in the published order."""

    delivered: Whole
    begins: Whole
    powered: Whole
    serves: Whole


def planned(problem: Problem) -> dict[str, Timetable]:
    """The plan: likely deliveries and likely step days."""
    likely = {name: step.likely for name, step in problem.rules.step_days.items()}
    return {
        site.site: _queue(
            site,
            _delivered(site, {c: _likely(problem.expected[c], problem.days) for c in problem.expected}, problem),
            {name: np.full((1, len(site.batches)), likely[name], dtype=np.int64) for name in STEPS},
            problem,
        )
        for site in problem.sites
    }


def sampled(problem: Problem) -> dict[str, Timetable]:
    """As many runs as the rules ask for, each with its own deliveries and step days."""
    seed, runs = problem.facts.seed, problem.rules.runs
    arrivals = {name: _drawn(expected, name, seed, runs, problem.days) for name, expected in problem.expected.items()}
    return {
        site.site: _queue(site, _delivered(site, arrivals, problem), _step_days(site, problem.rules, seed), problem)
        for site in problem.sites
    }


def _likely(expected: Sequence[Expected], days: WorkDays) -> Whole:
    return np.array([[days.number(one.likely) for one in expected]], dtype=np.int64).reshape(1, len(expected))


def _drawn(expected: Sequence[Expected], cluster: str, seed: str, runs: int, days: WorkDays) -> Whole:
    """The working day of each consignment in each run."""
    arrivals = np.empty((runs, len(expected)), dtype=np.int64)
    for column, one in enumerate(expected):
        numbers = np.array([days.number(day) for day in one.days], dtype=np.int64)
        arrivals[:, column] = numbers[pick(one.weights, draws(seed, "delivery", cluster, one.delivery.id, runs=runs))]
    return arrivals


def _step_days(site: SitePlan, rules: BuildoutRules, seed: str) -> dict[str, Whole]:
    """Days of each step by run and place in the queue."""
    drawn: dict[str, Whole] = {}
    for name in STEPS:
        step = rules.step_days[name]
        weights = triangle(step.least, step.likely, step.most)
        columns = [
            step.least + pick(weights, draws(seed, "step", site.site, name, str(place), runs=rules.runs))
            for place in range(len(site.batches))
        ]
        drawn[name] = np.stack(columns, axis=1) if columns else np.empty((rules.runs, 0), dtype=np.int64)
    return drawn


def _delivered(site: SitePlan, arrivals: Mapping[str, Whole], problem: Problem) -> Whole:
    """The working day on which the servers that came first are enough for each batch."""
    runs = len(next(iter(arrivals.values())))
    columns = np.full((runs, len(site.batches)), problem.days.never, dtype=np.int64)
    for cluster in {batch.cluster for batch in site.batches}:
        order = np.argsort(arrivals[cluster], axis=1, kind="stable")
        sizes = np.array([one.delivery.servers for one in problem.expected[cluster]], dtype=np.int64)
        days = np.take_along_axis(arrivals[cluster], order, axis=1)
        came = np.cumsum(sizes[order], axis=1)
        where = [place for place, batch in enumerate(site.batches) if batch.cluster == cluster]
        needs = np.array([site.batches[place].needs for place in where], dtype=np.int64)
        enough = np.zeros((runs, len(where)), dtype=np.int64)
        for column in range(came.shape[1]):
            enough += came[:, column : column + 1] < needs
        with_never = np.concatenate([days, np.full((runs, 1), problem.days.never, dtype=np.int64)], axis=1)
        columns[:, where] = np.take_along_axis(with_never, enough, axis=1)
    return columns


def _queue(site: SitePlan, delivered: Whole, step_days: Mapping[str, Whole], problem: Problem) -> Timetable:
    """First come, first served, by all crews of the site; vectorised over runs, one place in the queue at a time."""
    runs, places = delivered.shape
    never, row = problem.days.never, np.arange(runs)
    gates = np.array([max(batch.gates.values()) for batch in site.batches], dtype=np.int64)
    powered_from = np.array([batch.powered_from for batch in site.batches], dtype=np.int64)
    joins = np.minimum(np.maximum(delivered, gates), never)
    order = np.argsort(joins, axis=1, kind="stable")
    before_power, after_power = step_days["rack"] + step_days["cable"], step_days["test"] + step_days["accept"]
    begins, powered, serves = (np.full((runs, places), never, dtype=np.int64) for _ in range(3))
    free = np.tile(np.array(site.crews, dtype=np.int64), (runs, 1))
    for place in range(places if site.crews else 0):
        batch = order[:, place]
        crew = np.argmin(free, axis=1)
        start = np.maximum(joins[row, batch], free[row, crew])
        power = np.maximum(start + before_power[:, place], powered_from[batch])
        left = power + step_days["power"][:, place]
        free[row, crew] = np.minimum(left, never)
        begins[row, batch], powered[row, batch] = np.minimum(start, never), np.minimum(power, never)
        serves[row, batch] = left + after_power[:, place] + step_days["stabilise"][:, place]
    return Timetable(delivered, begins, powered, np.minimum(np.maximum(serves, problem.tomorrow), never))
