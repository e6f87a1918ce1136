"""Do the lines add up to the appropriation, and does no line, commitment or payment go beyond what covers it?"""

import math
from fractions import Fraction

from dure.formats.kinds import Fault
from dure.formats.stages.budget import BudgetFacts, BudgetRecommendation, BudgetRules


def faults(facts: BudgetFacts, rules: BudgetRules, recommendation: BudgetRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation."""
    lines = [envelope.line for envelope in recommendation.envelopes]
    if sorted(lines) != sorted(rules.line_weights):
        return [_fault("wrong_lines", "$.envelopes", f"has {sorted(lines)}, the rules have {sorted(rules.line_weights)}.")]
    return (
        _split(facts, rules, recommendation)
        + _commitments(facts, recommendation)
        + _payments(facts, recommendation)
        + _totals(facts, recommendation)
    )


def _split(facts: BudgetFacts, rules: BudgetRules, recommendation: BudgetRecommendation) -> list[Fault]:
    """Hamilton's method recognised by its result: each line gets its quota rounded down, or up by order of remainder."""
    unit, found = rules.rounding_unit, []
    allotted = {envelope.line: envelope.amount for envelope in recommendation.envelopes}
    if sum(allotted.values()) != facts.appropriation_amount:
        return [
            _fault("not_the_appropriation", "$.envelopes", f"sums to {sum(allotted.values())}, not {facts.appropriation_amount}.")
        ]
    weights = {line: Fraction(text) for line, text in rules.line_weights.items()}
    heaviest = min(weights, key=lambda line: (-weights[line], line))
    allotted[heaviest] -= facts.appropriation_amount % unit
    whole = facts.appropriation_amount // unit
    quota = {line: whole * weight / sum(weights.values()) for line, weight in weights.items()}
    rounded_up = []
    for line, amount in allotted.items():
        if amount % unit or amount // unit not in {math.floor(quota[line]), math.floor(quota[line]) + 1}:
            found.append(_fault("wrong_split", line, f"{amount} is not the quota {quota[line]} in units of {unit}."))
        elif amount // unit > quota[line]:
            rounded_up.append(line)
    order = sorted(quota, key=lambda line: (math.floor(quota[line]) - quota[line], line))
    if not found and set(order[: len(rounded_up)]) != set(rounded_up):
        found.append(_fault("wrong_split", "$.envelopes", f"{rounded_up} rounded up, but the largest remainders come first."))
    return found


def _commitments(facts: BudgetFacts, recommendation: BudgetRecommendation) -> list[Fault]:
    """Walk the commitments again: an accepted one fits at its turn, one left out does not and has a reason."""
    found = []
    room = {envelope.line: envelope.amount for envelope in recommendation.envelopes}
    told = {reason.item: reason.code for reason in recommendation.reasons}
    accepted, order = set(recommendation.accepted), []
    known = {commitment.id for commitment in facts.commitments}
    if accepted - known:
        return [_fault("unknown_commitment", "$.accepted", f"{sorted(accepted - known)} are not in the facts.")]
    for commitment in sorted(facts.commitments, key=lambda each: (each.committed_on, each.id)):
        fits = commitment.amount <= room[commitment.line]
        if commitment.id in accepted:
            order.append(commitment.id)
            room[commitment.line] -= commitment.amount
            if not fits:
                found.append(_fault("beyond_line", commitment.id, f"{commitment.amount} does not fit into {commitment.line}."))
        elif fits:
            found.append(_fault("refused_though_it_fits", commitment.id, f"{commitment.amount} fits into {commitment.line}."))
        elif told.get(commitment.id) != "no_room_in_line":
            found.append(_fault("no_reason", commitment.id, "is left out without its reason."))
    if tuple(order) != recommendation.accepted:
        found.append(_fault("wrong_order", "$.accepted", f"in order of date and id it is {order}."))
    return found + [
        _fault("wrong_room", envelope.line, f"room is {room[envelope.line]}, not {envelope.room_amount}.")
        for envelope in recommendation.envelopes
        if room[envelope.line] != envelope.room_amount or envelope.amount - envelope.committed_amount != envelope.room_amount
    ]


def _payments(facts: BudgetFacts, recommendation: BudgetRecommendation) -> list[Fault]:
    """Payments count in order of day and id, from the commitment's day on, up to what it promised."""
    left = {c.id: c.amount for c in facts.commitments if c.id in recommendation.accepted}
    commitments = {commitment.id: commitment for commitment in facts.commitments}
    told = {reason.item for reason in recommendation.reasons}
    paid = {envelope.line: 0 for envelope in recommendation.envelopes}
    found = []
    for payment in sorted(facts.payments, key=lambda each: (each.paid_on, each.id)):
        source = commitments[payment.commitment]
        if payment.amount <= left.get(source.id, -1) and payment.paid_on >= source.committed_on:
            left[source.id] -= payment.amount
            paid[source.line] += payment.amount
        elif payment.id not in told:
            found.append(_fault("no_reason", payment.id, "is not counted, and no reason is given."))
    return found + [
        _fault("wrong_paid", envelope.line, f"paid is {paid[envelope.line]}, not {envelope.paid_amount}.")
        for envelope in recommendation.envelopes
        if paid[envelope.line] != envelope.paid_amount
    ]


def _totals(facts: BudgetFacts, recommendation: BudgetRecommendation) -> list[Fault]:
    gpus = sum(commitment.gpus for commitment in facts.commitments if commitment.id in recommendation.accepted)
    committed = sum(envelope.committed_amount for envelope in recommendation.envelopes)
    expected = {
        "appropriation_amount": facts.appropriation_amount,
        "committed_amount": committed,
        "paid_amount": sum(envelope.paid_amount for envelope in recommendation.envelopes),
        "room_amount": facts.appropriation_amount - committed,
        "amount_per_gpu": math.floor(Fraction(committed, gpus) + Fraction(1, 2)) if gpus else None,
    }
    return [
        _fault("wrong_total", f"$.{field}", f"is {value}, not {getattr(recommendation, field)}.")
        for field, value in expected.items()
        if value != getattr(recommendation, field)
    ]


def _fault(code: str, where: str, message: str) -> Fault:
    return Fault(code=code, where=where, message=message)
