"""Could the plan be carried out? Counts servers, racks, watts, ports and crews day by day from its dates alone."""

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import pairwise

from dure.checks.buildout.walk import ONE_DAY, Calendar, likely_on, met_on, serving
from dure.formats.kinds import Fault
from dure.formats.stages.buildout import STEPS, BuildoutFacts, BuildoutRules, Cluster, LevelFrom, PlannedBatch, Site, Step


def impossible(facts: BuildoutFacts, rules: BuildoutRules, batches: Sequence[PlannedBatch], calendar: Calendar) -> list[Fault]:
    """Everything in the plan that deliveries, sites, crews or the length of the steps do not allow."""
    found = [fault for batch in batches for fault in _too_fast(batch, facts, rules, calendar)]
    for cluster in facts.clusters:
        found += _undelivered(cluster, facts, [batch for batch in batches if batch.cluster == cluster.id])
    for site in facts.sites:
        found += _overloaded(site, facts, batches)
    return found


def _too_fast(batch: PlannedBatch, facts: BuildoutFacts, rules: BuildoutRules, calendar: Calendar) -> list[Fault]:
    """No step shorter than its likely days, no service before tomorrow, no begin before a milestone."""
    where = f"{batch.cluster} batch {batch.number}"
    dates = [batch.begins_on.get(name) for name in STEPS] + [batch.service_on]
    known = [day for day in dates if day is not None]
    if not known:
        return []
    if len(known) < len(dates):
        return [Fault(code="half_a_plan", where=where, message="some steps have a day and some have none.")]
    found = []
    for name, (begins, ends) in zip(STEPS, pairwise(known), strict=True):
        if calendar.at(ends) - calendar.at(begins) < rules.step_days[name].likely:
            days = rules.step_days[name].likely
            found.append(
                Fault(code="too_fast", where=where, message=f"{name} takes {days} working days; {begins} to {ends} are fewer.")
            )
    if known[-1] <= facts.as_of:
        found.append(
            Fault(code="already_past", where=where, message=f"is not in service by {facts.as_of}, nor from {known[-1]}.")
        )
    found += [
        Fault(code="before_milestone", where=where, message=f"begins on {known[0]}, before {cause.id}.")
        for cause in facts.causes
        if (not cause.before_clusters or batch.cluster in cause.before_clusters) and known[0] < met_on(cause, facts.as_of)
    ]
    return found


def _undelivered(cluster: Cluster, facts: BuildoutFacts, batches: Sequence[PlannedBatch]) -> list[Fault]:
    """On no day more servers are in hand than have come."""
    found, in_hand = [], serving(cluster, facts.as_of)
    for day, servers in sorted((day, b.servers) for b in batches if (day := b.begins_on.get("rack"))):
        in_hand += servers
        came = sum(one.servers for one in cluster.deliveries if likely_on(one, facts) <= day)
        if in_hand > came:
            found.append(
                Fault(code="not_delivered", where=cluster.id, message=f"{in_hand} servers in hand on {day}, {came} delivered.")
            )
    return found


def _overloaded(site: Site, facts: BuildoutFacts, batches: Sequence[PlannedBatch]) -> list[Fault]:
    clusters = {cluster.id: cluster for cluster in facts.clusters if cluster.site == site.id}
    mine = [batch for batch in batches if batch.cluster in clusters and batch.service_on]
    racked = {day for batch in mine if (day := batch.begins_on["rack"])}
    lit = {day for batch in mine if (day := batch.begins_on["power"])}

    def servers_from(step: Step, day: dt.date) -> dict[str, int]:
        begun = {name: serving(cluster, facts.as_of) for name, cluster in clusters.items()}
        for batch in mine:
            if (begins := batch.begins_on[step]) and begins <= day:
                begun[batch.cluster] += batch.servers
        return begun

    def watts(day: dt.date) -> int:
        return sum(clusters[name].power_w_per_server * count for name, count in servers_from("power", day).items())

    def racks(day: dt.date) -> int:
        return sum(-(-count // clusters[name].servers_per_rack) for name, count in servers_from("rack", day).items())

    def ports(day: dt.date) -> int:
        return sum(clusters[name].ports_per_server * count for name, count in servers_from("rack", day).items())

    def busy(day: dt.date) -> int:
        spans = [(batch.begins_on["rack"], batch.begins_on["test"]) for batch in mine]
        return sum(1 for begins, ends in spans if begins and ends and begins <= day < ends)

    return [
        *_above(site, "power_kw", lit, lambda day: -(-watts(day) // 1000)),
        *_above(site, "cooling_kw", lit, lambda day: -(-watts(day) // 1000)),
        *_above(site, "racks", racked, racks),
        *_above(site, "network_ports", racked, ports),
        *_above(site, "crews", racked, busy),
    ]


def _above(site: Site, field: str, days: set[dt.date], needed: Callable[[dt.date], int]) -> list[Fault]:
    levels: tuple[LevelFrom, ...] = getattr(site, field)
    found = []
    for day in sorted(days):
        have = max((level.value for level in levels if level.from_on <= day), default=0)
        if (need := needed(day)) > have:
            found.append(
                Fault(code="site_overloaded", where=f"{site.id}.{field}", message=f"{need} needed on {day}, {have} there.")
            )
    return found


def week_end(facts: BuildoutFacts, week: int) -> dt.date:
    """The last day of that week of the horizon."""
    return facts.start_on + (7 * week + 6) * ONE_DAY
