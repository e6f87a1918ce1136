"""The published formulas, once more: value of an option, use and cost of the shares."""

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from dure.formats.stages.allocation import AllocationFacts, AllocationRules, Application, Sector


@lru_cache(maxsize=1 << 16)
def _merit(score: str, priority: str, model_value: str, power: int) -> Fraction:
    """Milli-points of one server for one week, without delay; rounds have few different ones."""
    return 1000 * (Fraction(score) / 100) ** power * Fraction(priority) * Fraction(model_value)


@lru_cache(maxsize=1 << 10)
def _ratio(text: str) -> tuple[int, int]:
    return Fraction(text).as_integer_ratio()


def worth_per_server(
    facts: AllocationFacts, rules: AllocationRules, application: Application, model: str, start: int
) -> tuple[int, int]:
    """Milli-points of one server from that start, not rounded: a numerator and a denominator, not reduced.

    A value per week is multiplied by the weeks covered and by what the delay leaves of it.
    """
    merit = _merit(application.score, application.priority, application.models[model], rules.score_power)
    lost, whole = _ratio(rules.delay_per_week)
    covered = min(start + application.weeks, facts.weeks) - start
    kept = max(0, whole - lost * (start - application.earliest_week))
    return merit.numerator * covered * kept, merit.denominator * whole


def leased_gpu_weeks(facts: AllocationFacts) -> dict[str, int]:
    """By sector, within the horizon."""
    gpus = {pool.id: pool.gpus_per_server for pool in facts.pools}
    used = {sector.id: 0 for sector in facts.sectors}
    for lease in facts.leases:
        weeks = max(0, min(lease.to_week, facts.weeks) - lease.from_week)
        used[lease.sector] += gpus[lease.pool] * len(lease.servers) * weeks
    return used


def with_owed(facts: AllocationFacts, used: Mapping[str, int]) -> dict[str, int]:
    """What floors and ceilings are measured by: GPU-weeks used, and those borrowed in earlier rounds."""
    return {sector.id: used[sector.id] + sector.owed for sector in facts.sectors}


def balances(facts: AllocationFacts, used: Mapping[str, int]) -> dict[str, int]:
    """What each sector owes after the round: used and owed, less its share of all used in whole GPU-weeks."""
    whole, all_shares = sum(used.values()), sum(Fraction(sector.share) for sector in facts.sectors)
    order, due = [], {}
    for sector in facts.sectors:
        part = Fraction(sector.share) / all_shares if all_shares else Fraction(1, len(facts.sectors))
        due[sector.id] = math.floor(part * whole)
        order.append((-(part * whole - due[sector.id]), sector.id))
    for _, name in sorted(order)[: whole - sum(due.values())]:
        due[name] += 1
    return {name: count - due[name] for name, count in with_owed(facts, used).items()}


def cost_of_shares(facts: AllocationFacts, rules: AllocationRules, used: Mapping[str, int]) -> int:
    """Milli-points for GPU-weeks begun below floors and above ceilings."""
    counted = with_owed(facts, used)
    whole = sum(counted.values())
    return sum(sum(off_bounds(sector, counted, whole)) for sector in facts.sectors) * rules.share_penalty


def off_bounds(sector: Sector, used: Mapping[str, int], whole: int) -> tuple[int, int]:
    """GPU-weeks begun below the floor, and above the ceiling."""
    below = math.ceil(Fraction(sector.floor) * whole - used[sector.id])
    above = math.ceil(used[sector.id] - Fraction(sector.ceiling) * whole)
    return max(0, below), max(0, above)


def cap_left(facts: AllocationFacts, rules: AllocationRules, gpu_weeks: int) -> dict[str, int]:
    """GPU-weeks that may still be granted to each organisation; a largest share of one caps nobody."""
    if Fraction(rules.largest_share) == 1:
        return {}
    gpus = {pool.id: pool.gpus_per_server for pool in facts.pools}
    cap = math.floor(Fraction(rules.largest_share) * gpu_weeks)
    left = {application.organisation: cap for application in facts.applications}
    for lease in facts.leases:
        if lease.organisation in left:
            weeks = max(0, min(lease.to_week, facts.weeks) - lease.from_week)
            left[lease.organisation] -= gpus[lease.pool] * len(lease.servers) * weeks
    return {name: max(0, count) for name, count in left.items()}
