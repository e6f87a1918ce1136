"""Does what is counted have its verified evidence, and do the parts follow from points per GPU-hour?

The parts are recognised by their conditions: they sum to one, none is below the smallest part, and
those above it stand to each other as their points per GPU-hour do.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from dure.formats.kinds import Fault
from dure.formats.stages.outcomes import (
    Achievement,
    GrantUse,
    OutcomesFacts,
    OutcomesRecommendation,
    OutcomesRules,
    SectorOutcome,
)


class Ledger(NamedTuple):
    """What the facts come to: each achievement's worth in points, and why some are refused."""

    facts: OutcomesFacts
    rules: OutcomesRules
    worth: Mapping[str, Fraction]
    refused: Mapping[str, tuple[str, dict[str, str]]]


def faults(facts: OutcomesFacts, rules: OutcomesRules, recommendation: OutcomesRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation."""
    grants = {grant.id for grant in facts.grants}
    if not {grant.sector for grant in facts.grants} <= set(facts.sectors) or not {a.grant for a in facts.achievements} <= grants:
        return [Fault(code="unknown_reference", where="$", message="a grant or a result refers to nothing in the file.")]
    refused = _refused(facts)
    worth = {a.id: Fraction(0) if a.id in refused else _worth(a, rules) for a in facts.achievements}
    ledger = Ledger(facts, rules, worth, refused)
    return [*_reasons(ledger, recommendation), *_rows(ledger, recommendation), *_results(ledger, recommendation)]


def _worth(achievement: Achievement, rules: OutcomesRules) -> Fraction:
    points = Fraction(rules.points.get(achievement.kind, "0"))
    if achievement.kind == "revenue":
        return points * achievement.revenue_amount / rules.revenue_unit
    return points * achievement.count


def _refused(facts: OutcomesFacts) -> dict[str, tuple[str, dict[str, str]]]:
    """Achievements that must not count: the code of the reason and what it shows."""
    refused: dict[str, tuple[str, dict[str, str]]] = {}
    valid: dict[tuple[str, str], list[Achievement]] = {}
    for item in facts.achievements:
        evidence = " ".join(item.evidence.casefold().split())
        if item.count + item.revenue_amount == 0:
            refused[item.id] = ("nothing_reported", {"kind": item.kind})
        elif evidence == "":
            refused[item.id] = ("no_evidence", {"kind": item.kind})
        elif not item.verified:
            refused[item.id] = ("not_verified", {"evidence": item.evidence})
        else:
            valid.setdefault((item.kind, evidence), []).append(item)
    for same in valid.values():
        first = min(item.id for item in same)
        for item in same:
            if item.id != first:
                refused[item.id] = ("counted_already", {"evidence": item.evidence, "under": first})
    return refused


def _reasons(ledger: Ledger, recommendation: OutcomesRecommendation) -> Iterator[Fault]:
    told = {reason.item: (reason.code, reason.detail) for reason in recommendation.reasons}
    if told != ledger.refused or len(told) != len(recommendation.reasons):
        message = f"one reason for each of {sorted(ledger.refused)[:6]}, with its code and figures."
        yield Fault(code="wrong_reasons", where="$.reasons", message=message)


def _rows(ledger: Ledger, recommendation: OutcomesRecommendation) -> Iterator[Fault]:
    """Each sector and each use has one row, with its own figures."""
    facts = ledger.facts
    uses = sorted({(grant.sector, grant.use) for grant in facts.grants})
    wanted = {"sectors": [(name, "") for name in sorted(facts.sectors)], "uses": uses}
    for field, keys in wanted.items():
        rows: tuple[SectorOutcome, ...] = getattr(recommendation, field)
        if [(row.sector, row.use) for row in rows] != keys:
            yield Fault(code="wrong_rows", where=f"$.{field}", message=f"is to have the rows {keys[:6]}.")
            continue
        for row in rows:
            grants = [g for g in facts.grants if g.sector == row.sector and (field == "sectors" or g.use == row.use)]
            yield from _row(row, grants, ledger)


def _row(row: SectorOutcome, grants: list[GrantUse], ledger: Ledger) -> Iterator[Fault]:
    facts, refused = ledger.facts, ledger.refused
    where = f"{row.sector}/{row.use}" if row.use else row.sector
    half = Fraction(1, 2 * 10**ledger.rules.decimals)
    mine = {grant.id for grant in grants}
    items = [a.id for a in facts.achievements if a.grant in mine]
    hours, points = sum(Fraction(g.gpu_hours) for g in grants), sum((ledger.worth[item] for item in items), Fraction(0))
    figures = [("gpu_hours", Fraction(row.gpu_hours), Fraction(hours)), ("points", Fraction(row.points), points)]
    if (row.points_per_million_gpu_hours is None) != (hours == 0):
        yield Fault(code="wrong_figure", where=where, message="points per GPU-hour are empty exactly where no hours were used.")
    elif row.points_per_million_gpu_hours is not None:
        figures.append(("points_per_million", Fraction(row.points_per_million_gpu_hours), points * 10**6 / hours))
    for name, told, right in figures:
        if not -half < told - right <= half:
            yield Fault(code="wrong_figure", where=where, message=f"{name} is {right}, not {told}.")
    due = [g for g in grants if not g.report_due_on > facts.as_of]
    came = [g for g in due if g.report_received_on and not g.report_received_on > facts.as_of]
    counts = (sum(i not in refused for i in items), sum(i in refused for i in items), len(due), len(due) - len(came))
    if counts != (row.counted, row.not_counted, row.reports_due, row.reports_missing):
        yield Fault(code="wrong_count", where=where, message=f"counted, not counted, due, missing are {counts}.")


def _results(ledger: Ledger, recommendation: OutcomesRecommendation) -> Iterator[Fault]:
    parts = {name: Fraction(text) for name, text in recommendation.exact.items()}
    published = {name: Fraction(text) for name, text in recommendation.results.items()}
    for field, column in (("exact", parts), ("results", published)):
        if set(column) != set(ledger.facts.sectors) or sum(column.values()) != 1:
            yield Fault(
                code="not_one", where=f"$.{field}", message=f"is to sum to one over the sectors, not to {sum(column.values())}."
            )
            return
    for name, part in published.items():
        step = Fraction(1, 10**ledger.rules.decimals)
        if abs(part - parts[name]) >= step or (part / step).denominator != 1:
            yield Fault(code="wrong_rounding", where=name, message=f"{part} is not {parts[name]} rounded.")
    yield from _proportions(ledger, recommendation, parts)


def _proportions(ledger: Ledger, recommendation: OutcomesRecommendation, parts: Mapping[str, Fraction]) -> Iterator[Fault]:
    """Merit is the points per hour; an unjudged sector's is the mean of the judged, so that it gets an even part."""
    facts = ledger.facts
    sector_of = {grant.id: grant.sector for grant in facts.grants}
    hours, points = dict.fromkeys(facts.sectors, Fraction(0)), dict.fromkeys(facts.sectors, Fraction(0))
    for grant in facts.grants:
        hours[grant.sector] += Fraction(grant.gpu_hours)
    for item in facts.achievements:
        points[sector_of[item.grant]] += ledger.worth[item.id]
    judged = {name: points[name] / hours[name] for name in facts.sectors if hours[name]}
    unjudged = sorted(set(facts.sectors) - set(judged))
    if list(recommendation.unjudged) != unjudged:
        yield Fault(code="wrong_unjudged", where="$.unjudged", message=f"is {unjudged}.")
    total = sum(judged.values(), Fraction(0))
    merit = {name: judged.get(name, total / len(judged) if judged else Fraction(0)) if total else Fraction(1) for name in parts}
    smallest = Fraction(ledger.rules.smallest_part)
    above = [name for name in parts if parts[name] > smallest or not total]
    for name, part in parts.items():
        if part < smallest:
            yield Fault(code="below_smallest_part", where=name, message=f"{part} is less than {smallest}.")
        if any(part * merit[other] != parts[other] * merit[name] for other in above if name in above):
            yield Fault(code="not_in_proportion", where=name, message=f"{part} does not follow from its points per GPU-hour.")
        if name not in above and any(part * merit[other] < parts[other] * merit[name] for other in above):
            yield Fault(code="lifted_down", where=name, message="earned more than the smallest part.")
    lifted = sorted(n for n in parts if n not in above and any(parts[n] * merit[o] > parts[o] * merit[n] for o in above))
    if above and list(recommendation.lifted) != lifted:
        yield Fault(code="wrong_lifted", where="$.lifted", message=f"is {lifted}.")
