"""What will be in service in which week, how sure is that, why is it late, and what would win time back?

Orders and site readiness become a schedule of batches: one queue per site (see `schedule.py` for why it
has no scheduling anomalies), run once with likely days for the plan and many times with drawn days for
P50 and P90. What has happened by `as_of` replaces what was forecast; what happened later is not known.
"""

from collections.abc import Mapping

from dure.decisions.buildout.explain import binding_weeks, first_cause, outcome, time_won
from dure.decisions.buildout.figures import (
    PERCENT,
    Service,
    dated,
    levels,
    planned_batches,
    programme,
    services,
    week_ends,
)
from dure.decisions.buildout.problem import Problem, problem_of
from dure.decisions.buildout.refusals import refuse_nonsense
from dure.decisions.buildout.schedule import Timetable, planned, sampled
from dure.formats.kinds import Reason
from dure.formats.stages.buildout import BuildoutFacts, BuildoutRecommendation, BuildoutRules, ClusterCalendar

METHOD = "queue_per_site_in_order_of_readiness"


def recommend(facts: BuildoutFacts, rules: BuildoutRules) -> BuildoutRecommendation:
    """Recommend the schedule and the capacity calendar."""
    refuse_nonsense(facts, rules)
    problem = problem_of(facts, rules)
    plan_tables = planned(problem)
    plan, runs = services(problem, plan_tables), services(problem, sampled(problem))
    whole, whole_runs = programme(plan), programme(runs)
    calendars = tuple(
        _calendar(problem, cluster_id, plan[cluster_id], runs[cluster_id], plan_tables) for cluster_id in sorted(plan)
    )
    return BuildoutRecommendation(
        method=METHOD,
        clusters=calendars,
        batches=planned_batches(problem, plan_tables),
        first_service={
            "promised": min(cluster.promised_on for cluster in facts.clusters),
            "plan": dated(problem, whole.first),
            **{name: dated(problem, whole_runs.first, percent=part) for name, part in PERCENT.items()},
        },
        full_service={
            "plan": dated(problem, whole.full),
            **{name: dated(problem, whole_runs.full, percent=part) for name, part in PERCENT.items()},
        },
        binding=binding_weeks(problem, plan_tables),
        time_won=time_won(facts, rules, outcome(problem, whole)),
        reasons=_reasons(problem, calendars),
    )


def _calendar(
    problem: Problem, cluster_id: str, plan: Service, runs: Service, tables: Mapping[str, Timetable]
) -> ClusterCalendar:
    cluster = next(cluster for cluster in problem.clusters if cluster.id == cluster_id)
    first = dated(problem, plan.first)
    slip = (first - cluster.promised_on).days if first else None
    return ClusterCalendar(
        cluster=cluster_id,
        plan=levels(plan.weekly),
        p50=levels(runs.weekly, percent=PERCENT["p50"]),
        p90=levels(runs.weekly, percent=PERCENT["p90"]),
        first_service={
            "promised": cluster.promised_on,
            "plan": first,
            **{name: dated(problem, runs.first, percent=part) for name, part in PERCENT.items()},
        },
        full_service={
            "plan": dated(problem, plan.full),
            **{name: dated(problem, runs.full, percent=part) for name, part in PERCENT.items()},
        },
        slip_days=slip,
        first_cause=first_cause(problem, cluster, tables, slip),
    )


def _reasons(problem: Problem, calendars: tuple[ClusterCalendar, ...]) -> tuple[Reason, ...]:
    """Late clusters, servers that the horizon does not see in service, and deliveries that are overdue."""
    clusters, made = {cluster.id: cluster for cluster in problem.clusters}, []
    horizon = week_ends(problem)[-1].isoformat()
    for calendar in calendars:
        cluster = clusters[calendar.cluster]
        if calendar.slip_days is None or calendar.slip_days > 0:
            detail = {"promised_on": cluster.promised_on.isoformat(), "first_cause": calendar.first_cause}
            if calendar.slip_days is not None:
                detail["slip_days"] = str(calendar.slip_days)
            made.append(Reason(item=cluster.id, code="first_service_late", detail=detail))
        if left := cluster.servers - calendar.plan[-1]:
            ordered = sum(delivery.servers for delivery in cluster.deliveries)
            detail = {"servers": str(left), "not_ordered": str(cluster.servers - ordered), "until": horizon}
            made.append(Reason(item=cluster.id, code="not_in_service_within_horizon", detail=detail))
        made.extend(
            Reason(
                item=f"{cluster.id}/{one.delivery.id}",
                code="delivery_overdue",
                detail={"latest_on": one.delivery.latest_on.isoformat(), "as_of": problem.facts.as_of.isoformat()},
            )
            for one in problem.expected[cluster.id]
            if not one.came and one.delivery.latest_on <= problem.facts.as_of
        )
    return tuple(made)
