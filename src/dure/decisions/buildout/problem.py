"""What must each batch wait for? Dates become numbers of working days.

Batches stand in the published order: by the date promised to their cluster, its id, and their number.
Room, power, cooling and ports are reserved in that order, after what already runs; so no delivery can
take the power of another, and one that comes later never makes anything else possible sooner.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dure.decisions.buildout.chance import triangle
from dure.decisions.buildout.days import Whole, WorkDays, work_days
from dure.formats.stages.buildout import BuildoutFacts, BuildoutRules, Cause, Cluster, Delivery, LevelFrom, Site

CARRIED = ("power", "cooling", "racks", "network")


class Expected(NamedTuple):
    """One consignment as `as_of` knows it: `days` in which it may come, the likely one, and whether it has come."""

    delivery: Delivery
    likely: dt.date
    days: tuple[dt.date, ...]
    weights: Whole
    came: bool


class Batch(NamedTuple):
    """`gates`: what besides delivery and crew must be there, and from which working day on it is.

    `powered_from`: the day before which its power step cannot begin; the crew may come earlier.
    """

    cluster: str
    number: int
    servers: int
    needs: int
    gates: dict[str, int]
    powered_from: int


class SitePlan(NamedTuple):
    """The batches of one site in the published order, and the working day from which each crew is there."""

    site: str
    crews: tuple[int, ...]
    batches: tuple[Batch, ...]


class Problem(NamedTuple):
    """What the schedule is made from."""

    facts: BuildoutFacts
    rules: BuildoutRules
    days: WorkDays
    tomorrow: int
    clusters: tuple[Cluster, ...]
    running: dict[str, tuple[LevelFrom, ...]]
    expected: dict[str, tuple[Expected, ...]]
    sites: tuple[SitePlan, ...]
    late: tuple[tuple[Cause, int], ...]


def problem_of(facts: BuildoutFacts, rules: BuildoutRules) -> Problem:
    """The facts as numbers; `refuse_nonsense` has looked at them before."""
    days = work_days(facts.start_on, facts.holidays)
    clusters = tuple(sorted(facts.clusters, key=lambda cluster: (cluster.promised_on, cluster.id)))
    running = {cluster.id: known_levels(cluster.actual_service, facts.as_of) for cluster in clusters}
    late = {cause.id: _late_days(cause, facts.as_of) for cause in facts.causes}
    expected = {
        cluster.id: tuple(
            _expected(delivery, facts.as_of, late[delivery.after] if delivery.after else 0)
            for delivery in sorted(cluster.deliveries, key=lambda delivery: delivery.id)
        )
        for cluster in clusters
    }
    held = tuple((cause, days.number(_met_on(cause, facts.as_of))) for cause in facts.causes)
    ground = Ground(running, held, days, rules)
    sites = tuple(
        _site_plan(site, [c for c in clusters if c.site == site.id], ground)
        for site in sorted(facts.sites, key=lambda site: site.id)
    )
    causes = sorted(facts.causes, key=lambda cause: (cause.promised_on, cause.id))
    return Problem(
        facts, rules, days, days.number(facts.as_of + dt.timedelta(days=1)), clusters, running, expected, sites,
        tuple((cause, late[cause.id]) for cause in causes if late[cause.id]),
    )  # fmt: skip


def known_levels(levels: Sequence[LevelFrom], as_of: dt.date) -> tuple[LevelFrom, ...]:
    """What of a step function has happened by that day, in order of date."""
    return tuple(sorted((level for level in levels if level.from_on <= as_of), key=lambda level: level.from_on))


def top(levels: Sequence[LevelFrom]) -> int:
    """The last level reached, nothing before the first."""
    return levels[-1].value if levels else 0


def _met_on(cause: Cause, as_of: dt.date) -> dt.date:
    """When the milestone was met or, while it is open, the first day on which it still can be."""
    if cause.actual_on is not None and cause.actual_on <= as_of:
        return cause.actual_on
    return max(cause.promised_on, as_of + dt.timedelta(days=1))


def _late_days(cause: Cause, as_of: dt.date) -> int:
    return max(0, (_met_on(cause, as_of) - cause.promised_on).days)


def _expected(delivery: Delivery, as_of: dt.date, late: int) -> Expected:
    """A consignment that has not come by `as_of` comes later than that, on what is left of its triangle."""
    if delivery.actual_on is not None and delivery.actual_on <= as_of:
        return Expected(delivery, delivery.actual_on, (delivery.actual_on,), np.ones(1, dtype=np.int64), came=True)
    earliest, likely, latest = (
        day + dt.timedelta(days=late) for day in (delivery.earliest_on, delivery.likely_on, delivery.latest_on)
    )
    tomorrow = as_of + dt.timedelta(days=1)
    if latest < tomorrow:
        return Expected(delivery, tomorrow, (tomorrow,), np.ones(1, dtype=np.int64), came=False)
    first = max(earliest, tomorrow)
    days = tuple(first + dt.timedelta(days=n) for n in range((latest - first).days + 1))
    weights = _triangle_from(earliest, likely, latest)[(first - earliest).days :]
    return Expected(delivery, max(likely, tomorrow), days, weights, came=False)


def _triangle_from(earliest: dt.date, likely: dt.date, latest: dt.date) -> Whole:
    return triangle(0, (likely - earliest).days, (latest - earliest).days)


class Ground(NamedTuple):
    """What all sites share: servers already in service, when milestones are met, the calendar, the rules."""

    running: dict[str, tuple[LevelFrom, ...]]
    milestones: tuple[tuple[Cause, int], ...]
    days: WorkDays
    rules: BuildoutRules


def _site_plan(site: Site, clusters: Sequence[Cluster], ground: Ground) -> SitePlan:
    """Every batch that is not in service yet, with the first day on which the site can carry it."""
    running, days, rules = ground.running, ground.days, ground.rules
    levels = {name: sorted(getattr(site, field), key=lambda level: level.from_on) for name, field in SITE_FIELDS.items()}
    used = dict.fromkeys(CARRIED, 0)
    for cluster in clusters:
        used = _plus(used, cluster, 0, top(running[cluster.id]))
    to_power = rules.step_days["rack"].likely + rules.step_days["cable"].likely
    batches = []
    for cluster in clusters:
        release = max((day for cause, day in ground.milestones if holds(cause, cluster.id)), default=0)
        done = start = top(running[cluster.id])
        for number, first in enumerate(range(start, cluster.servers, rules.batch_servers), start=1):
            done = min(first + rules.batch_servers, cluster.servers)
            needed = _plus(used, cluster, start, done)
            from_day = {name: _reached(levels[name], needed[name], name, days) for name in CARRIED}
            gates = {name: from_day[name] - (to_power if name in {"power", "cooling"} else 0) for name in CARRIED}
            powered = max(from_day["power"], from_day["cooling"])
            batches.append(Batch(cluster.id, number, done - first, done, {"milestone": release, **gates}, powered))
        used = _plus(used, cluster, start, done)
    most = min(max((level.value for level in levels["crews"]), default=0), len(batches))
    crews = tuple(_reached(levels["crews"], n + 1, "crews", days) for n in range(most))
    return SitePlan(site.id, crews, tuple(batches))


SITE_FIELDS = {"power": "power_kw", "cooling": "cooling_kw", "racks": "racks", "network": "network_ports", "crews": "crews"}


def holds(cause: Cause, cluster: str) -> bool:
    """Does the cluster have to wait for that milestone?"""
    return not cause.before_clusters or cluster in cause.before_clusters


def _plus(used: dict[str, int], cluster: Cluster, start: int, end: int) -> dict[str, int]:
    """What the site carries when the cluster's servers from `start` to `end` are added."""
    watts = (end - start) * cluster.power_w_per_server
    racks = -(-end // cluster.servers_per_rack) + -start // cluster.servers_per_rack
    return {
        "power": used["power"] + watts,
        "cooling": used["cooling"] + watts,
        "racks": used["racks"] + racks,
        "network": used["network"] + (end - start) * cluster.ports_per_server,
    }


def _reached(levels: Sequence[LevelFrom], needed: int, name: str, days: WorkDays) -> int:
    """The first working day on which the level is as high as needed; power and cooling are given in kW, needed in W."""
    unit = 1000 if name in {"power", "cooling"} else 1
    return next((days.number(level.from_on) for level in levels if level.value * unit >= needed), days.never)
