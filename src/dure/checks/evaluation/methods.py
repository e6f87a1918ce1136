"""Tiers, whole sets and standings once more: pair by pair, where the decision counts within sorted lists."""

from collections import defaultdict
from fractions import Fraction

from dure.formats.stages.evaluation import EvaluationFacts, ReviewerCount

Sets = dict[str, dict[str, Fraction]]
MISSING = "reviews_not_delivered"


def tier_of(bounds: tuple[Fraction, ...], points: Fraction) -> int:
    """The first tier whose bound is reached, counted from 1; one more than there are bounds where none is."""
    return next((number for number, bound in enumerate(bounds, 1) if points >= bound), len(bounds) + 1)


def sets_of(facts: EvaluationFacts) -> tuple[Sets, list[ReviewerCount]]:
    """The judged totals of every whole set by reviewer and item, and how each reviewer's sheets count."""
    admitted = {proposal.id for proposal in facts.proposals if proposal.gate == "pass"}
    aside = {(recusal.evaluator, recusal.proposal) for recusal in facts.recusals}
    given: Sets = defaultdict(dict)
    for sheet in facts.scores:
        if sheet.proposal in admitted and (sheet.evaluator, sheet.proposal) not in aside:
            given[sheet.evaluator][sheet.proposal] = sum(map(Fraction, sheet.points.values()), Fraction(0))
    whole, counts = {}, []
    for name, asked in sorted((reviewer.evaluator, reviewer.asked) for reviewer in facts.reviewers):
        due = {item for item in asked if item in admitted and (name, item) not in aside}
        absent, alone = due - set(given[name]), len(due) < 2
        if not absent and not alone:
            whole[name] = given[name]
        counts.append(
            ReviewerCount(
                evaluator=name,
                due=len(due),
                delivered=len(given[name]),
                set_aside_because="reviews_not_delivered" if absent else "nothing_to_compare" if alone else "",
            )
        )
    return whole, counts


def standing_of(item: str, whole: Sets) -> Fraction | None:
    """In percent: over its reviewers, the mean of won comparisons, a level one being half won; None without a reviewer."""
    parts = []
    for totals in whole.values():
        if item in totals:
            mine, others = totals[item], [total for other, total in totals.items() if other != item]
            won = sum((Fraction(mine > other) + Fraction(mine == other, 2) for other in others), Fraction(0))
            parts.append(won / len(others))
    return 100 * sum(parts, Fraction(0)) / len(parts) if parts else None


def late_reviewers(facts: EvaluationFacts) -> dict[str, ReviewerCount]:
    """By item, the reviewer of its own applicant who did not deliver; of several, the last by id."""
    late = {count.evaluator: count for count in sets_of(facts)[1] if count.set_aside_because == MISSING}
    owners = sorted((reviewer.evaluator, item) for reviewer in facts.reviewers for item in reviewer.own)
    return {item: late[name] for name, item in owners if name in late}
