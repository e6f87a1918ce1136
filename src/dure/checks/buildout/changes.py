"""Would each change really win what is claimed? Walks the plan again with it."""

import datetime as dt

import msgspec

from dure.checks.buildout.counts import Counts, count_plan
from dure.checks.buildout.walk import ONE_DAY, Calendar
from dure.formats.kinds import Fault
from dure.formats.stages.buildout import BuildoutFacts, BuildoutRecommendation, BuildoutRules, LevelFrom, TimeWon

_FIELD = {"power": "power_kw", "cooling": "cooling_kw", "racks": "racks", "network": "network_ports"}


def wrong_time_won(facts: BuildoutFacts, rules: BuildoutRules, made: BuildoutRecommendation, calendar: Calendar) -> list[Fault]:
    """Changes that are missing, and changes whose gain is another."""
    amounts = rules.what_if
    wanted = {(name, site.id): amounts["site_days"] for site in facts.sites for name in _FIELD}
    wanted |= {("crews", site.id): amounts["crews"] for site in facts.sites}
    wanted |= {("delivery", cluster.id): amounts["delivery_days"] for cluster in facts.clusters}
    if sorted((won.change, won.at, won.amount) for won in made.time_won) != sorted((*key, by) for key, by in wanted.items()):
        return [Fault(code="wrong_changes", where="$.time_won", message=f"{len(wanted)} changes are to be tried, each once.")]
    now, _ = count_plan(facts, rules, calendar)
    found = []
    for won in made.time_won:
        then, _ = count_plan(_changed(facts, won), rules, calendar)
        real = (_gain(now.full, then.full), _gain(now.first, then.first), _weeks(then) - _weeks(now))
        if real != (won.days, won.first_service_days, won.server_weeks):
            found.append(
                Fault(code="wrong_time_won", where=f"{won.change}/{won.at}", message=f"wins {real}: full, first, server-weeks.")
            )
    return found


def _weeks(counts: Counts) -> int:
    return sum(sum(cluster.weekly) for cluster in counts.clusters.values())


def _gain(now: dt.date | None, then: dt.date | None) -> int | None:
    if now and then:
        return (now - then).days
    return None if then else 0


def _changed(facts: BuildoutFacts, won: TimeWon) -> BuildoutFacts:
    tomorrow, by = facts.as_of + ONE_DAY, dt.timedelta(days=won.amount)
    if won.change == "delivery":
        return msgspec.structs.replace(
            facts,
            clusters=tuple(
                cluster
                if cluster.id != won.at
                else msgspec.structs.replace(
                    cluster,
                    deliveries=tuple(msgspec.structs.replace(one, likely_on=one.likely_on - by) for one in cluster.deliveries),
                )
                for cluster in facts.clusters
            ),
        )
    sites = []
    for site in facts.sites:
        change: dict[str, tuple[LevelFrom, ...]] = {}
        if site.id == won.at and won.change == "crews":
            past = [level for level in site.crews if level.from_on < tomorrow]
            base = LevelFrom(from_on=tomorrow, value=max((level.value for level in past), default=0) + won.amount)
            later = [_level(level.from_on, level.value + won.amount) for level in site.crews if level.from_on >= tomorrow]
            change["crews"] = (*past, base, *later)
        elif site.id == won.at:
            field = _FIELD[won.change]
            change[field] = tuple(
                _level(min(level.from_on, max(level.from_on - by, tomorrow)), level.value) for level in getattr(site, field)
            )
        sites.append(msgspec.structs.replace(site, **change))
    return msgspec.structs.replace(facts, sites=tuple(sites))


def _level(day: dt.date, value: int) -> LevelFrom:
    return LevelFrom(from_on=day, value=value)
