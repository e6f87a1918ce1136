"""burden: who bears which share of the cost, and what a package comes to."""

from collections.abc import Mapping
from datetime import UTC
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import (
    SPAN,
    Amount,
    Count,
    Date,
    Digest,
    Facts,
    Id,
    Instant,
    Money,
    Part,
    Positive,
    Recommendation,
    Rules,
    Share,
    SignedMoney,
)
from dure.formats.rule_tables import Kind, Shape, Table

PAYER: dict[str, Kind] = {"kind": "word", "size": "word"}
Standing = Literal["below", "within", "above", "overlapping", "unknown"]


class Organisation(Part, frozen=True, kw_only=True):
    """A payer."""

    id: Annotated[Id, Meta(description="unique in the file; usage and payments refer to it")]
    kind: Annotated[Id, Meta(description="row of the rate schedule, such as academia or industry")]
    size: Annotated[Id, Meta(description="column of the rate schedule; a size without one of its own falls under `any`")]
    youth_led: Annotated[bool, Meta(description="led by young founders, which earns the discount where its size qualifies")] = (
        False
    )


class Usage(Part, frozen=True, kw_only=True, rename=SPAN):
    """What one lease is charged for in one period."""

    lease: Annotated[Id, Meta(description="grant that was used")]
    organisation: Annotated[Id, Meta(description="payer")]
    model: Annotated[Id, Meta(description="GPU model, as in the price book")]
    from_at: Annotated[Instant, Meta(description="first instant of the period")]
    to_at: Annotated[Instant, Meta(description="first instant after the period")]
    gpu_hours: Annotated[Amount, Meta(description="quantity charged, from metering")]


class Paid(Part, frozen=True, kw_only=True):
    """Money received from an organisation, or refunded."""

    id: Annotated[Id, Meta(description="unique in the file")]
    organisation: Annotated[Id, Meta(description="payer, or receiver of the refund")]
    amount: Annotated[SignedMoney, Meta(description="amount received; negative: refunded")]
    paid_on: Annotated[Date, Meta(description="day on which the money moved")]


class Comparable(Part, frozen=True, kw_only=True):
    """What another programme charges a kind of organisation."""

    programme: Annotated[Id, Meta(description="its published name")]
    kind: Annotated[Id, Meta(description="row of our rate schedule that it corresponds to")]
    size: Annotated[Id, Meta(description="column of our rate schedule; `any`: all sizes of the kind")] = "any"
    share_low: Annotated[
        Share | None, Meta(description="lowest part of the market price that users bear there; null: not published")
    ]
    share_high: Annotated[
        Share | None, Meta(description="highest part of the market price that users bear there; null: not published")
    ]


class WillingToPay(Part, frozen=True, kw_only=True):
    """One answer of the survey about prices."""

    id: Annotated[Id, Meta(description="unique in the file")]
    kind: Annotated[Id, Meta(description="row of the rate schedule that the respondent falls under")]
    size: Annotated[Id, Meta(description="column of the rate schedule that the respondent falls under")]
    youth_led: Annotated[bool, Meta(description="whether the discount for young founders would apply")] = False
    model: Annotated[Id, Meta(description="GPU model that the answer is about")]
    gpus: Annotated[Count, Meta(description="GPUs that the respondent wants")]
    limit_price_per_gpu_hour: Annotated[Money, Meta(description="highest price at which they would still be taken")]


class Places(Part, frozen=True, kw_only=True):
    """GPUs on offer to one kind of organisation."""

    kind: Annotated[Id, Meta(description="row of the rate schedule")]
    model: Annotated[Id, Meta(description="as in the price book")]
    gpus: Annotated[Count, Meta(description="GPUs reserved for the kind")]


class BurdenFacts(Facts, frozen=True, kw_only=True):
    organisations: Annotated[tuple[Organisation, ...], Meta(description="every payer in the file")]
    price_book: Annotated[dict[str, Money], Meta(description="market price per GPU-hour, by GPU model")]
    usage: Annotated[tuple[Usage, ...], Meta(description="periods to be rated; empty: design only")] = ()
    paid: Annotated[tuple[Paid, ...], Meta(description="receipts and refunds so far; read by `settlement` alone")] = ()
    comparables: Annotated[tuple[Comparable, ...], Meta(description="other programmes' terms; for the design only")] = ()
    survey: Annotated[tuple[WillingToPay, ...], Meta(description="stated willingness to pay; for the design only")] = ()
    places: Annotated[
        tuple[Places, ...], Meta(description="supply against which the survey is held; empty: no limit; for the design only")
    ] = ()


class BurdenRules(Rules, frozen=True, kw_only=True):
    topic: ClassVar[str] = "burden"
    tables: ClassVar[Mapping[str, Any]] = {
        "rates": Shape(knows=PAYER, gives={"rate": "ratio or none"}),
        "announced": Shape(knows=PAYER, gives={"lowest": "ratio or none", "highest": "ratio or none"}),
        "factors": Shape(knows={**PAYER, "youth_led": "flag"}, gives={"factor": "decimal"}, combine=("product", "min", "max")),
    }
    rates: Annotated[
        Table,
        Meta(description="part of the list price that the user bears, before factors; null: none is set"),
    ]
    announced: Annotated[Table, Meta(description="range that was announced, to which the rates keep; null: no limit announced")]
    factors: Annotated[Table, Meta(description="what the rate is multiplied by: discounts and surcharges")]
    package_gpus: Annotated[tuple[Positive, ...], Meta(description="GPU counts for which sample packages are priced")]
    package_months: Annotated[tuple[Positive, ...], Meta(description="durations for which sample packages are priced, in months")]
    hours_per_month: Annotated[Positive, Meta(description="fixed length of a month in packages")]


class Rate(Part, frozen=True, kw_only=True):
    """The rate that one organisation pays."""

    organisation: Annotated[Id, Meta(description="payer")]
    base: Annotated[Share, Meta(description="part of the list price borne, by kind and size alone")]
    rate: Annotated[Share, Meta(description="part of the list price borne after discounts")]
    because: Annotated[tuple[Id, ...], Meta(description="rules that made it, as `topic/name`; of factors also `topic/name/row`")]
    price_per_gpu_hour: Annotated[dict[str, Amount], Meta(description="user's price, exact and unrounded, by GPU model")]


class Package(Part, frozen=True, kw_only=True):
    """Sample price for a payer of the schedule."""

    kind: Annotated[Id, Meta(description="row of the rate schedule")]
    size: Annotated[Id, Meta(description="column of the rate schedule")]
    youth_led: Annotated[bool, Meta(description="whether the discount for young founders is applied")]
    model: Annotated[Id, Meta(description="as in the price book")]
    gpus: Annotated[Positive, Meta(description="used without interruption")]
    months: Annotated[Positive, Meta(description="of the length in `burden/hours_per_month`")]
    list_amount: Annotated[Money, Meta(description="market price of the package")]
    billed_amount: Annotated[Money, Meta(description="user's part of it")]


class Compared(Part, frozen=True, kw_only=True):
    """Another programme's range against ours, discounts apart."""

    programme: Annotated[Id, Meta(description="published name of the other one")]
    kind: Annotated[Id, Meta(description="row of our rate schedule")]
    size: Annotated[Id, Meta(description="column of our rate schedule")]
    share_low: Annotated[Share | None, Meta(description="their lowest part of the market price; null: not published")]
    share_high: Annotated[Share | None, Meta(description="their highest part of the market price; null: not published")]
    our_low: Annotated[Share, Meta(description="lowest part that our schedule asks of that kind and size")]
    our_high: Annotated[Share, Meta(description="highest part that our schedule asks of that kind and size")]
    ours: Annotated[Standing, Meta(description="position of our range; `unknown`: an open end of theirs leaves it undecided")]


class Expected(Part, frozen=True, kw_only=True):
    """What the schedule would bring, by the survey; one row for all who face the same price."""

    kind: Annotated[Id, Meta(description="row of the rate schedule")]
    size: Annotated[Id, Meta(description="column of the rate schedule")]
    youth_led: Annotated[bool, Meta(description="whether the discount for young founders is applied")]
    model: Annotated[Id, Meta(description="as in the price book")]
    price_per_gpu_hour: Annotated[Amount, Meta(description="price that these respondents face, exact")]
    gpus_wanted: Annotated[Count, Meta(description="asked for at any price")]
    gpus_willing: Annotated[Count, Meta(description="of those, wanted by respondents whose limit is not below the price")]
    gpus_taken: Annotated[
        Count, Meta(description="of those, within the places; scarce places go in proportion, by largest remainder")
    ]
    revenue_amount_per_hour: Annotated[Money, Meta(description="income from the GPUs taken, rounded half up")]


class Filled(Part, frozen=True, kw_only=True):
    """Use of the places offered to one kind."""

    kind: Annotated[Id, Meta(description="row of the rate schedule")]
    model: Annotated[Id, Meta(description="as in the price book")]
    gpus_offered: Annotated[Count, Meta(description="places in the facts")]
    gpus_taken: Annotated[Count, Meta(description="places that respondents would fill at these prices")]
    gpus_unfilled: Annotated[Count, Meta(description="places that would stay empty")]


class Line(Part, frozen=True, kw_only=True, rename=SPAN):
    """One lease's charge for one period; list = billed + support, to the smallest unit."""

    lease: Annotated[Id, Meta(description="grant that is charged")]
    model: Annotated[Id, Meta(description="as in the price book")]
    from_at: Annotated[Instant, Meta(description="first instant of the period")]
    to_at: Annotated[Instant, Meta(description="first instant after the period")]
    gpu_hours: Annotated[Amount, Meta(description="quantity charged, unmetered time already taken off")]
    gap_gpu_hours: Annotated[Amount, Meta(description="quantity taken off for want of metering")] = "0"
    price_per_gpu_hour: Annotated[Money, Meta(description="market price from the price book")]
    rate: Annotated[Share, Meta(description="part of the list price that the user bears")]
    because: Annotated[
        tuple[Id, ...], Meta(description="rules that made the rate, as `topic/name`; of factors also `topic/name/row`")
    ]
    list_amount: Annotated[Money, Meta(description="price_per_gpu_hour x gpu_hours, rounded half up, the only rounding")]
    billed_amount: Annotated[Money, Meta(description="rate x list_amount to the nearest unit; half a unit goes to the support")]
    support_amount: Annotated[Money, Meta(description="rest of the list price, borne by the programme")]
    usage_digest: Annotated[Digest, Meta(description="SHA-256 of the usage entry in the form of `usage_form`")]


class Invoice(Part, frozen=True, kw_only=True):
    """All charges of one organisation."""

    organisation: Annotated[Id, Meta(description="payer")]
    lines: Annotated[tuple[Line, ...], Meta(description="charges, by lease and period")]
    list_amount: Annotated[Money, Meta(description="market price, summed over the lines")]
    billed_amount: Annotated[Money, Meta(description="user's part, summed over the lines")]
    support_amount: Annotated[Money, Meta(description="programme's part, summed over the lines")]


class Totals(Part, frozen=True, kw_only=True):
    """Sums over all invoices."""

    list_amount: Annotated[Money, Meta(description="market price of everything invoiced")]
    billed_amount: Annotated[Money, Meta(description="borne by users")]
    support_amount: Annotated[Money, Meta(description="borne by the programme")]
    gpu_hours: Annotated[Amount, Meta(description="quantity charged")]


class BurdenRecommendation(Recommendation, frozen=True, kw_only=True):
    rates: Annotated[tuple[Rate, ...], Meta(description="one entry for each organisation")]
    packages: Annotated[tuple[Package, ...], Meta(description="price list for typical requests, for every payer of the schedule")]
    comparison: Annotated[tuple[Compared, ...], Meta(description="our schedule against each comparable programme")]
    expected: Annotated[tuple[Expected, ...], Meta(description="demand and revenue at these prices, by the survey")]
    filled: Annotated[tuple[Filled, ...], Meta(description="uptake of the places offered")]
    invoices: Annotated[tuple[Invoice, ...], Meta(description="quote for the given usage; `settlement` issues the bill")]
    totals: Annotated[Totals, Meta(description="sums of the quote")]


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
