"""Is every published number of this ranking what the sheets and the rules give, and is the order right?"""

from fractions import Fraction

from dure.checks.evaluation.advice import advice_faults
from dure.checks.evaluation.methods import MISSING, late_reviewers, sets_of
from dure.checks.evaluation.recount import Recount, draw_place, in_force, method_of, recount, technical_maximum, threshold
from dure.formats.kinds import Fault
from dure.formats.stages.evaluation import (
    Dropped,
    EvaluationFacts,
    EvaluationRecommendation,
    EvaluationRules,
    Ranked,
    ReviewerCount,
)


def faults(facts: EvaluationFacts, rules: EvaluationRules, recommendation: EvaluationRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation."""
    listed = [ranked.proposal for ranked in recommendation.ranking]
    if sorted(listed) != sorted(proposal.id for proposal in facts.proposals):
        return [_fault("wrong_proposals", "$.ranking", "does not list each proposal of the facts once.")]
    counts = recount(facts, rules)
    found = _methods(facts, rules, recommendation, counts)
    for ranked in recommendation.ranking:
        found += _figures(ranked, counts[ranked.proposal], rules)
    return (
        found
        + _order(facts, rules, recommendation, counts)
        + _reasons(facts, rules, recommendation, counts)
        + _head(facts, rules, recommendation)
        + advice_faults(facts, rules, recommendation, counts)
    )


def _figures(ranked: Ranked, count: Recount, rules: EvaluationRules) -> list[Fault]:
    """One proposal's own numbers, before it is compared with any other."""
    found = []
    expected = {
        "technical": count.technical,
        "total": count.total,
        "site_points": count.site_points,
        **{f"criteria.{name}": value for name, value in count.criteria.items()},
    }
    told = {"technical": ranked.technical, "total": ranked.total, "site_points": ranked.site_points}
    told |= {f"criteria.{name}": value for name, value in ranked.criteria.items()}
    for field in sorted(expected | told):
        right, given = expected.get(field), told.get(field)
        if (right is None) != (given is None) or (given is not None and Fraction(given) != right):
            shown = "empty" if right is None else f"{float(right):.{rules.decimals}f}"
            found.append(_fault("wrong_figure", f"{ranked.proposal}.{field}", f"is {shown}, not {given}."))
    if ranked.passed != count.passed:
        found.append(_fault("wrong_verdict", ranked.proposal, f"passed is {count.passed}, not {ranked.passed}."))
    if ranked.values_kept != count.values_kept:
        found.append(_fault("wrong_values_kept", ranked.proposal, f"{count.values_kept} remain, not {ranked.values_kept}."))
    if sorted(ranked.dropped, key=_by_place) != sorted(count.dropped, key=_by_place):
        found.append(_fault("wrong_drop", ranked.proposal, "the sheets left out are not the ones that the rule leaves out."))
    if ranked.recused != count.recused:
        found.append(_fault("wrong_recusal", ranked.proposal, f"set aside are the sheets of {list(count.recused)}."))
    return found


def _methods(
    facts: EvaluationFacts, rules: EvaluationRules, recommendation: EvaluationRecommendation, counts: dict[str, Recount]
) -> list[Fault]:
    """What the method alone gives: its name, tiers, standings, and how each reviewer's sheets count."""
    method, drop = method_of(facts, rules), in_force(facts, rules)[0]
    called = "mean_after_drop" if method == "panel" else method
    found = []
    if recommendation.method != f"{called}:{drop}":
        found.append(_fault("wrong_method", "$.method", f"the rules say {called}:{drop}."))
    if recommendation.reviewers != (tuple(sets_of(facts)[1]) if method == "distributed" else None):
        found.append(_fault("wrong_reviewers", "$.reviewers", "the sets that count are others."))
    for ranked in recommendation.ranking:
        count = counts[ranked.proposal]
        if ranked.tier != count.tier:
            found.append(_fault("wrong_tier", ranked.proposal, f"is in tier {count.tier}, not {ranked.tier}."))
        if (None if ranked.standing is None else Fraction(ranked.standing)) != count.standing:
            found.append(_fault("wrong_standing", ranked.proposal, f"stands at {count.standing}, not {ranked.standing}."))
    return found


def _by_place(dropped: Dropped) -> tuple[str, str, str]:
    return dropped.criterion, dropped.which, dropped.evaluator


def _order(
    facts: EvaluationFacts, rules: EvaluationRules, recommendation: EvaluationRecommendation, counts: dict[str, Recount]
) -> list[Fault]:
    """Ranks are 1, 2, 3 ... over those that passed, and each is before the next by total or the tie order."""
    found = []
    standing = [ranked for ranked in recommendation.ranking if ranked.rank is not None]
    if [ranked.rank for ranked in standing] != list(range(1, len(standing) + 1)):
        found.append(_fault("wrong_ranks", "$.ranking", "ranks do not count up from 1 in the order listed."))
    found += [
        _fault("wrong_ranks", ranked.proposal, "exactly the proposals that passed have a rank.")
        for ranked in recommendation.ranking
        if (ranked.rank is not None) != counts[ranked.proposal].passed
    ]
    keys = [_keys(facts, rules, counts[ranked.proposal], ranked.proposal) for ranked in standing]
    needed, names = [0] * len(standing), _key_names(facts, rules)
    for place in range(len(standing) - 1):
        step = next((n for n, (one, two) in enumerate(zip(keys[place], keys[place + 1], strict=True)) if one != two), 0)
        if keys[place][step] > keys[place + 1][step]:
            found.append(_fault("wrong_order", standing[place + 1].proposal, f"belongs before {standing[place].proposal}."))
        needed[place], needed[place + 1] = max(needed[place], step), max(needed[place + 1], step)
    for ranked, step in zip(standing, needed, strict=True):
        if ranked.tie_broken_by != names[step]:
            found.append(_fault("wrong_tie_step", ranked.proposal, f"was placed by {names[step] or 'the first key'}."))
    return found


def _key_names(facts: EvaluationFacts, rules: EvaluationRules) -> tuple[str, ...]:
    """What broke a tie, by the place of the key; the first key leaves none."""
    method = method_of(facts, rules)
    if method == "tiers_with_draw":
        return ("", "draw")
    return ("", "total", *rules.tie_break) if method == "distributed" else ("", *rules.tie_break)


def _keys(facts: EvaluationFacts, rules: EvaluationRules, count: Recount, proposal: str) -> list[tuple[Fraction | str, ...]]:
    """What is compared, step by step; smaller stands first."""
    most = max((Fraction(criterion.weight) for criterion in facts.criteria), default=Fraction(0))
    heavy = sorted(criterion.id for criterion in facts.criteria if Fraction(criterion.weight) == most)
    method = method_of(facts, rules)
    if method == "tiers_with_draw":
        return [(Fraction(count.tier or 0),), (draw_place(facts.draw_seed, proposal),)]
    keys: list[tuple[Fraction | str, ...]] = [(-(count.total or Fraction(0)),)]
    if method == "distributed":
        keys.insert(0, (-(count.standing or Fraction(0)),))
    for step in rules.tie_break:
        if step == "draw":
            keys.append((draw_place(facts.draw_seed, proposal),))
        elif step == "technical":
            keys.append((-(count.technical or Fraction(0)),))
        else:
            keys.append(
                tuple(-count.criteria.get(name, Fraction(0)) for name in (heavy if step == "heaviest_criterion" else [step]))
            )
    return keys


def _reasons(
    facts: EvaluationFacts, rules: EvaluationRules, recommendation: EvaluationRecommendation, counts: dict[str, Recount]
) -> list[Fault]:
    """Each item that is out, or named, has one reason with its figures."""
    told = {reason.item: (reason.code, reason.detail) for reason in recommendation.reasons}
    technical, late = {ranked.proposal: ranked.technical for ranked in recommendation.ranking}, late_reviewers(facts)
    expected = {}
    for name, count in counts.items():
        if because := count.out_because or count.told_because:
            drop, minimum = in_force(facts, rules)
            figures = {
                "panel_incomplete": {"values_kept": str(count.values_kept), "minimum_values": str(minimum), "drop": drop},
                "below_threshold": {"technical": technical[name], "threshold": recommendation.threshold_points},
            }
            expected[name] = (because, _of_reviewer(late[name]) if because == MISSING else figures.get(because, {}))
    return [
        _fault("wrong_reason", name, f"the reason is {expected.get(name, 'none')}, not {told.get(name, 'none')}.")
        for name in sorted(told.keys() | expected.keys())
        if told.get(name) != expected.get(name)
    ]


def _of_reviewer(count: ReviewerCount) -> dict[str, str]:
    return {"evaluator": count.evaluator, "due": str(count.due), "delivered": str(count.delivered)}


def _head(facts: EvaluationFacts, rules: EvaluationRules, recommendation: EvaluationRecommendation) -> list[Fault]:
    computed = sum((Fraction(c.weight) for c in facts.criteria if c.kind == "computed"), Fraction(0))
    expected = {
        "technical_maximum": technical_maximum(facts, rules),
        "maximum": technical_maximum(facts, rules) + computed,
        "threshold_points": threshold(facts, rules),
    }
    return [
        _fault("wrong_figure", f"$.{field}", f"is {float(value)}, not {getattr(recommendation, field)}.")
        for field, value in expected.items()
        if abs(Fraction(getattr(recommendation, field)) - value) > Fraction(1, 10**18)
    ]


def _fault(code: str, where: str, message: str) -> Fault:
    return Fault(code=code, where=where, message=message)
