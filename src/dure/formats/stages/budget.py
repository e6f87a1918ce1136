"""budget: an appropriation becomes envelopes with room to commit."""

from typing import ClassVar

from dure.formats.kinds import Amount, Count, Date, Facts, Id, Part, Positive, Recommendation, Rules, Won


class Commitment(Part, frozen=True, kw_only=True):
    """Money promised out of one line; `gpus` where the promise buys GPUs (0 where it pays for what they need)."""

    id: Id
    line: Id
    won: Won
    committed_on: Date
    gpus: Count = 0


class Payment(Part, frozen=True, kw_only=True):
    """Money paid on one commitment."""

    id: Id
    commitment: Id
    won: Won
    paid_on: Date


class BudgetFacts(Facts, frozen=True, kw_only=True):
    appropriation_won: Won
    commitments: tuple[Commitment, ...] = ()
    payments: tuple[Payment, ...] = ()


class BudgetRules(Rules, frozen=True, kw_only=True):
    """`line_weights`: in what proportion the appropriation is split over its lines.

    Lines are whole multiples of `rounding_unit_won`; what the appropriation has beyond a multiple
    goes to the line with the largest weight.
    """

    topic: ClassVar[str] = "budget"
    line_weights: dict[str, Amount]
    rounding_unit_won: Positive


class Envelope(Part, frozen=True, kw_only=True):
    """One line: what it may commit, has committed, has paid, and has left to commit."""

    line: Id
    won: Won
    committed_won: Won
    paid_won: Won
    room_won: Won


class BudgetRecommendation(Recommendation, frozen=True, kw_only=True):
    """`accepted`: commitments that fit, in order of date then id; others have a reason.

    `won_per_gpu`: all money committed, on every line, for each GPU committed; rounded half up, and
    empty while no GPU is committed.
    """

    envelopes: tuple[Envelope, ...]
    accepted: tuple[Id, ...]
    appropriation_won: Won
    committed_won: Won
    paid_won: Won
    room_won: Won
    won_per_gpu: Won | None
