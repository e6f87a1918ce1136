"""Can this build-out plan be carried out, and do its calendars, dates and reasons follow from it?

Three looks, none of which shares code with the decision: the plan's dates against deliveries, sites,
crews and step lengths alone (`limits.py`); the published definitions walked through in plain Python,
for the plan and for every run (`walk.py`); and all figures counted again from those walks.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from dure.checks.buildout.changes import wrong_time_won
from dure.checks.buildout.counts import Counts, count_plan, count_runs
from dure.checks.buildout.limits import impossible
from dure.checks.buildout.walk import calendar_of, late_by, serving
from dure.checks.buildout.why import wrong_binding
from dure.formats.kinds import Fault
from dure.formats.stages.buildout import (
    BuildoutFacts,
    BuildoutRecommendation,
    BuildoutRules,
    Cause,
    Cluster,
    ClusterCalendar,
    PlannedBatch,
)


def faults(facts: BuildoutFacts, rules: BuildoutRules, recommendation: BuildoutRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation."""
    if found := list(_shape(facts, rules, recommendation)):
        return found
    calendar = calendar_of(facts)
    batches = sorted(recommendation.batches, key=lambda batch: (batch.cluster, batch.number))
    found = impossible(facts, rules, batches, calendar)
    plan, dates = count_plan(facts, rules, calendar)
    found += _plan_differs(batches, dates)
    found += _figures(facts, recommendation, {"plan": plan, **count_runs(facts, rules, calendar)})
    found += wrong_binding(facts, rules, recommendation, calendar)
    found += wrong_time_won(facts, rules, recommendation, calendar)
    return [*found, *_reasons(facts, recommendation)]


def _shape(facts: BuildoutFacts, rules: BuildoutRules, made: BuildoutRecommendation) -> Iterator[Fault]:
    """One calendar per cluster and batches that make up what is not in service yet."""
    names = sorted(cluster.id for cluster in facts.clusters)
    if sorted(calendar.cluster for calendar in made.clusters) != names:
        yield Fault(code="wrong_clusters", where="$.clusters", message=f"the facts have {names}.")
        return
    for calendar in made.clusters:
        if {len(calendar.plan), len(calendar.p50), len(calendar.p90)} != {facts.weeks}:
            yield Fault(code="wrong_weeks", where=calendar.cluster, message=f"a calendar has {facts.weeks} weeks.")
    for cluster in facts.clusters:
        mine = [batch for batch in made.batches if batch.cluster == cluster.id]
        left = cluster.servers - serving(cluster, facts.as_of)
        if sum(batch.servers for batch in mine) != left or any(batch.servers > rules.batch_servers for batch in mine):
            yield Fault(code="wrong_batches", where=cluster.id, message=f"{left} servers, {rules.batch_servers} in a batch.")
        if sorted(batch.number for batch in mine) != list(range(1, len(mine) + 1)):
            yield Fault(code="wrong_batches", where=cluster.id, message="batches are numbered from 1.")
    if {batch.cluster for batch in made.batches} - set(names):
        yield Fault(code="wrong_batches", where="$.batches", message="a batch belongs to no cluster.")


def _plan_differs(batches: list[PlannedBatch], walked: list[PlannedBatch]) -> list[Fault]:
    """Every date of every batch, as the published order of the queue gives it."""
    if len(batches) != len(walked):
        return [Fault(code="wrong_batches", where="$.batches", message=f"{len(walked)} batches, not {len(batches)}.")]
    return [
        Fault(
            code="not_the_published_order",
            where=f"{told.cluster} batch {told.number}",
            message=f"serves from {real.service_on}, the plan says {told.service_on}; or a step before it differs.",
        )
        for told, real in zip(batches, walked, strict=True)
        if told != real
    ]


def _figures(facts: BuildoutFacts, made: BuildoutRecommendation, counted: dict[str, Counts]) -> Iterator[Fault]:
    """Calendars, first and full service, slip; for each cluster and for the programme."""
    clusters = {cluster.id: cluster for cluster in facts.clusters}
    for calendar in made.clusters:
        yield from _cluster_figures(clusters[calendar.cluster], calendar, counted)
    promised = min(cluster.promised_on for cluster in facts.clusters)
    first = {"promised": promised, **{kind: counts.first for kind, counts in counted.items()}}
    full = {kind: counts.full for kind, counts in counted.items()}
    if made.first_service != first:
        yield Fault(code="wrong_first_service", where="$.first_service", message=f"is {_told(first)}.")
    if made.full_service != full:
        yield Fault(code="wrong_full_service", where="$.full_service", message=f"is {_told(full)}.")


def _cluster_figures(cluster: Cluster, calendar: ClusterCalendar, counted: dict[str, Counts]) -> Iterator[Fault]:
    counts = {kind: all_of_it.clusters[cluster.id] for kind, all_of_it in counted.items()}
    for kind, told in (("plan", calendar.plan), ("p50", calendar.p50), ("p90", calendar.p90)):
        if list(told) != counts[kind].weekly:
            week = next(w for w, (one, two) in enumerate(zip(told, counts[kind].weekly, strict=True)) if one != two)
            yield Fault(
                code="wrong_calendar",
                where=f"{cluster.id}.{kind}",
                message=f"week {week}: {counts[kind].weekly[week]} servers, not {told[week]}.",
            )
    first = {"promised": cluster.promised_on, **{kind: one.first for kind, one in counts.items()}}
    full = {kind: one.full for kind, one in counts.items()}
    if calendar.first_service != first:
        yield Fault(code="wrong_first_service", where=cluster.id, message=f"is {_told(first)}.")
    if calendar.full_service != full:
        yield Fault(code="wrong_full_service", where=cluster.id, message=f"is {_told(full)}.")
    slip = (day - cluster.promised_on).days if (day := counts["plan"].first) else None
    if calendar.slip_days != slip:
        yield Fault(code="wrong_slip", where=cluster.id, message=f"the slip is {slip} days, not {calendar.slip_days}.")


def _told(dates: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {day or 'not in sight'}" for name, day in dates.items())


def _reasons(facts: BuildoutFacts, made: BuildoutRecommendation) -> Iterator[Fault]:
    """Late clusters, clusters not full at the end and overdue deliveries have their reason, and nothing else has one."""
    given = {(reason.item, reason.code): reason.detail for reason in made.reasons}
    clusters, wanted = {cluster.id: cluster for cluster in facts.clusters}, set()
    for told in made.clusters:
        left = clusters[told.cluster].servers - told.plan[-1]
        if left:
            wanted.add((told.cluster, "not_in_service_within_horizon"))
            if given.get((told.cluster, "not_in_service_within_horizon"), {}).get("servers") != str(left):
                yield Fault(code="wrong_reasons", where=told.cluster, message=f"{left} servers are left at the end.")
        if told.slip_days is None or told.slip_days > 0:
            wanted.add((told.cluster, "first_service_late"))
            yield from _late_reason(facts, told, given.get((told.cluster, "first_service_late"), {}))
        elif told.first_cause:
            yield Fault(code="wrong_cause", where=told.cluster, message="it is not late, so nothing caused it.")
        for one in clusters[told.cluster].deliveries:
            came = one.actual_on is not None and one.actual_on <= facts.as_of
            if not came and one.latest_on <= facts.as_of:
                wanted.add((f"{told.cluster}/{one.id}", "delivery_overdue"))
    if wanted != set(given) or len(given) != len(made.reasons):
        odd = sorted(f"{item} {code}" for item, code in wanted ^ set(given))
        yield Fault(code="wrong_reasons", where="$.reasons", message=f"missing, not due or given twice: {', '.join(odd)}.")


def _late_reason(facts: BuildoutFacts, told: ClusterCalendar, detail: dict[str, Any]) -> Iterator[Fault]:
    """The reason tells the slip and the cause: the milestone that was late first, else something in the facts."""
    slip = None if told.slip_days is None else str(told.slip_days)
    if (detail.get("first_cause"), detail.get("slip_days")) != (told.first_cause, slip):
        yield Fault(code="wrong_reasons", where=told.cluster, message="the reason tells another cause or slip.")
    milestones = sorted((c.promised_on, c.id) for c in facts.causes if _late_for(c, told.cluster, facts))
    if milestones and told.first_cause != milestones[0][1]:
        yield Fault(code="wrong_cause", where=told.cluster, message=f"{milestones[0][1]} was late first.")
    if not milestones and told.first_cause not in _nameable(facts, told.cluster):
        yield Fault(code="wrong_cause", where=told.cluster, message=f"{told.first_cause!r} is nothing in the facts.")


def _late_for(cause: Cause, cluster: str, facts: BuildoutFacts) -> bool:
    return late_by(cause, facts.as_of) > 0 and (not cause.before_clusters or cluster in cause.before_clusters)


def _nameable(facts: BuildoutFacts, name: str) -> set[str]:
    """What may be said to have held a cluster when no milestone was late."""
    cluster = next(one for one in facts.clusters if one.id == name)
    resources = {f"{resource}/{cluster.site}" for resource in ("power", "cooling", "racks", "network", "crews")}
    deliveries = {f"delivery/{one.id}" for one in cluster.deliveries} | {"delivery/none"}
    return resources | deliveries | {"steps"} | {cause.id for cause in facts.causes}
