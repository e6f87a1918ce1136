"""Can these facts be true? Each refusal says what, where and what to do."""

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence

from dure.decisions.buildout.days import NEAR_DAYS
from dure.formats.errors import BadInput
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.buildout import STEPS, BuildoutFacts, BuildoutRules, Cluster, LevelFrom, Site

WIDEST_FORECAST_DAYS = 1_000
MOST_BATCHES = 20_000


def refuse_nonsense(facts: BuildoutFacts, rules: BuildoutRules) -> None:
    """Raise at the first thing that cannot be."""
    _rules(rules)
    require_unique((site.id for site in facts.sites), where="$.sites")
    require_unique((cluster.id for cluster in facts.clusters), where="$.clusters")
    require_unique((cause.id for cause in facts.causes), where="$.causes")
    require_known((cluster.site for cluster in facts.clusters), (site.id for site in facts.sites), where="$.clusters[].site")
    if not facts.clusters:
        raise BadInput("there is no cluster to build.", where="$.clusters", todo="Add the clusters of the awards.")
    for cause in facts.causes:
        require_known(cause.before_clusters, (cluster.id for cluster in facts.clusters), where=f"$.causes {cause.id}")
    for where, day in _dates(facts):
        if abs((day - facts.start_on).days) > NEAR_DAYS:
            raise BadInput(f"{day} is more than ten years from {facts.start_on}.", where=where, todo="Check the year.")
    for site in facts.sites:
        for field in ("power_kw", "cooling_kw", "racks", "network_ports", "crews"):
            _rising(getattr(site, field), f"$.sites {site.id}.{field}")
    if sum(-(-cluster.servers // rules.batch_servers) for cluster in facts.clusters) > MOST_BATCHES:
        raise BadInput(f"more than {MOST_BATCHES:,} batches.", where="rule buildout/batch_servers", todo="Take larger batches.")
    for cluster in facts.clusters:
        _cluster(cluster, facts)
    for site in facts.sites:
        _running(site, facts)


def _rules(rules: BuildoutRules) -> None:
    if undone := [name for name in STEPS if name not in rules.step_days]:
        raise BadInput(f"no days for {', '.join(undone)}.", where="rule buildout/step_days", todo="Add the step.")
    for name, step in rules.step_days.items():
        if not step.least <= step.likely <= step.most:
            raise BadInput(
                f"{name}: {step.least}, {step.likely}, {step.most} are not in order.",
                where="rule buildout/step_days",
                todo="Least, likely and most, in that order.",
            )
    if missing := {"crews", "site_days", "delivery_days"} - set(rules.what_if):
        raise BadInput(
            f"nothing for {', '.join(sorted(missing))}.", where="rule buildout/what_if", todo="Add it; 0 tries nothing."
        )


def _dates(facts: BuildoutFacts) -> Iterator[tuple[str, dt.date]]:
    yield "$.as_of", facts.as_of
    for site in facts.sites:
        for field in ("power_kw", "cooling_kw", "racks", "network_ports", "crews"):
            yield from ((f"$.sites {site.id}.{field}", level.from_on) for level in getattr(site, field))
    for cause in facts.causes:
        yield from ((f"$.causes {cause.id}", day) for day in (cause.promised_on, cause.actual_on) if day)
    for cluster in facts.clusters:
        yield f"$.clusters {cluster.id}", cluster.promised_on
        yield from ((f"$.clusters {cluster.id}.actual_service", level.from_on) for level in cluster.actual_service)
        for one in cluster.deliveries:
            days = (one.earliest_on, one.likely_on, one.latest_on, one.actual_on)
            yield from ((f"$.clusters {cluster.id}.deliveries {one.id}", day) for day in days if day)


def _rising(levels: Sequence[LevelFrom], where: str) -> None:
    ordered = sorted(levels, key=lambda level: level.from_on)
    for earlier, later in itertools.pairwise(ordered):
        if earlier.from_on == later.from_on:
            raise BadInput(f"two levels begin on {later.from_on}.", where=where, todo="Keep one.")
        if later.value < earlier.value:
            raise BadInput(
                f"the level falls from {earlier.value} to {later.value} on {later.from_on}.",
                where=where,
                todo="A plan can only build on what stays: give the lower level from the start.",
            )


def _cluster(cluster: Cluster, facts: BuildoutFacts) -> None:
    where = f"$.clusters {cluster.id}"
    require_unique((delivery.id for delivery in cluster.deliveries), where=f"{where}.deliveries")
    require_known(
        (delivery.after for delivery in cluster.deliveries if delivery.after),
        (cause.id for cause in facts.causes),
        where=f"{where}.deliveries[].after",
    )
    for one in cluster.deliveries:
        if not one.earliest_on <= one.likely_on <= one.latest_on:
            raise BadInput(
                f"{one.earliest_on}, {one.likely_on}, {one.latest_on} are not in order.",
                where=f"{where}.deliveries {one.id}",
                todo="Earliest, likely, latest, in that order.",
            )
        if (one.latest_on - one.earliest_on).days > WIDEST_FORECAST_DAYS:
            raise BadInput(
                f"the forecast is wider than {WIDEST_FORECAST_DAYS} days.",
                where=f"{where}.deliveries {one.id}",
                todo="Narrow it.",
            )
    if (sent := sum(delivery.servers for delivery in cluster.deliveries)) > cluster.servers:
        raise BadInput(
            f"{sent} servers are to be delivered for a cluster of {cluster.servers}.", where=where, todo="Correct one of the two."
        )
    _rising(cluster.actual_service, f"{where}.actual_service")
    for level in cluster.actual_service:
        came = sum(one.servers for one in cluster.deliveries if one.actual_on and one.actual_on <= level.from_on)
        if level.value > min(came, cluster.servers):
            raise BadInput(
                f"{level.value} servers are said to serve on {level.from_on}, {came} were delivered by then.",
                where=f"{where}.actual_service",
                todo="Give the deliveries' `actual_on`.",
            )


def _running(site: Site, facts: BuildoutFacts) -> None:
    """What is said to serve must fit into the site on that day."""
    clusters = [cluster for cluster in facts.clusters if cluster.site == site.id]
    for day in sorted({level.from_on for cluster in clusters for level in cluster.actual_service}):
        serving = {c.id: max((v.value for v in c.actual_service if v.from_on <= day), default=0) for c in clusters}
        watts = sum(c.power_w_per_server * serving[c.id] for c in clusters)
        needs = {
            "power_kw": -(-watts // 1000),
            "cooling_kw": -(-watts // 1000),
            "racks": sum(-(-serving[c.id] // c.servers_per_rack) for c in clusters),
            "network_ports": sum(c.ports_per_server * serving[c.id] for c in clusters),
        }
        for field, need in needs.items():
            have = max((level.value for level in getattr(site, field) if level.from_on <= day), default=0)
            if need > have:
                raise BadInput(
                    f"what serves on {day} needs {need}, the site has {have}.",
                    where=f"$.sites {site.id}.{field}",
                    todo="Correct the site or the servers in service.",
                )
