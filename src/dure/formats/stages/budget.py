"""budget: an appropriation becomes envelopes with room to commit."""

from typing import Annotated, ClassVar

from msgspec import Meta

from dure.formats.kinds import Amount, Count, Date, Facts, Id, Money, Part, Positive, Recommendation, Rules


class Commitment(Part, frozen=True, kw_only=True):
    """A promise to pay, out of one budget line."""

    id: Annotated[Id, Meta(description="unique in the file; payments refer to it")]
    line: Annotated[Id, Meta(description="budget line that it draws on")]
    amount: Annotated[Money, Meta(description="amount promised")]
    committed_on: Annotated[Date, Meta(description="day of the promise; commitments are accepted in this order")]
    gpus: Annotated[
        Count, Meta(description="GPUs that the promise buys; 0: it pays for what GPUs need, such as power or buildings")
    ] = 0


class Payment(Part, frozen=True, kw_only=True):
    """Money paid on a commitment."""

    id: Annotated[Id, Meta(description="unique in the file")]
    commitment: Annotated[Id, Meta(description="promise that it fulfils")]
    amount: Annotated[Money, Meta(description="amount paid out")]
    paid_on: Annotated[Date, Meta(description="day of payment, not before the commitment")]


class BudgetFacts(Facts, frozen=True, kw_only=True):
    appropriation_amount: Annotated[Money, Meta(description="amount that the legislature granted for all lines together")]
    commitments: Annotated[tuple[Commitment, ...], Meta(description="every promise made so far, on any line")] = ()
    payments: Annotated[tuple[Payment, ...], Meta(description="every sum paid out so far")] = ()


class BudgetRules(Rules, frozen=True, kw_only=True):
    topic: ClassVar[str] = "budget"
    line_weights: Annotated[dict[str, Amount], Meta(description="proportion in which the appropriation is divided, by line")]
    rounding_unit: Annotated[
        Positive, Meta(description="lines are whole multiples of it; the remainder goes to the line of largest weight")
    ]


class Envelope(Part, frozen=True, kw_only=True):
    """One budget line and its use."""

    line: Annotated[Id, Meta(description="its id in the rule `budget/line_weights`")]
    amount: Annotated[Money, Meta(description="amount allotted to the line")]
    committed_amount: Annotated[Money, Meta(description="accepted promises on the line")]
    paid_amount: Annotated[Money, Meta(description="payments counted on accepted promises")]
    room_amount: Annotated[Money, Meta(description="money that may still be promised: allotted less committed")]


class BudgetRecommendation(Recommendation, frozen=True, kw_only=True):
    envelopes: Annotated[tuple[Envelope, ...], Meta(description="all lines, in order of id")]
    accepted: Annotated[
        tuple[Id, ...], Meta(description="ids of promises that fit, in order of date, then id; each other one has a reason")
    ]
    appropriation_amount: Annotated[Money, Meta(description="repeated from the facts; the lines sum to it")]
    committed_amount: Annotated[Money, Meta(description="accepted promises over all lines")]
    paid_amount: Annotated[Money, Meta(description="payments counted over all lines")]
    room_amount: Annotated[Money, Meta(description="money that may still be promised over all lines")]
    amount_per_gpu: Annotated[
        Money | None,
        Meta(description="all money committed, on every line, per GPU committed, rounded half up; null: no GPU committed yet"),
    ]
