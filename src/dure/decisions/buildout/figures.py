"""What is in service when? Calendars and dates from the timetables, by order statistics over the runs."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np

from dure.decisions.buildout.days import Whole
from dure.decisions.buildout.problem import Problem
from dure.decisions.buildout.schedule import Timetable
from dure.formats.stages.buildout import STEPS, Cluster, LevelFrom, PlannedBatch

Quantile = Literal["p50", "p90"]
PERCENT: dict[Quantile, int] = {"p50": 50, "p90": 90}
_DAY_ZERO = dt.date(1970, 1, 1).toordinal()


class Service(NamedTuple):
    """One cluster, or the programme: first and full service by run, in days since 1970, and servers by run and week."""

    first: Whole
    full: Whole
    weekly: Whole


def services(problem: Problem, tables: Mapping[str, Timetable]) -> dict[str, Service]:
    """First and full service and the weekly level of every cluster."""
    made = {}
    ends = [problem.days.number(end + dt.timedelta(days=1)) for end in week_ends(problem)]
    for site in problem.sites:
        for cluster in (c for c in problem.clusters if c.site == site.site):
            where = [place for place, batch in enumerate(site.batches) if batch.cluster == cluster.id]
            sizes = np.array([site.batches[place].servers for place in where], dtype=np.int64)
            serves = tables[site.site].serves[:, where]
            made[cluster.id] = _service(problem, cluster, serves, sizes, np.array(ends, dtype=np.int64))
    return made


def _service(problem: Problem, cluster: Cluster, serves: Whole, sizes: Whole, ends: Whole) -> Service:
    runs, known = len(serves), problem.running[cluster.id]
    already = [max((v.value for v in known if v.from_on <= end), default=0) for end in week_ends(problem)]
    weekly = np.zeros((runs, len(ends) + 1), dtype=np.int64)
    week = np.searchsorted(ends, serves, side="right")
    np.add.at(weekly, (np.arange(runs)[:, None], week), sizes)
    weekly = np.cumsum(weekly[:, :-1], axis=1) + np.array(already, dtype=np.int64)
    first, full = _known_day(known, 1), _known_day(known, cluster.servers)
    return Service(
        np.full(runs, first) if first is not None else problem.days.ordinals(serves.min(axis=1)),
        np.full(runs, full) if full is not None else problem.days.ordinals(serves.max(axis=1)),
        weekly,
    )


def _known_day(known: tuple[LevelFrom, ...], servers: int) -> int | None:
    return next((level.from_on.toordinal() - _DAY_ZERO for level in known if level.value >= servers), None)


def programme(clusters: Mapping[str, Service]) -> Service:
    """All clusters together: the first to serve, the last to be full."""
    parts = list(clusters.values())
    return Service(
        np.min([part.first for part in parts], axis=0),
        np.max([part.full for part in parts], axis=0),
        np.sum([part.weekly for part in parts], axis=0),
    )


def week_ends(problem: Problem) -> list[dt.date]:
    """The last day of each week of the horizon."""
    return [problem.facts.start_on + dt.timedelta(days=7 * week + 6) for week in range(problem.facts.weeks)]


def dated(problem: Problem, days: Whole, *, percent: int = 50) -> dt.date | None:
    """The first day by which that part of the runs has got there; None when that is not in sight."""
    day = int(np.sort(days)[_place(percent, len(days))])
    never = int(problem.days.ordinals(np.array([problem.days.never]))[0])
    return None if day >= never else dt.date.fromordinal(day + _DAY_ZERO)


def levels(weekly: Whole, *, percent: int = 50) -> tuple[int, ...]:
    """The servers that at least that part of the runs has in service at the end of each week."""
    falling = -np.sort(-weekly, axis=0)
    return tuple(int(level) for level in falling[_place(percent, len(weekly))])


def _place(percent: int, runs: int) -> int:
    return -(-percent * runs // 100) - 1


def planned_batches(problem: Problem, plan: Mapping[str, Timetable]) -> tuple[PlannedBatch, ...]:
    """Each batch with the days on which its steps begin in the plan."""
    likely, made = {name: step.likely for name, step in problem.rules.step_days.items()}, []
    for site in problem.sites:
        table = plan[site.site]
        for place, batch in enumerate(site.batches):
            begins, powered = int(table.begins[0, place]), int(table.powered[0, place])
            numbers = {"rack": begins, "cable": begins + likely["rack"], "power": powered}
            numbers["test"] = powered + likely["power"]
            numbers["accept"] = numbers["test"] + likely["test"]
            numbers["stabilise"] = numbers["accept"] + likely["accept"]
            serves = int(table.serves[0, place])
            out_of_sight = serves >= problem.days.never
            made.append(
                PlannedBatch(
                    cluster=batch.cluster,
                    number=batch.number,
                    servers=batch.servers,
                    delivered_on=problem.days.date(int(table.delivered[0, place])),
                    begins_on={name: None if out_of_sight else problem.days.date(numbers[name]) for name in STEPS},
                    service_on=problem.days.date(serves),
                )
            )
    return tuple(sorted(made, key=lambda batch: (batch.cluster, batch.number)))
