"""The best objective by another way than the decision's: growing sets of undominated portfolios, lot by lot.

A portfolio is dropped when another of the same lots costs no more, is worth no less and has no
fewer public GPUs (Nemhauser and Ullmann, 1969). Lots of one provider are joined first, under the
provider's limit; then the providers, under the budget.
"""

import itertools
import math
from bisect import bisect_left
from collections import Counter, defaultdict
from fractions import Fraction

from dure.checks.portfolio.terms import Choice, Terms, obstacle

# Price, value in whole units, public GPUs (counted only where a minimum is asked for).
State = tuple[int, int, int]
MOST_COUNTED = 20_000


def best_value(terms: Terms, budget_amount: int) -> Fraction | None:
    """The largest objective within the rules and that budget; None when none has the public GPUs asked for."""
    unit = math.lcm(*(choice.value.denominator for choice in terms.choices.values()))
    by_provider: dict[str, list[list[Choice]]] = defaultdict(list)
    for lot in terms.order:
        if steps := _steps(terms, lot):
            by_provider[steps[0].provider].append(steps)
    whole: list[State] = [(0, 0, 0)]
    for lots in by_provider.values():
        part: list[State] = [(0, 0, 0)]
        for steps in lots:
            options = [(c.price_amount, int(c.value * unit), c.public_gpus if terms.minimum_public_gpus else 0) for c in steps]
            part = _joined(part, [(0, 0, 0), *options], math.floor(terms.provider_share * budget_amount))
        whole = _joined(whole, part, budget_amount)
    reached = [value for _, value, public in whole if public >= terms.minimum_public_gpus]
    return Fraction(max(reached), unit) if reached else None


def count_all(terms: Terms) -> dict[str, object] | None:
    """How many portfolios there are and how many come within 1 % of the best; None where there are too many to count here."""
    options = [[None, *_steps(terms, lot)] for lot in terms.order]
    if math.prod(map(len, options)) > MOST_COUNTED:
        return None
    values = []
    for combination in itertools.product(*options):
        chosen = [choice for choice in combination if choice is not None]
        spent: Counter[str] = Counter()
        for choice in chosen:
            spent[choice.provider] += choice.price_amount
        within = all(amount <= terms.provider_share * terms.budget_amount for amount in spent.values())
        public = sum(choice.public_gpus for choice in chosen)
        if within and sum(spent.values()) <= terms.budget_amount and public >= terms.minimum_public_gpus:
            values.append(sum((choice.value for choice in chosen), Fraction(0)))
    best = max(values, default=Fraction(0))
    return {"portfolios": len(values), "within_one_percent": sum(value >= best * Fraction(99, 100) for value in values)}


def _steps(terms: Terms, lot: tuple[str, str]) -> list[Choice]:
    return [choice for key, choice in terms.choices.items() if key[:2] == lot and not obstacle(terms, choice)]


def _joined(left: list[State], right: list[State], limit_amount: int) -> list[State]:
    """All sums of the two within the limit that no other sum dominates."""
    sums = [
        (one[0] + two[0], one[1] + two[1], one[2] + two[2]) for one in left for two in right if one[0] + two[0] <= limit_amount
    ]
    sums.sort(key=lambda state: (state[0], -state[1], -state[2]))
    kept: list[State] = []
    # The undominated (value, public GPUs) of what costs no more: values rise and GPUs fall along the staircase.
    values: list[int] = []
    publics: list[int] = []
    for state in sums:
        place = bisect_left(values, state[1])
        if place < len(values) and publics[place] >= state[2]:
            continue
        kept.append(state)
        end = place + (place < len(values) and values[place] == state[1])
        start = place
        while start > 0 and publics[start - 1] <= state[2]:
            start -= 1
        values[start:end] = [state[1]]
        publics[start:end] = [state[2]]
    return kept
