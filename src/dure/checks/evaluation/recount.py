"""The scores once more from the sheets: sums without their extremes, instead of sorted and cut lists."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from dure.checks.evaluation.methods import MISSING, late_reviewers, sets_of, standing_of, tier_of
from dure.formats.stages.evaluation import Dropped, EvaluationFacts, EvaluationRules, Proposal, ScoreSheet


class Recount(NamedTuple):
    """One proposal's figures as they should be; `out_because` is the reason code of one without a rank."""

    technical: Fraction | None
    total: Fraction | None
    site_points: Fraction | None
    criteria: dict[str, Fraction]
    values_kept: int
    dropped: tuple[Dropped, ...]
    recused: tuple[str, ...]
    passed: bool
    out_because: str
    tier: int | None = None
    standing: Fraction | None = None
    told_because: str = ""


def recount(facts: EvaluationFacts, rules: EvaluationRules) -> dict[str, Recount]:
    """Every proposal's figures."""
    sheets = counted_sheets(facts, rules)
    given = {(sheet.evaluator, sheet.proposal) for sheet in facts.scores}
    recused = defaultdict(set)
    for recusal in facts.recusals:
        if (recusal.evaluator, recusal.proposal) in given:
            recused[recusal.proposal].add(recusal.evaluator)
    made = {}
    for proposal in facts.proposals:
        if proposal.gate == "fail":
            made[proposal.id] = Recount(None, None, None, {}, 0, (), (), passed=False, out_because="gate_failed")
        else:
            aside = tuple(sorted(recused[proposal.id]))
            made[proposal.id] = _one(facts, rules, proposal, sheets[proposal.id])._replace(recused=aside)
    if method_of(facts, rules) == "tiers_with_draw":
        bounds = tier_bounds(facts, rules)
        return {
            name: count._replace(tier=tier_of(bounds, count.technical) if count.technical is not None and count.passed else None)
            for name, count in made.items()
        }
    return _held_to_reviews(facts, rules, made) if method_of(facts, rules) == "distributed" else made


def _held_to_reviews(facts: EvaluationFacts, rules: EvaluationRules, made: dict[str, Recount]) -> dict[str, Recount]:
    """With standings; and those whose own reviews are missing out, or named, as the rule says."""
    whole, late = sets_of(facts)[0], late_reviewers(facts)
    for name, count in made.items():
        if count.technical is None:
            continue
        standing = standing_of(name, whole)
        made[name] = count._replace(standing=None if standing is None else half_up(standing, rules.decimals))
        if name in late and rules.undelivered == "out":
            made[name] = made[name]._replace(passed=False, out_because=MISSING)
        elif name in late and count.passed:
            made[name] = made[name]._replace(told_because=MISSING)
    return made


def in_force(facts: EvaluationFacts, rules: EvaluationRules) -> tuple[str, int]:
    """How to drop and how many values must remain, for what is ranked here."""
    if method_of(facts, rules) == "distributed":
        return "none", rules.application_minimum_values
    if facts.subject == "applications":
        return rules.application_drop, rules.application_minimum_values
    return rules.drop, rules.minimum_values


def method_of(facts: EvaluationFacts, rules: EvaluationRules) -> str:
    """How what is ranked here is ranked."""
    return rules.application_method if facts.subject == "applications" else rules.method


def counted_sheets(facts: EvaluationFacts, rules: EvaluationRules) -> Mapping[str, Sequence[ScoreSheet]]:
    """The sheets that means rest on: without recusals, and of distributed reviews those of whole sets."""
    sheets = sheets_by_proposal(facts)
    if method_of(facts, rules) != "distributed":
        return sheets
    whole = sets_of(facts)[0]
    return defaultdict(list, {item: [s for s in given if s.evaluator in whole] for item, given in sheets.items()})


def technical_maximum(facts: EvaluationFacts, rules: EvaluationRules) -> Fraction:
    """Judged criteria, and the site inspection where there is one."""
    inspected = any(proposal.site_points is not None for proposal in facts.proposals if proposal.gate == "pass")
    judged = sum((Fraction(criterion.weight) for criterion in facts.criteria if criterion.kind == "judged"), Fraction(0))
    return judged + (Fraction(rules.site_points_maximum) if inspected else 0)


def threshold(facts: EvaluationFacts, rules: EvaluationRules) -> Fraction:
    """Points that must be reached."""
    part = rules.application_threshold if facts.subject == "applications" else rules.threshold
    return Fraction(part) * technical_maximum(facts, rules)


def tier_bounds(facts: EvaluationFacts, rules: EvaluationRules) -> tuple[Fraction, ...]:
    """Where each tier begins, in points."""
    return tuple(Fraction(each) * technical_maximum(facts, rules) for each in rules.tiers or ())


def sheets_by_proposal(facts: EvaluationFacts) -> dict[str, list[ScoreSheet]]:
    """The sheets that count."""
    aside = {(recusal.evaluator, recusal.proposal) for recusal in facts.recusals}
    sheets: dict[str, list[ScoreSheet]] = defaultdict(list)
    for sheet in facts.scores:
        if (sheet.evaluator, sheet.proposal) not in aside:
            sheets[sheet.proposal].append(sheet)
    return sheets


def half_up(value: Fraction, decimals: int) -> Fraction:
    """Rounded at that decimal, halves away from zero; values here are never negative."""
    return Fraction(math.floor(value * 10**decimals + Fraction(1, 2)), 10**decimals)


def draw_place(seed: str, item: str) -> str:
    """Place in the public draw: SHA-256 of the seed, a zero byte and the id."""
    return hashlib.sha256(seed.encode() + b"\x00" + item.encode()).hexdigest()


def judged_mean(sheets: Sequence[ScoreSheet], drop: str) -> Fraction:
    """The judged criteria's mean over the panel: whole sums less their extremes."""
    if drop == "by_item":
        columns = [[Fraction(sheet.points[name]) for sheet in sheets] for name in sheets[0].points]
    else:
        columns = [[sum(map(Fraction, sheet.points.values()), Fraction(0)) for sheet in sheets]]
    if drop == "none":
        return sum((sum(column, Fraction(0)) for column in columns), Fraction(0)) / len(sheets)
    return sum((sum(column, Fraction(0)) - max(column) - min(column) for column in columns), Fraction(0)) / (len(sheets) - 2)


def _one(facts: EvaluationFacts, rules: EvaluationRules, proposal: Proposal, sheets: Sequence[ScoreSheet]) -> Recount:
    drop, minimum = in_force(facts, rules)
    judged = sorted(criterion.id for criterion in facts.criteria if criterion.kind == "judged")
    computed = computed_points(facts, rules, proposal)
    site = None if proposal.site_points is None else Fraction(proposal.site_points)
    shown_site = None if site is None else half_up(site, rules.decimals)
    kept = len(sheets) - (0 if drop == "none" else min(2, len(sheets)))
    if judged and kept < minimum:
        return Recount(None, None, shown_site, computed, kept, (), (), passed=False, out_because="panel_incomplete")
    mean = judged_mean(sheets, drop) if judged and kept else Fraction(0)
    technical = half_up(mean + (site or 0), rules.decimals)
    dropped = _dropped(facts, sheets, judged, drop) if kept else ()
    criteria = {name: half_up(_column_mean(sheets, name, dropped), rules.decimals) for name in judged}
    passed = technical >= threshold(facts, rules)
    return Recount(
        technical,
        technical + sum(computed.values()),
        shown_site,
        criteria | computed,
        kept,
        dropped,
        (),
        passed=passed,
        out_because="" if passed else "below_threshold",
    )


def computed_points(facts: EvaluationFacts, rules: EvaluationRules, proposal: Proposal) -> dict[str, Fraction]:
    """Points from the published references."""
    points = {}
    for criterion in facts.criteria:
        if criterion.kind == "computed" and criterion.reference is not None:
            part = min(Fraction(1), Fraction(proposal.values[criterion.id]) / Fraction(criterion.reference))
            points[criterion.id] = half_up(Fraction(criterion.weight) * part, rules.decimals)
    return points


def _dropped(facts: EvaluationFacts, sheets: Sequence[ScoreSheet], judged: list[str], drop: str) -> tuple[Dropped, ...]:
    """The extremes; among equals the draw's first is the lowest and its last the highest."""
    if drop == "none":
        return ()
    found: list[Dropped] = []
    for name in judged if drop == "by_item" else [""]:
        value = {
            s.evaluator: Fraction(s.points[name]) if name else sum(map(Fraction, s.points.values()), Fraction(0)) for s in sheets
        }
        lowest = [evaluator for evaluator in value if value[evaluator] == min(value.values())]
        highest = [evaluator for evaluator in value if value[evaluator] == max(value.values())]
        last = max(highest, key=lambda evaluator: draw_place(facts.draw_seed, evaluator))
        first = min(lowest, key=lambda evaluator: draw_place(facts.draw_seed, evaluator))
        found.append(Dropped(evaluator=last, which="highest", criterion=name))
        found.append(Dropped(evaluator=first, which="lowest", criterion=name))
    return tuple(found)


def _column_mean(sheets: Sequence[ScoreSheet], name: str, dropped: tuple[Dropped, ...]) -> Fraction:
    out = {each.evaluator for each in dropped if each.criterion in {"", name}}
    kept = [Fraction(sheet.points[name]) for sheet in sheets if sheet.evaluator not in out]
    return sum(kept, Fraction(0)) / len(kept)
