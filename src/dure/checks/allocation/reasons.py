"""Has everyone who did not get all they asked for a reason, nobody else one, and are its figures right?"""

from collections import Counter

from dure.checks.allocation.bound import MICRO, Arena, Pass
from dure.checks.allocation.values import worth_per_server
from dure.formats.kinds import Fault, Reason
from dure.formats.stages.allocation import AllocationRecommendation, Application


def reason_faults(arena: Arena, recommendation: AllocationRecommendation, prices: Pass | None) -> list[Fault]:
    """Faults of the explanations; prices are compared where the certificate's are sound."""
    applications = {application.id: application for application in arena.facts.applications}
    sectors = {sector.id for sector in arena.facts.sectors}
    sizes = {grant.application: len(grant.servers) for grant in recommendation.grants}
    short = {name for name, application in applications.items() if sizes.get(name, 0) < application.servers}
    about = [reason for reason in recommendation.reasons if reason.code not in {"share_below_floor", "share_above_ceiling"}]
    told = Counter(reason.item for reason in about)
    found = [
        *(Fault(code="no_reason", where=name, message="is not told why.") for name in sorted(short - set(told))),
        *(Fault(code="needless_reason", where=name, message="got all.") for name in sorted(set(told) - short)),
        *(Fault(code="two_reasons", where=name, message="is told twice.") for name, times in sorted(told.items()) if times > 1),
    ]
    found += [
        Fault(code="needless_reason", where=reason.item, message="is neither application nor sector.")
        for reason in recommendation.reasons
        if reason.item not in applications and reason.item not in sectors
    ]
    for reason in about:
        if reason.item in applications:
            found += _figures(arena, applications[reason.item], reason, sizes, prices)
    return found + _places(about)


def _figures(arena: Arena, application: Application, reason: Reason, sizes: dict[str, int], prices: Pass | None) -> list[Fault]:  # noqa: PLR0911 - one return per kind of reason
    detail, where = reason.detail, f"reason for {application.id}"
    if (reason.code == "fewer_servers_than_asked") != (application.id in sizes):
        return [Fault(code="wrong_reason", where=where, message=f"{reason.code} does not fit the grant.")]
    if reason.code == "fewer_servers_than_asked":
        right = {"asked": str(application.servers), "granted": str(sizes[application.id])}
        return _differences(right, detail, where)
    if "best_pool" not in detail or prices is None:
        return []
    pool = str(detail["best_pool"])
    if pool not in arena.laid or arena.laid[pool].pool.gpu_model not in application.models:
        return [Fault(code="wrong_reason", where=where, message=f"{pool} is no pool it could have had.")]
    start, servers = int(detail["best_from_week"]), int(detail["best_servers"])
    if not application.earliest_week <= start <= min(application.latest_week, arena.facts.weeks - 1):
        return [Fault(code="wrong_reason", where=where, message=f"week {start} is outside the window.")]
    above, below = worth_per_server(arena.facts, arena.rules, application, arena.laid[pool].pool.gpu_model, start)
    value = above * servers // below
    price = prices.price_of(application, pool, start, servers)
    if price is None:
        return [Fault(code="wrong_reason", where=where, message="that option is not open.")]
    right = {"value": str(value), "price": str(-(-price // MICRO)), "miss": str(max(0, -((value * MICRO - price) // MICRO)))}
    found = _differences(right, detail, where)
    if (reason.code == "price_above_value") and value * MICRO > price:
        found.append(Fault(code="wrong_reason", where=where, message=f"its value {value} is above the price {price // MICRO}."))
    if (reason.code == "unlucky_in_rounding") and value * MICRO <= price:
        found.append(
            Fault(code="wrong_reason", where=where, message=f"its value {value} is not above the price {price // MICRO}.")
        )
    return found


def _differences(right: dict[str, str], detail: dict[str, object], where: str) -> list[Fault]:
    return [
        Fault(code="wrong_reason", where=where, message=f"{name} is {text}, not {detail.get(name)}.")
        for name, text in right.items()
        if detail.get(name) != text
    ]


def _places(reasons: list[Reason]) -> list[Fault]:
    """Places on the waiting list run from one without gaps."""
    places = sorted(int(reason.detail["waiting_list_place"]) for reason in reasons if "waiting_list_place" in reason.detail)
    if places != list(range(1, len(places) + 1)):
        return [Fault(code="wrong_waiting_list", where="$.reasons", message="the places do not run from one without gaps.")]
    return []
