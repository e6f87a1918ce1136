"""burden: who bears which share of the cost, and what a package comes to."""

from typing import ClassVar

from dure.formats.kinds import SPAN, Amount, Count, Date, Facts, Id, Instant, Part, Recommendation, Rules, Share, SignedWon, Won


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
    share_low: Share | None
    share_high: Share | None


class WillingToPay(Part, frozen=True, kw_only=True):
    """From the survey: how many GPUs that organisation kind wants, and its stated limit."""

    kind: Id
    size: Id
    gpus: Count
    limit_won_per_gpu_hour: Won


class BurdenFacts(Facts, frozen=True, kw_only=True):
    organisations: tuple[Organisation, ...]
    price_book: dict[str, Won]
    usage: tuple[Usage, ...] = ()
    paid: tuple[Paid, ...] = ()
    comparables: tuple[Comparable, ...] = ()
    survey: tuple[WillingToPay, ...] = ()


class BurdenRules(Rules, frozen=True, kw_only=True):
    """`rates`: by kind, then size (`any` for all others), the part of the list price that the user bears."""

    topic: ClassVar[str] = "burden"
    rates: dict[str, dict[str, Share]]
    youth_discount: Share
    package_gpus: tuple[Count, ...]
    package_months: tuple[Count, ...]
    hours_per_month: Count


class Rate(Part, frozen=True, kw_only=True):
    """`base`: by kind and size; `rate`: after discounts."""

    organisation: Id
    base: Share
    rate: Share
    won_per_gpu_hour: dict[str, Amount]


class Package(Part, frozen=True, kw_only=True):
    """What a package of GPUs for months costs an organisation of that kind and size."""

    kind: Id
    size: Id
    model: Id
    gpus: Count
    months: Count
    list_won: Won
    billed_won: Won


class Expected(Part, frozen=True, kw_only=True):
    """What the schedule would bring, from stated willingness to pay."""

    kind: Id
    size: Id
    gpus_wanted: Count
    gpus_taken: Count
    revenue_won_per_hour: Won


class Line(Part, frozen=True, kw_only=True, rename=SPAN):
    """One lease's charge; list = billed + support, to the won."""

    lease: Id
    model: Id
    from_at: Instant
    to_at: Instant
    gpu_hours: Amount
    rate: Share
    list_won: Won
    billed_won: Won
    support_won: Won


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
    comparison: tuple[Comparable, ...]
    expected: tuple[Expected, ...]
    invoices: tuple[Invoice, ...]
    totals: Totals
