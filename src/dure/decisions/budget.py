"""How much may each line of the appropriation commit, and which commitments fit?

The appropriation is split by the published weights in whole rounding units (largest remainder).
Commitments are taken in order of date, then id: one that is larger than the room left in its line
is refused, and a later one that fits is still taken. A payment counts as long as the payments on
its commitment stay within what was committed.
"""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from dure.decisions.quantities import split_by_largest_remainder
from dure.formats.errors import BadInput
from dure.formats.kinds import Reason, exact
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.budget import BudgetFacts, BudgetRecommendation, BudgetRules, Commitment, Envelope

METHOD = "first_come_within_line"


class Taken(NamedTuple):
    """What was accepted of commitments or payments, and why the rest was not."""

    amount: Counter[str]
    reasons: list[Reason]


def recommend(facts: BudgetFacts, rules: BudgetRules) -> BudgetRecommendation:
    """Recommend the envelopes, and which commitments and payments they carry."""
    _refuse_nonsense(facts, rules)
    lines = split_appropriation(facts.appropriation_amount, rules)
    accepted, commitments = _accept_commitments(facts, lines)
    payments = _accept_payments(facts, accepted)
    envelopes = tuple(
        Envelope(
            line=line,
            amount=amount,
            committed_amount=commitments.amount[line],
            paid_amount=payments.amount[line],
            room_amount=amount - commitments.amount[line],
        )
        for line, amount in sorted(lines.items())
    )
    committed = sum(envelope.committed_amount for envelope in envelopes)
    gpus = sum(commitment.gpus for commitment in accepted.values())
    return BudgetRecommendation(
        method=METHOD,
        envelopes=envelopes,
        accepted=tuple(accepted),
        appropriation_amount=facts.appropriation_amount,
        committed_amount=committed,
        paid_amount=sum(envelope.paid_amount for envelope in envelopes),
        room_amount=facts.appropriation_amount - committed,
        amount_per_gpu=(2 * committed + gpus) // (2 * gpus) if gpus else None,
        reasons=tuple(commitments.reasons + payments.reasons),
    )


def split_appropriation(appropriation_amount: int, rules: BudgetRules) -> dict[str, int]:
    """Each line's amount: whole units by largest remainder, and what is below one unit to the heaviest line."""
    units, rest = divmod(appropriation_amount, rules.rounding_unit)
    weights = {line: exact(weight) for line, weight in rules.line_weights.items()}
    lines = {line: part * rules.rounding_unit for line, part in split_by_largest_remainder(units, weights).items()}
    lines[min(lines, key=lambda line: (-weights[line], line))] += rest
    return lines


def _accept_commitments(facts: BudgetFacts, lines: Mapping[str, int]) -> tuple[dict[str, Commitment], Taken]:
    accepted: dict[str, Commitment] = {}
    taken = Taken(Counter(), [])
    for commitment in sorted(facts.commitments, key=lambda each: (each.committed_on, each.id)):
        room = lines[commitment.line] - taken.amount[commitment.line]
        if commitment.amount <= room:
            accepted[commitment.id] = commitment
            taken.amount[commitment.line] += commitment.amount
        else:
            detail = {"line": commitment.line, "asked_amount": str(commitment.amount), "room_amount": str(room)}
            taken.reasons.append(Reason(item=commitment.id, code="no_room_in_line", detail=detail))
    return accepted, taken


def _accept_payments(facts: BudgetFacts, accepted: Mapping[str, Commitment]) -> Taken:
    """Payments counted per line; one that its commitment does not cover is left out with a reason."""
    taken, paid = Taken(Counter(), []), Counter[str]()
    for payment in sorted(facts.payments, key=lambda each: (each.paid_on, each.id)):
        commitment = accepted.get(payment.commitment)
        detail = {"commitment": payment.commitment, "asked_amount": str(payment.amount)}
        if commitment is None:
            taken.reasons.append(Reason(item=payment.id, code="commitment_not_accepted", detail=detail))
        elif payment.paid_on < commitment.committed_on:
            detail |= {"paid_on": str(payment.paid_on), "committed_on": str(commitment.committed_on)}
            taken.reasons.append(Reason(item=payment.id, code="paid_before_commitment", detail=detail))
        elif payment.amount > (left := commitment.amount - paid[commitment.id]):
            taken.reasons.append(Reason(item=payment.id, code="beyond_commitment", detail={**detail, "left_amount": str(left)}))
        else:
            paid[commitment.id] += payment.amount
            taken.amount[commitment.line] += payment.amount
    return taken


def _refuse_nonsense(facts: BudgetFacts, rules: BudgetRules) -> None:
    require_unique((commitment.id for commitment in facts.commitments), where="$.commitments")
    require_unique((payment.id for payment in facts.payments), where="$.payments")
    require_known((payment.commitment for payment in facts.payments), (c.id for c in facts.commitments), where="$.payments")
    if sum((exact(weight) for weight in rules.line_weights.values()), Fraction(0)) == 0:
        raise BadInput("the weights sum to nothing.", where="rule budget/line_weights", todo="Give at least one line a weight.")
    for commitment in facts.commitments:
        if commitment.line not in rules.line_weights:
            raise BadInput(
                f"commitment {commitment.id!r} is on the line {commitment.line!r}, which the appropriation does not have.",
                where="$.commitments",
                todo=f"Lines (rule budget/line_weights): {', '.join(sorted(rules.line_weights))}.",
            )
