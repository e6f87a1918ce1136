"""In which order do the proposals (or applications) stand, and which of them pass?

1. A proposal that fails the gate is out. 2. A computed criterion earns weight * min(1, value /
published reference), so a rival's presence changes nothing. 3. Judged criteria are averaged after
dropping exactly one highest and one lowest sheet (`by_evaluator`) or value (`by_item`), or none.
When fewer than the minimum remain, nothing is averaged: the proposal stays unranked with the
reason `panel_incomplete` until substitutes score it; if that befalls all, there is no answer.
4. Site inspection adds bounded points. 5. Technical score (judged and site) on the line passes.

Rounding, half up, happens at three points and nowhere else: each criterion, the technical score
(from its exact mean), and the site points where shown. The total is the published technical score
plus the published computed criteria; comparisons are between published numbers.

The order is the method's: `panel` by total and the published tie order, `tiers_with_draw` by tier and draw, `distributed`
by the standing among what each applicant's reviewer assessed.
"""

from fractions import Fraction

from dure.decisions.evaluation.advice import advise
from dure.decisions.evaluation.call import Call, method_of, open_call
from dure.decisions.evaluation.methods import METHODS
from dure.decisions.evaluation.methods.distributed import MISSING
from dure.decisions.evaluation.order import place, tie_order
from dure.decisions.evaluation.panel import Scored, score
from dure.formats.errors import Infeasible
from dure.formats.kinds import Reason, decimal_text
from dure.formats.stages.evaluation import EvaluationFacts, EvaluationRecommendation, EvaluationRules, Ranked


def recommend(facts: EvaluationFacts, rules: EvaluationRules) -> EvaluationRecommendation:
    """Recommend the ranking."""
    applications = facts.subject == "applications"
    method = METHODS[method_of(rules, applications=applications)]
    call = method.open(open_call(facts, rules), facts, rules)
    scored = {name: score(call, name, sheets) for name, sheets in sorted(call.sheets.items())}
    incomplete = [name for name, each in scored.items() if not each.complete]
    if incomplete and len(incomplete) == len(scored):
        raise Infeasible(
            f"no proposal has {call.minimum_values} values left after dropping ({call.drop}); substitutes have to score them.",
            code="panel_incomplete",
            detail={name: str(scored[name].values_kept) for name in incomplete},
        )
    passing = {name: each for name, each in scored.items() if each.complete and each.passed}
    order = place(call, passing)
    failing = sorted(
        (name for name, each in scored.items() if each.complete and not each.passed), key=lambda name: (-scored[name].total, name)
    )
    out = sorted([*incomplete, *call.gate_failed])
    ties = tie_order(call, passing, order)
    return EvaluationRecommendation(
        method=f"{method.called}:{call.drop}",
        ranking=tuple(
            [_ranked(call, scored[name], rank=rank, tie=ties.get(name, "")) for rank, name in enumerate(order, 1)]
            + [_ranked(call, scored[name]) for name in failing]
            + [_ranked(call, scored[name]) if name in scored else _gate_failed(name) for name in out]
        ),
        technical_maximum=_trimmed(call.technical_maximum),
        maximum=_trimmed(call.technical_maximum + sum((c.weight for c in call.computed), Fraction(0))),
        threshold_points=_trimmed(call.threshold_points),
        advice=advise(call, scored, order),
        reasons=tuple(_reason(call, scored, name) for name in [*failing, *out, *_named(call, order)]),
        reviewers=call.reviewers,
    )


def _named(call: Call, order: list[str]) -> list[str]:
    """Those in the ranking whose applicants did not deliver their own reviews."""
    return [name for name in order if name in call.undelivered]


def _ranked(call: Call, each: Scored, *, rank: int | None = None, tie: str = "") -> Ranked:
    def published(units: int) -> str:
        return decimal_text(Fraction(units, 10**call.decimals), call.decimals)

    return Ranked(
        proposal=each.proposal,
        rank=rank,
        total=published(each.total) if each.complete else None,
        technical=published(each.technical) if each.complete else None,
        passed=each.complete and each.passed,
        criteria={name: published(units) for name, units in each.criteria.items()},
        site_points=None if each.site_points is None else published(each.site_points),
        values_kept=each.values_kept,
        dropped=each.dropped,
        recused=call.recused.get(each.proposal, ()),
        tie_broken_by=tie,
        tier=each.tier if rank else None,
        standing=None if each.standing is None else published(each.standing),
    )


def _gate_failed(name: str) -> Ranked:
    return Ranked(proposal=name, rank=None, total=None, technical=None, passed=False, criteria={}, values_kept=0, dropped=())


def _reason(call: Call, scored: dict[str, Scored], name: str) -> Reason:
    if name not in scored:
        return Reason(item=name, code="gate_failed")
    each = scored[name]
    if not each.complete:
        detail = {"values_kept": str(each.values_kept), "minimum_values": str(call.minimum_values), "drop": call.drop}
        return Reason(item=name, code="panel_incomplete", detail=detail)
    if name in call.undelivered and (call.undelivered_out or each.passed):
        reviewer = next(row for row in call.reviewers or () if row.evaluator == call.undelivered[name])
        counts = {"due": str(reviewer.due), "delivered": str(reviewer.delivered)}
        return Reason(item=name, code=MISSING, detail={"evaluator": reviewer.evaluator, **counts})
    reached = decimal_text(Fraction(each.technical, 10**call.decimals), call.decimals)
    return Reason(item=name, code="below_threshold", detail={"technical": reached, "threshold": _trimmed(call.threshold_points)})


def _trimmed(value: Fraction) -> str:
    """The decimal without zeros at its end, so that a threshold of 76.495 is not shown as 76.50."""
    text = decimal_text(value, 18)
    return text.rstrip("0").rstrip(".")
