"""Why is it late, what holds it back each week, and what would win time back?"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from dure.decisions.buildout.figures import Service, dated, programme, services, week_ends
from dure.decisions.buildout.problem import SITE_FIELDS, Problem, SitePlan, holds, problem_of
from dure.decisions.buildout.schedule import Timetable, planned
from dure.formats.stages.buildout import (
    BindingWeek,
    BuildoutFacts,
    BuildoutRules,
    Cluster,
    Delivery,
    Holder,
    LevelFrom,
    Site,
    TimeWon,
)

# Where two things come on the same day, the one named first is said to have held.
HOLDERS: tuple[Holder, ...] = ("delivery", "milestone", "power", "cooling", "racks", "network")


def binding_weeks(problem: Problem, plan: Mapping[str, Timetable]) -> tuple[BindingWeek, ...]:
    """For each week and site: what the batch that begins next was still waiting for when the week ended."""
    ends = [problem.days.number(end + dt.timedelta(days=1)) for end in week_ends(problem)]
    return tuple(
        BindingWeek(week=week, site=site.site, resource=_held_at(site, plan[site.site], ends[week]))
        for week in range(problem.facts.weeks)
        for site in problem.sites
    )


def _held_at(site: SitePlan, table: Timetable, now: int) -> Holder:
    """The last thing to come, of those that were not there by `now`; the crews when all else was."""
    waiting = np.flatnonzero(table.begins[0] >= now)
    if not waiting.size:
        return "nothing"
    place = int(waiting[np.argmin(table.begins[0, waiting])])
    there = _there(site, table, place)
    missing = [name for name in HOLDERS if there[name] >= now]
    return max(missing, key=lambda name: (there[name], -HOLDERS.index(name)), default="crews")


def _there(site: SitePlan, table: Timetable, place: int) -> dict[Holder, int]:
    """From which working day on each thing lets the batch begin."""
    gates = site.batches[place].gates
    return {name: int(table.delivered[0, place]) if name == "delivery" else gates[name] for name in HOLDERS}


def first_cause(problem: Problem, cluster: Cluster, plan: Mapping[str, Timetable], slip: int | None) -> str:
    """The milestone that was late first; else what held the batch that is to serve first."""
    if slip is not None and slip <= 0:
        return ""
    if late := [cause.id for cause, _ in problem.late if holds(cause, cluster.id)]:
        return late[0]
    if problem.running[cluster.id] and problem.running[cluster.id][-1].value:
        return f"delivery/{_completing(problem, cluster, 1)}"
    site = next(site for site in problem.sites if site.site == cluster.site)
    return _holder_of_first(problem, cluster, site, plan[site.site])


def _holder_of_first(problem: Problem, cluster: Cluster, site: SitePlan, table: Timetable) -> str:
    places = [place for place, batch in enumerate(site.batches) if batch.cluster == cluster.id]
    place = min(places, key=lambda one: (table.serves[0, one], table.begins[0, one], one))
    there = _there(site, table, place)
    name = max(HOLDERS, key=lambda name: (there[name], -HOLDERS.index(name)))
    if there[name] < table.begins[0, place]:
        return f"crews/{site.site}"
    if _overdue(problem, table, place):
        return "steps"
    if name == "delivery":
        return f"delivery/{_completing(problem, cluster, site.batches[place].needs)}"
    if name == "milestone":
        milestones = [cause for cause in problem.facts.causes if holds(cause, cluster.id)]
        return max(sorted(milestones, key=lambda cause: cause.id), key=lambda cause: cause.promised_on).id
    return f"{name}/{site.site}"


def _overdue(problem: Problem, table: Timetable, place: int) -> bool:
    """Could the batch be in service by now, had its steps taken the likely days?"""
    steps = problem.rules.step_days
    after = sum(steps[name].likely for name in ("power", "test", "accept", "stabilise"))
    return bool(table.powered[0, place] + after < problem.tomorrow)


def _completing(problem: Problem, cluster: Cluster, servers: int) -> str:
    """The delivery with which that many servers are there, or the last one."""
    came = 0
    ordered = sorted(problem.expected[cluster.id], key=lambda one: (one.likely, one.delivery.id))
    for one in ordered:
        came += one.delivery.servers
        if came >= servers:
            return one.delivery.id
    return ordered[-1].delivery.id if ordered else "none"


class Outcome(NamedTuple):
    """What a change is judged by: full and first service of the programme, and servers in service over the weeks."""

    full: dt.date | None
    first: dt.date | None
    server_weeks: int


def outcome(problem: Problem, plan: Service) -> Outcome:
    """The planned programme in three figures."""
    return Outcome(dated(problem, plan.full), dated(problem, plan.first), int(plan.weekly.sum()))


def time_won(facts: BuildoutFacts, rules: BuildoutRules, now: Outcome) -> tuple[TimeWon, ...]:
    """Each change tried alone, the best first."""
    made = []
    for change, at, amount, changed in _changes(facts, rules):
        problem = problem_of(changed, rules)
        then = outcome(problem, programme(services(problem, planned(problem))))
        made.append(
            TimeWon(
                change=change,
                at=at,
                amount=amount,
                days=_days_between(then.full, now.full),
                first_service_days=_days_between(then.first, now.first),
                server_weeks=then.server_weeks - now.server_weeks,
            )
        )
    return tuple(sorted(made, key=lambda won: (won.days is not None, -(won.days or 0), -won.server_weeks, won.change, won.at)))


def _days_between(then: dt.date | None, now: dt.date | None) -> int | None:
    if now is None:
        return 0 if then is None else None
    return (now - then).days if then else 0


Change = Literal["crews", "power", "cooling", "racks", "network", "delivery"]


def _changes(facts: BuildoutFacts, rules: BuildoutRules) -> Iterator[tuple[Change, str, int, BuildoutFacts]]:
    tomorrow = facts.as_of + dt.timedelta(days=1)
    crews, sooner, delivery = (rules.what_if[name] for name in ("crews", "site_days", "delivery_days"))
    resources: tuple[Change, ...] = ("power", "cooling", "racks", "network")
    for site in sorted(facts.sites, key=lambda site: site.id):
        more = msgspec.structs.replace(site, crews=_higher(site.crews, crews, tomorrow))
        yield "crews", site.id, crews, _with_site(facts, more)
        for name in resources:
            field = SITE_FIELDS[name]
            moved = msgspec.structs.replace(site, **{field: _sooner(getattr(site, field), sooner, tomorrow)})
            yield name, site.id, sooner, _with_site(facts, moved)
    for cluster in sorted(facts.clusters, key=lambda cluster: cluster.id):
        deliveries = tuple(_delivered_sooner(one, delivery) for one in cluster.deliveries)
        changed = msgspec.structs.replace(cluster, deliveries=deliveries)
        others = tuple(changed if one.id == cluster.id else one for one in facts.clusters)
        yield "delivery", cluster.id, delivery, msgspec.structs.replace(facts, clusters=others)


def _with_site(facts: BuildoutFacts, changed: Site) -> BuildoutFacts:
    return msgspec.structs.replace(facts, sites=tuple(changed if site.id == changed.id else site for site in facts.sites))


def _higher(levels: Sequence[LevelFrom], more: int, tomorrow: dt.date) -> tuple[LevelFrom, ...]:
    """The same levels, raised from tomorrow on."""
    today = max((level.value for level in levels if level.from_on < tomorrow), default=0)
    raised = {tomorrow: today + more}
    for level in levels:
        raised[level.from_on] = level.value + (more if level.from_on >= tomorrow else 0)
    return tuple(LevelFrom(from_on=day, value=value) for day, value in sorted(raised.items()))


def _sooner(levels: Sequence[LevelFrom], days: int, tomorrow: dt.date) -> tuple[LevelFrom, ...]:
    """Each level still to come is reached earlier by those days, though not before tomorrow."""
    moved: dict[dt.date, int] = {}
    for level in levels:
        day = level.from_on
        if day > tomorrow:
            day = max(day - dt.timedelta(days=days), tomorrow)
        moved[day] = max(level.value, moved.get(day, 0))
    return tuple(LevelFrom(from_on=day, value=value) for day, value in sorted(moved.items()))


def _delivered_sooner(one: Delivery, days: int) -> Delivery:
    """The forecast moved earlier; what has come stays as it came, and nothing comes before tomorrow."""
    sooner = dt.timedelta(days=days)
    return msgspec.structs.replace(
        one, earliest_on=one.earliest_on - sooner, likely_on=one.likely_on - sooner, latest_on=one.latest_on - sooner
    )
