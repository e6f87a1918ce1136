"""What was handed in, made exact and put in order; nonsense is refused here, before anything is averaged."""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from dure.formats.errors import BadInput
from dure.formats.kinds import exact
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.evaluation import Criterion, Drop, EvaluationFacts, EvaluationRules, Proposal, ReviewerCount, ScoreSheet

LEFT_OUT = {"by_evaluator": 2, "by_item": 2, "none": 0}  # by drop rule, how many of an item's values no mean rests on


class Weight(NamedTuple):
    """One criterion: its full points and, where it is computed, the value that earns them."""

    id: str
    weight: Fraction
    reference: Fraction


class Sheet(NamedTuple):
    """One evaluator's points for one proposal, in the order of the judged criteria."""

    evaluator: str
    points: tuple[Fraction, ...]
    total: Fraction


class Call(NamedTuple):
    """Everything that the ranking reads. `sheets` holds the proposals that passed the gate."""

    judged: tuple[Weight, ...]
    computed: tuple[Weight, ...]
    sheets: dict[str, tuple[Sheet, ...]]
    values: dict[str, tuple[Fraction, ...]]
    site_points: dict[str, Fraction | None]
    gate_failed: tuple[str, ...]
    recused: dict[str, tuple[str, ...]]
    off_step: tuple[str, ...]
    technical_maximum: Fraction
    threshold_points: Fraction
    drop: str
    minimum_values: int
    decimals: int
    tie_break: tuple[str, ...]
    draw_seed: str
    method: str
    # What a method adds: bounds of tiers in points; by reviewer and item, the part of the others below it; how sets count.
    tiers: tuple[Fraction, ...] = ()
    shares: Mapping[tuple[str, str], Fraction] | None = None
    reviewers: tuple[ReviewerCount, ...] | None = None
    undelivered: Mapping[str, str] = MappingProxyType({})
    undelivered_out: bool = False


def method_of(rules: EvaluationRules, *, applications: bool) -> str:
    """The method by which what is ranked is ranked."""
    return rules.application_method if applications else rules.method


def in_force(rules: EvaluationRules, *, applications: bool) -> tuple[Drop, int]:
    """How to drop and how many values must remain, for what is ranked; of distributed reviews nothing is dropped."""
    if method_of(rules, applications=applications) == "distributed":
        return "none", rules.application_minimum_values
    if applications:
        return rules.application_drop, rules.application_minimum_values
    return rules.drop, rules.minimum_values


def sheets_needed(rules: EvaluationRules, *, applications: bool) -> int:
    """How many sheets an item needs so that it can be ranked: those that must remain, and those that are dropped."""
    drop, minimum = in_force(rules, applications=applications)
    return minimum + LEFT_OUT[drop]


def open_call(facts: EvaluationFacts, rules: EvaluationRules) -> Call:
    """Check the facts against each other and the rules, and make them exact."""
    _refuse_unknown_ids(facts)
    criteria = sorted(facts.criteria, key=lambda criterion: criterion.id)
    judged = tuple(_weight(criterion) for criterion in criteria if criterion.kind == "judged")
    computed = tuple(_weight(criterion) for criterion in criteria if criterion.kind == "computed")
    _refuse_tie_break(rules, {criterion.id for criterion in criteria})
    entered = sorted((proposal for proposal in facts.proposals if proposal.gate == "pass"), key=lambda proposal: proposal.id)
    inspected = _inspected(entered, exact(rules.site_points_maximum))
    maximum = sum((criterion.weight for criterion in judged), Fraction(0))
    maximum += exact(rules.site_points_maximum) if inspected else 0
    applications = facts.subject == "applications"
    recusals = {(recusal.evaluator, recusal.proposal) for recusal in facts.recusals}
    sheets, off_step = _sheets(facts, judged, exact(rules.point_step))
    drop, minimum = in_force(rules, applications=applications)
    return Call(
        judged=judged,
        computed=computed,
        sheets={
            proposal.id: tuple(sheet for sheet in sheets.get(proposal.id, ()) if (sheet.evaluator, proposal.id) not in recusals)
            for proposal in entered
        },
        values={proposal.id: _values(proposal, computed) for proposal in entered},
        site_points={p.id: None if p.site_points is None else exact(p.site_points) for p in entered},
        gate_failed=tuple(sorted(proposal.id for proposal in facts.proposals if proposal.gate == "fail")),
        recused={
            name: tuple(sheet.evaluator for sheet in given if (sheet.evaluator, name) in recusals)
            for name, given in sheets.items()
        },
        off_step=off_step,
        technical_maximum=maximum,
        threshold_points=maximum * exact(rules.application_threshold if applications else rules.threshold),
        drop=drop,
        minimum_values=minimum,
        decimals=rules.decimals,
        tie_break=rules.tie_break,
        draw_seed=facts.draw_seed,
        method=method_of(rules, applications=applications),
    )


def _sheets(facts: EvaluationFacts, judged: tuple[Weight, ...], step: Fraction) -> tuple[dict[str, list[Sheet]], tuple[str, ...]]:
    """Sheets by proposal, in order of evaluator, and those whose points do not keep the step."""
    weights = {criterion.id: criterion.weight for criterion in judged}
    read: dict[str, Fraction] = {}
    sheets: dict[str, list[Sheet]] = {}
    off_step = []
    for sheet in sorted(facts.scores, key=lambda each: (each.proposal, each.evaluator)):
        if sheet.points.keys() != weights.keys():
            raise _wrong_points(sheet, f"is for {sorted(sheet.points)}, the judged criteria are {sorted(weights)}")
        points = tuple(read.setdefault(text, Fraction(text)) for text in (sheet.points[name] for name in weights))
        for name, given in zip(weights, points, strict=True):
            if given > weights[name]:
                raise _wrong_points(sheet, f"gives {sheet.points[name]} for {name!r}, whose maximum is {float(weights[name]):g}")
        if step and any(given % step for given in points):
            off_step.append(f"{sheet.evaluator}/{sheet.proposal}")
        sheets.setdefault(sheet.proposal, []).append(Sheet(sheet.evaluator, points, sum(points, Fraction(0))))
    return sheets, tuple(sorted(off_step))


def _weight(criterion: Criterion) -> Weight:
    if criterion.kind == "computed" and (criterion.reference is None or exact(criterion.reference) == 0):
        raise BadInput(
            f"the computed criterion {criterion.id!r} has no reference.",
            where="$.criteria",
            todo="Give the published value that earns its full weight; it is more than zero.",
        )
    return Weight(criterion.id, exact(criterion.weight), exact(criterion.reference or "0"))


def _values(proposal: Proposal, computed: tuple[Weight, ...]) -> tuple[Fraction, ...]:
    if proposal.values.keys() != {criterion.id for criterion in computed}:
        raise BadInput(
            f"proposal {proposal.id!r} has values for {sorted(proposal.values)}, the computed criteria are "
            f"{[criterion.id for criterion in computed]}.",
            where="$.proposals",
            todo="Give each value; a missing one is not a zero.",
        )
    return tuple(exact(proposal.values[criterion.id]) for criterion in computed)


def _inspected(entered: list[Proposal], maximum: Fraction) -> bool:
    """Whether the call has a site inspection: then every proposal in it needs its points."""
    without = [proposal.id for proposal in entered if proposal.site_points is None]
    for proposal in entered:
        if proposal.site_points is not None and exact(proposal.site_points) > maximum:
            raise BadInput(
                f"proposal {proposal.id!r} has {proposal.site_points} site points; the maximum is {float(maximum):g}.",
                where="$.proposals",
                todo="Correct the points or the rule evaluation/site_points_maximum.",
            )
    if without and len(without) < len(entered):
        raise BadInput(
            f"{', '.join(without[:5])}: no site points, while others have them.",
            where="$.proposals",
            todo="Inspect them, or give 0 points if the inspection failed, or set the gate to fail.",
        )
    return bool(entered) and not without


def _refuse_tie_break(rules: EvaluationRules, criteria: set[str]) -> None:
    known = criteria | {"technical", "heaviest_criterion", "draw"}
    if unknown := [step for step in rules.tie_break if step not in known]:
        raise BadInput(
            f"the tie order names {unknown[0]!r}, which is no criterion of this call.",
            where="rule evaluation/tie_break",
            todo=f"Known: {', '.join(sorted(known))}.",
        )
    if "draw" not in rules.tie_break[-1:]:
        raise BadInput("the tie order does not end in `draw`.", where="rule evaluation/tie_break", todo="Put it last.")


def _refuse_unknown_ids(facts: EvaluationFacts) -> None:
    require_unique((criterion.id for criterion in facts.criteria), where="$.criteria")
    require_unique((proposal.id for proposal in facts.proposals), where="$.proposals")
    require_unique(facts.evaluators, where="$.evaluators")
    proposals, evaluators = {proposal.id for proposal in facts.proposals}, set(facts.evaluators)
    for where, entries in (("$.scores", facts.scores), ("$.recusals", facts.recusals)):
        require_known((entry.proposal for entry in entries), proposals, where=where)
        require_known((entry.evaluator for entry in entries), evaluators, where=where)
    seen: set[tuple[str, str]] = set()
    for sheet in facts.scores:
        if (pair := (sheet.evaluator, sheet.proposal)) in seen:
            raise _wrong_points(sheet, "comes twice")
        seen.add(pair)


def _wrong_points(sheet: ScoreSheet, what: str) -> BadInput:
    return BadInput(
        f"the sheet of {sheet.evaluator!r} for {sheet.proposal!r} {what}.", where="$.scores", todo="Ask for one complete sheet."
    )


def heaviest(call: Call) -> tuple[str, ...]:
    """The criteria with the largest weight, in order of id."""
    weights: Mapping[str, Fraction] = {criterion.id: criterion.weight for criterion in (*call.judged, *call.computed)}
    most = max(weights.values(), default=Fraction(0))
    return tuple(sorted(name for name, weight in weights.items() if weight == most))
