"""Was the batch that begins next really waiting for what the plan says?"""

from dure.checks.buildout.limits import week_end
from dure.checks.buildout.walk import ONE_DAY, Calendar, met_on, serving
from dure.formats.kinds import Fault
from dure.formats.stages.buildout import (
    BuildoutFacts,
    BuildoutRecommendation,
    BuildoutRules,
    Holder,
    LevelFrom,
    PlannedBatch,
    Site,
)

# The published order: of two things that come on the same day, the one named first held.
_ORDER: tuple[Holder, ...] = ("delivery", "milestone", "power", "cooling", "racks", "network")


def wrong_binding(facts: BuildoutFacts, rules: BuildoutRules, made: BuildoutRecommendation, calendar: Calendar) -> list[Fault]:
    """Weeks and sites where another thing was missing, or where an entry is missing."""
    told = {(entry.week, entry.site): entry.resource for entry in made.binding}
    found = []
    for site in facts.sites:
        waits = _waits(site, facts, rules, made, calendar)
        for week in range(facts.weeks):
            now = calendar.at(week_end(facts, week) + ONE_DAY)
            holder = _holder(waits, now)
            if told.get((week, site.id)) != holder:
                found.append(
                    Fault(
                        code="wrong_binding",
                        where=f"{site.id} week {week}",
                        message=f"held by {holder}, not by {told.get((week, site.id))}.",
                    )
                )
    if len(made.binding) != facts.weeks * len(facts.sites):
        found.append(Fault(code="wrong_binding", where="$.binding", message="there is one entry per week and site."))
    return found


def _holder(waits: list[tuple[int, dict[Holder, int]]], now: int) -> Holder:
    for begins, there in waits:
        if begins >= now:
            missing = [(-place, _ORDER.index(name)) for name, place in there.items() if place >= now]
            return _ORDER[min(missing)[1]] if missing else "crews"
    return "nothing"


def _waits(
    site: Site, facts: BuildoutFacts, rules: BuildoutRules, made: BuildoutRecommendation, calendar: Calendar
) -> list[tuple[int, dict[Holder, int]]]:
    """For each batch of the site, in the order in which they begin: when, and from when each thing is there."""
    never = len(calendar.days)
    ahead = rules.step_days["rack"].likely + rules.step_days["cable"].likely
    clusters = sorted((c for c in facts.clusters if c.site == site.id), key=lambda c: (c.promised_on, c.id))
    count = {cluster.id: serving(cluster, facts.as_of) for cluster in clusters}
    rows = []
    for cluster in clusters:
        for batch in sorted((b for b in made.batches if b.cluster == cluster.id), key=lambda b: b.number):
            count[cluster.id] += batch.servers
            kilowatts = -(-sum(count[c.id] * c.power_w_per_server for c in clusters) // 1000)
            milestones = [c for c in facts.causes if not c.before_clusters or cluster.id in c.before_clusters]
            there: dict[Holder, int] = {
                "delivery": calendar.at(batch.delivered_on) if batch.delivered_on else never,
                "milestone": max((calendar.at(met_on(cause, facts.as_of)) for cause in milestones), default=0),
                "power": _first(site.power_kw, kilowatts, calendar) - ahead,
                "cooling": _first(site.cooling_kw, kilowatts, calendar) - ahead,
                "racks": _first(site.racks, sum(-(-count[c.id] // c.servers_per_rack) for c in clusters), calendar),
                "network": _first(site.network_ports, sum(count[c.id] * c.ports_per_server for c in clusters), calendar),
            }
            rows.append((_begins(batch, calendar), there))
    return sorted(rows, key=lambda row: row[0])


def _begins(batch: PlannedBatch, calendar: Calendar) -> int:
    day = batch.begins_on["rack"]
    return calendar.at(day) if day else len(calendar.days)


def _first(levels: tuple[LevelFrom, ...], needed: int, calendar: Calendar) -> int:
    return min((calendar.at(level.from_on) for level in levels if level.value >= needed), default=len(calendar.days))
