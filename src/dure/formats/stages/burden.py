"""burden: who bears which share of the cost, and what a package comes to."""

from datetime import UTC
from typing import ClassVar, Literal

from dure.formats.kinds import (
    SPAN,
    Amount,
    Count,
    Date,
    Digest,
    Facts,
    Id,
    Instant,
    Part,
    Positive,
    Recommendation,
    Rules,
    Share,
    SignedWon,
    Won,
)

Standing = Literal["below", "within", "above", "overlapping", "unknown"]


class Organisation(Part, frozen=True, kw_only=True):
    id: Id
    kind: Id
    size: Id
    youth_led: bool = False


class Usage(Part, frozen=True, kw_only=True, rename=SPAN):
    """What one lease is billed for: GPU-hours of one model in [from, to)."""

    lease: Id
    organisation: Id
    model: Id
    from_at: Instant
    to_at: Instant
    gpu_hours: Amount


class Paid(Part, frozen=True, kw_only=True):
    """Money received from an organisation, or given back (negative)."""

    id: Id
    organisation: Id
    won: SignedWon
    paid_on: Date


class Comparable(Part, frozen=True, kw_only=True):
    """What another programme asks of that kind of organisation, as part of the market price."""

    programme: Id
    kind: Id
    size: Id = "any"
    share_low: Share | None
    share_high: Share | None


class WillingToPay(Part, frozen=True, kw_only=True):
    """One answer of the survey: how many GPUs that organisation wants, and the most it would pay."""

    id: Id
    kind: Id
    size: Id
    youth_led: bool = False
    model: Id
    gpus: Count
    limit_won_per_gpu_hour: Won


class Places(Part, frozen=True, kw_only=True):
    """How many GPUs of a model are offered to organisations of that kind."""

    kind: Id
    model: Id
    gpus: Count


class BurdenFacts(Facts, frozen=True, kw_only=True):
    """`price_book`: market price per GPU-hour. `comparables`, `survey` and `places` serve the design only."""

    organisations: tuple[Organisation, ...]
    price_book: dict[str, Won]
    usage: tuple[Usage, ...] = ()
    paid: tuple[Paid, ...] = ()
    comparables: tuple[Comparable, ...] = ()
    survey: tuple[WillingToPay, ...] = ()
    places: tuple[Places, ...] = ()


class BurdenRules(Rules, frozen=True, kw_only=True):
    """`rates`: by kind, then size (`any` for all others), the part of the list price that the user bears.

    `lowest_rates` and `highest_rates`: the announced range within which `rates` must lie, where there
    is one. `youth_discount`: taken off the rate of youth-led firms of the sizes in `youth_sizes`.
    """

    topic: ClassVar[str] = "burden"
    rates: dict[str, dict[str, Share]]
    lowest_rates: dict[str, dict[str, Share]]
    highest_rates: dict[str, dict[str, Share]]
    youth_discount: Share
    youth_sizes: tuple[Id, ...]
    package_gpus: tuple[Positive, ...]
    package_months: tuple[Positive, ...]
    hours_per_month: Positive


class Rate(Part, frozen=True, kw_only=True):
    """`base`: by kind and size; `rate`: after discounts; `because`: the rules that made it."""

    organisation: Id
    base: Share
    rate: Share
    because: tuple[Id, ...]
    won_per_gpu_hour: dict[str, Amount]


class Package(Part, frozen=True, kw_only=True):
    """What a package of GPUs for months costs an organisation of that kind and size."""

    kind: Id
    size: Id
    youth_led: bool
    model: Id
    gpus: Positive
    months: Positive
    list_won: Won
    billed_won: Won


class Compared(Part, frozen=True, kw_only=True):
    """Another programme's range beside ours, discounts apart; `ours`: where ours lies against it."""

    programme: Id
    kind: Id
    size: Id
    share_low: Share | None
    share_high: Share | None
    our_low: Share
    our_high: Share
    ours: Standing


class Expected(Part, frozen=True, kw_only=True):
    """What the schedule would bring, from stated willingness to pay.

    Willing: wanted by those whose limit is not below the price. Taken: the willing, as far as places
    go round (in proportion, largest remainder, when a kind's places are too few).
    """

    kind: Id
    size: Id
    youth_led: bool
    model: Id
    won_per_gpu_hour: Amount
    gpus_wanted: Count
    gpus_willing: Count
    gpus_taken: Count
    revenue_won_per_hour: Won


class Filled(Part, frozen=True, kw_only=True):
    """Places offered to a kind, and how many of them would stay empty at these prices."""

    kind: Id
    model: Id
    gpus_offered: Count
    gpus_taken: Count
    gpus_unfilled: Count


class Line(Part, frozen=True, kw_only=True, rename=SPAN):
    """One lease's charge; list = billed + support, to the won.

    `gpu_hours` are those billed; `gap_gpu_hours` were taken off for want of metering. `list_won` is
    won_per_gpu_hour x gpu_hours rounded half up, the one rounding; the user's part of it is rate x
    list_won to the nearest won, and a half won goes to the support. `usage_digest`: SHA-256 of the
    usage entry in `usage_form`.
    """

    lease: Id
    model: Id
    from_at: Instant
    to_at: Instant
    gpu_hours: Amount
    gap_gpu_hours: Amount = "0"
    won_per_gpu_hour: Won
    rate: Share
    because: tuple[Id, ...]
    list_won: Won
    billed_won: Won
    support_won: Won
    usage_digest: Digest


class Invoice(Part, frozen=True, kw_only=True):
    organisation: Id
    lines: tuple[Line, ...]
    list_won: Won
    billed_won: Won
    support_won: Won


class Totals(Part, frozen=True, kw_only=True):
    list_won: Won
    billed_won: Won
    support_won: Won
    gpu_hours: Amount


class BurdenRecommendation(Recommendation, frozen=True, kw_only=True):
    """`invoices`: what the given usage would cost (a quote; `settlement` files the bill)."""

    rates: tuple[Rate, ...]
    packages: tuple[Package, ...]
    comparison: tuple[Compared, ...]
    expected: tuple[Expected, ...]
    filled: tuple[Filled, ...]
    invoices: tuple[Invoice, ...]
    totals: Totals


def usage_form(usage: Usage) -> dict[str, str]:
    """The form of a usage entry over which digests are taken: instants in UTC, no needless zeros."""
    hours = usage.gpu_hours.rstrip("0").rstrip(".") if "." in usage.gpu_hours else usage.gpu_hours
    return {
        "lease": usage.lease,
        "organisation": usage.organisation,
        "model": usage.model,
        "from": usage.from_at.astimezone(UTC).isoformat(),
        "to": usage.to_at.astimezone(UTC).isoformat(),
        "gpu_hours": hours,
    }
