"""What did the GPU-hours produce, by sector and use, and how much of it is missing?

Verified results earn published points; each sector's points per GPU-hour make its part of `results`,
which `shares` reads. Per hour, because a large sector is not a better one. A sector without
GPU-hours cannot be judged and gets an even part; none falls below the smallest part.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple, get_args

from dure.decisions.quantities import split_by_largest_remainder
from dure.formats.errors import BadInput, Infeasible
from dure.formats.kinds import Reason, decimal_text, exact, exact_text
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.outcomes import (
    Achievement,
    GrantUse,
    Kind,
    OutcomesFacts,
    OutcomesRecommendation,
    OutcomesRules,
    SectorOutcome,
)

METHOD = "verified_points_per_gpu_hour"
MILLION = 10**6


class Tally(NamedTuple):
    """Points and numbers of reported results of one grant."""

    points: Fraction = Fraction(0)
    counted: int = 0
    not_counted: int = 0


def recommend(facts: OutcomesFacts, rules: OutcomesRules) -> OutcomesRecommendation:
    """Recommend what counts as results, and each sector's part of them."""
    _refuse_nonsense(facts, rules)
    reasons = _not_counted(facts.achievements)
    tallies = _tallies(facts.achievements, reasons, rules)
    by_sector = _grouped(facts.grants, lambda grant: (grant.sector, ""))
    rates = {name: _points_per_hour(by_sector.get((name, ""), []), tallies) for name in sorted(facts.sectors)}
    parts, lifted = results_of(rates, smallest=exact(rules.smallest_part))
    scale = 10**rules.decimals
    published = split_by_largest_remainder(scale, parts)
    by_use = _grouped(facts.grants, lambda grant: (grant.sector, grant.use))
    rows = {(name, ""): by_sector.get((name, ""), []) for name in rates}
    return OutcomesRecommendation(
        method=METHOD,
        sectors=tuple(_outcome(key, grants, tallies, facts, rules) for key, grants in rows.items()),
        uses=tuple(_outcome(key, by_use[key], tallies, facts, rules) for key in sorted(by_use)),
        results={name: decimal_text(Fraction(units, scale), rules.decimals) for name, units in published.items()},
        exact={name: exact_text(part) for name, part in parts.items()},
        unjudged=tuple(name for name, rate in rates.items() if rate is None),
        lifted=lifted,
        reasons=tuple(reasons[item] for item in sorted(reasons)),
    )


def results_of(rates: Mapping[str, Fraction | None], *, smallest: Fraction) -> tuple[dict[str, Fraction], tuple[str, ...]]:
    """Parts that sum to one, and who was lifted to the smallest part.

    An unjudged sector (no rate) gets an even part, the judged ones the rest in proportion to their
    rates. A sector that would fall below the smallest part is lifted to it, the others shrink in
    proportion; that may push another below, so it is repeated until none is.
    """
    even = Fraction(1, len(rates))
    if smallest > even:
        raise Infeasible(
            f"{len(rates)} sectors cannot each have at least {smallest} of the results.",
            code="smallest_part",
            detail={"smallest_part": exact_text(smallest), "sectors": str(len(rates))},
        )
    judged = {name: rate for name, rate in rates.items() if rate is not None}
    whole = sum(judged.values(), Fraction(0))
    if not whole:
        return dict.fromkeys(rates, even), ()
    rest = even * len(judged)
    parts = {name: rest * judged[name] / whole if name in judged else even for name in rates}
    lifted: set[str] = set()
    while below := {name for name, part in parts.items() if part < smallest}:
        lifted |= below
        free = sum((part for name, part in parts.items() if name not in lifted), Fraction(0))
        left = 1 - smallest * len(lifted)
        parts = {name: smallest if name in lifted else part * left / free for name, part in parts.items()}
    return parts, tuple(sorted(lifted))


def _not_counted(achievements: Iterable[Achievement]) -> dict[str, Reason]:
    """Why a reported result earns nothing. Of several under the same evidence the first by id counts."""
    reasons: dict[str, Reason] = {}
    first: dict[tuple[str, str], str] = {}
    for item in sorted(achievements, key=lambda achievement: achievement.id):
        evidence = " ".join(item.evidence.split()).casefold()
        if not item.count and not item.revenue_amount:
            reasons[item.id] = Reason(item=item.id, code="nothing_reported", detail={"kind": item.kind})
        elif not evidence:
            reasons[item.id] = Reason(item=item.id, code="no_evidence", detail={"kind": item.kind})
        elif not item.verified:
            reasons[item.id] = Reason(item=item.id, code="not_verified", detail={"evidence": item.evidence})
        elif first.setdefault((item.kind, evidence), item.id) != item.id:
            counted = first[item.kind, evidence]
            reasons[item.id] = Reason(item=item.id, code="counted_already", detail={"evidence": item.evidence, "under": counted})
    return reasons


def _tallies(achievements: Iterable[Achievement], refused: Mapping[str, Reason], rules: OutcomesRules) -> dict[str, Tally]:
    """Per grant, in exact points."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for item in achievements:
        tally = tallies[item.grant]
        if item.id in refused:
            tallies[item.grant] = tally._replace(not_counted=tally.not_counted + 1)
            continue
        amount = Fraction(item.revenue_amount, rules.revenue_unit) if item.kind == "revenue" else Fraction(item.count)
        points = tally.points + exact(rules.points[item.kind]) * amount
        tallies[item.grant] = tally._replace(points=points, counted=tally.counted + 1)
    return tallies


def _grouped(grants: Iterable[GrantUse], key: Callable[[GrantUse], tuple[str, str]]) -> dict[tuple[str, str], list[GrantUse]]:
    groups: dict[tuple[str, str], list[GrantUse]] = defaultdict(list)
    for grant in grants:
        groups[key(grant)].append(grant)
    return dict(groups)


def _hours(grants: Iterable[GrantUse]) -> Fraction:
    return sum((exact(grant.gpu_hours) for grant in grants), Fraction(0))


def _points_per_hour(grants: list[GrantUse], tallies: Mapping[str, Tally]) -> Fraction | None:
    hours = _hours(grants)
    return sum((tallies[g.id].points for g in grants if g.id in tallies), Fraction(0)) / hours if hours else None


def _outcome(
    key: tuple[str, str],
    grants: list[GrantUse],
    tallies: Mapping[str, Tally],
    facts: OutcomesFacts,
    rules: OutcomesRules,
) -> SectorOutcome:
    found = [tallies[grant.id] for grant in grants if grant.id in tallies]
    rate = _points_per_hour(grants, tallies)
    due = [grant for grant in grants if grant.report_due_on <= facts.as_of]
    return SectorOutcome(
        sector=key[0],
        use=key[1],
        gpu_hours=_text(_hours(grants), rules),
        points=_text(sum((tally.points for tally in found), Fraction(0)), rules),
        points_per_million_gpu_hours=None if rate is None else _text(rate * MILLION, rules),
        counted=sum(tally.counted for tally in found),
        not_counted=sum(tally.not_counted for tally in found),
        reports_due=len(due),
        reports_missing=sum(g.report_received_on is None or g.report_received_on > facts.as_of for g in due),
    )


def _text(value: Fraction, rules: OutcomesRules) -> str:
    """Printed to the published decimals; nothing is computed from it."""
    return decimal_text(value, rules.decimals)


def _refuse_nonsense(facts: OutcomesFacts, rules: OutcomesRules) -> None:
    require_unique(facts.sectors, where="$.sectors")
    require_unique((grant.id for grant in facts.grants), where="$.grants")
    require_unique((item.id for item in facts.achievements), where="$.achievements")
    require_known((grant.sector for grant in facts.grants), facts.sectors, where="$.grants (sector)")
    require_known(
        (item.grant for item in facts.achievements), (grant.id for grant in facts.grants), where="$.achievements (grant)"
    )
    if not facts.sectors:
        raise BadInput("there is no sector.", where="$.sectors", todo="Name the sectors that share the GPUs.")
    if missing := sorted(set(get_args(Kind)) - set(rules.points)):
        raise BadInput(f"no points for {', '.join(missing)}.", where="rule outcomes/points", todo="Give each kind its points.")
    for item in facts.achievements:
        if (item.count and item.kind == "revenue") or (item.revenue_amount and item.kind != "revenue"):
            raise BadInput(
                f"{item.id!r} of kind {item.kind} has the other kind's figure.",
                where="$.achievements",
                todo="Give `revenue_amount` for revenue, `count` for all other kinds.",
            )
