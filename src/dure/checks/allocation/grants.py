"""May each grant be as it is, and can they all be so together?"""

from collections import Counter

import numpy as np

from dure.checks.allocation.bound import Arrays
from dure.checks.allocation.values import worth_per_server
from dure.formats.kinds import Fault
from dure.formats.stages.allocation import AllocationRecommendation, Application, Grant


def grant_faults(arrays: Arrays, recommendation: AllocationRecommendation) -> list[Fault]:
    """Faults of single grants, then of all together."""
    applications = {application.id: application for application in arrays.facts.applications}
    found: list[Fault] = []
    for grant in recommendation.grants:
        if grant.application not in applications:
            found.append(_fault("unknown_application", grant, "there is no such application."))
        elif grant.pool not in arrays.laid:
            found.append(_fault("unknown_pool", grant, f"there is no pool {grant.pool}."))
        elif stray := [name for name in grant.servers if name not in arrays.laid[grant.pool].place]:
            found.append(_fault("unknown_server", grant, f"{stray[0]} is not in pool {grant.pool}."))
        else:
            found += _of_one(arrays, applications[grant.application], grant)
    for name, times in Counter(grant.application for grant in recommendation.grants).items():
        if times > 1:
            found.append(Fault(code="granted_twice", where=name, message=f"has {times} grants."))
    if any(fault.code.startswith("unknown_") for fault in found):
        return found
    return found + _servers_taken(arrays, recommendation) + _caps(arrays, recommendation, applications)


def _of_one(arrays: Arrays, application: Application, grant: Grant) -> list[Fault]:
    found = []
    laid = arrays.laid[grant.pool]
    if laid.pool.gpu_model not in application.models:
        return [_fault("wrong_model", grant, f"{laid.pool.gpu_model} was not asked for.")]
    if not application.earliest_week <= grant.from_week <= min(application.latest_week, arrays.facts.weeks - 1):
        return [_fault("outside_window", grant, f"week {grant.from_week} is outside the window.")]
    if grant.to_week - grant.from_week != application.weeks:
        found.append(_fault("wrong_weeks", grant, f"{application.weeks} weeks were asked for."))
    size = len(grant.servers)
    if not (application.minimum_servers <= size <= application.servers and arrays.is_size(size)):
        found.append(_fault("wrong_size", grant, f"{size} servers are not among the sizes it can have."))
    if len(set(grant.servers)) != size:
        found.append(_fault("server_twice", grant, "one server is named twice."))
    if application.pod == "required" and len({laid.pod_of[laid.place[name]] for name in grant.servers}) > 1:
        found.append(_fault("pod_required", grant, "one pod was required."))
    above, below = worth_per_server(arrays.facts, arrays.rules, application, laid.pool.gpu_model, grant.from_week)
    worth = above * size // below
    if grant.value != worth or grant.value <= 0:
        found.append(_fault("wrong_value", grant, f"is worth {worth}, not {grant.value}."))
    return found


def _servers_taken(arrays: Arrays, recommendation: AllocationRecommendation) -> list[Fault]:
    found = []
    taken = {pool: np.zeros(laid.free.shape, dtype=bool) for pool, laid in arrays.laid.items()}
    for grant in recommendation.grants:
        laid = arrays.laid[grant.pool]
        rows = sorted({laid.place[name] for name in grant.servers})
        weeks = slice(grant.from_week, min(grant.to_week, arrays.facts.weeks))
        if not laid.free[rows, weeks].all():
            found.append(_fault("server_not_free", grant, "a server is leased, out of service or not yet in service."))
        if taken[grant.pool][rows, weeks].any():
            found.append(_fault("server_in_two_grants", grant, "a server is in another grant at the same time."))
        taken[grant.pool][rows, weeks] = True
    return found


def _caps(arrays: Arrays, recommendation: AllocationRecommendation, applications: dict[str, Application]) -> list[Fault]:
    held: Counter[str] = Counter()
    for grant in recommendation.grants:
        weeks = min(grant.to_week, arrays.facts.weeks) - grant.from_week
        gpus = arrays.laid[grant.pool].pool.gpus_per_server
        held[applications[grant.application].organisation] += gpus * weeks * len(grant.servers)
    return [
        Fault(code="cap_exceeded", where=name, message=f"{count} GPU-weeks, the cap leaves {arrays.caps[name]}.")
        for name, count in sorted(held.items())
        if name in arrays.caps and count > arrays.caps[name]
    ]


def _fault(code: str, grant: Grant, message: str) -> Fault:
    return Fault(code=code, where=f"grant to {grant.application}", message=message)
