"""What does one lease's usage cost, and how much of it does its user bear?

A line is rated by itself: the list price is rounded once, half up, and divided between user and
support by largest remainder. So a line can be rated again, alone, to the same unit. The list price
lies within half a unit of exact, and the user's part within (1 + rate) / 2: cutting a period into n
lines moves no total by more than n units, and none at all where price x hours is whole. (Rounding a
lease's running total instead would make cuts exact, but then a line would hang on those before it.)
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from dure.decisions.quantities import split_by_largest_remainder
from dure.formats.canonical import digest
from dure.formats.errors import BadInput
from dure.formats.kinds import decimal_text, exact
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.burden import BurdenFacts, BurdenRules, Invoice, Line, Organisation, Totals, Usage, usage_form

MOST_MONEY = 2**53 - 1
MOST_DECIMALS = 18


class Rating(NamedTuple):
    """The part of the list price that an organisation bears, before and after discounts, and why."""

    base: Fraction
    rate: Fraction
    because: tuple[str, ...]


def rate_of(kind: str, size: str, *, youth_led: bool, rules: BurdenRules) -> Rating:
    """The rate by kind and size; `any` stands for all sizes that are not named."""
    sizes = rules.rates.get(kind)
    if sizes is None or (size not in sizes and "any" not in sizes):
        raise BadInput(
            f"no rate for kind {kind!r} and size {size!r}.",
            where="rule burden/rates",
            todo="Correct the organisation's kind or size, or add the rate to the rule.",
        )
    base = exact(sizes.get(size, sizes.get("any", "0")))
    because = ["burden/rates"]
    for name in ("lowest_rates", "highest_rates"):
        bounds = getattr(rules, name).get(kind, {})
        if size in bounds or "any" in bounds:
            because.append(f"burden/{name}")
    if not youth_led or size not in rules.youth_sizes:
        return Rating(base, base, tuple(because))
    return Rating(base, base * (1 - exact(rules.youth_discount)), (*because, "burden/youth_discount"))


def ratings(organisations: Iterable[Organisation], rules: BurdenRules) -> dict[str, Rating]:
    """Each organisation's rate."""
    return {o.id: rate_of(o.kind, o.size, youth_led=o.youth_led, rules=rules) for o in organisations}


def split_list_price(list_amount: int, rate: Fraction) -> tuple[int, int]:
    """The list price as the user's part and the support, by largest remainder; half a unit goes to the support."""
    parts = split_by_largest_remainder(list_amount, {"support": 1 - rate, "user": rate})
    return parts["user"], parts["support"]


def rated_line(usage: Usage, *, rating: Rating, price: int, gap_hours: Fraction = Fraction(0)) -> Line:
    """The line of one usage entry, without the hours taken off for want of metering."""
    hours = exact(usage.gpu_hours) - gap_hours
    list_amount = whole_money(price * hours, where=f"usage of lease {usage.lease}")
    billed, support = split_list_price(list_amount, rating.rate)
    return Line(
        lease=usage.lease,
        model=usage.model,
        from_at=usage.from_at,
        to_at=usage.to_at,
        gpu_hours=finite_decimal(hours),
        gap_gpu_hours=finite_decimal(gap_hours),
        price_per_gpu_hour=price,
        rate=finite_decimal(rating.rate),
        because=rating.because,
        list_amount=list_amount,
        billed_amount=billed,
        support_amount=support,
        usage_digest=digest(usage_form(usage)),
    )


def invoices_of(lines: Iterable[tuple[str, Line]]) -> tuple[Invoice, ...]:
    """One invoice per organisation, its lines by lease and time, its sums those of its lines."""
    grouped: dict[str, list[Line]] = defaultdict(list)
    for organisation, line in lines:
        grouped[organisation].append(line)
    return tuple(
        Invoice(
            organisation=name,
            lines=tuple(sorted(grouped[name], key=lambda line: (line.lease, line.from_at))),
            list_amount=sum(line.list_amount for line in grouped[name]),
            billed_amount=sum(line.billed_amount for line in grouped[name]),
            support_amount=sum(line.support_amount for line in grouped[name]),
        )
        for name in sorted(grouped)
    )


def totals_of(invoices: Iterable[Invoice]) -> Totals:
    """The sums of all invoices."""
    invoices = list(invoices)
    hours = (exact(line.gpu_hours) for invoice in invoices for line in invoice.lines)
    return Totals(
        list_amount=whole_money(Fraction(sum(invoice.list_amount for invoice in invoices)), where="$.usage"),
        billed_amount=sum(invoice.billed_amount for invoice in invoices),
        support_amount=sum(invoice.support_amount for invoice in invoices),
        gpu_hours=finite_decimal(sum(hours, Fraction(0))),
    )


def whole_money(value: Fraction, *, where: str) -> int:
    """The amount in whole smallest units, rounded half up."""
    amount = int(decimal_text(value, 0))
    if amount > MOST_MONEY:
        raise BadInput(f"comes to {amount:,}, more than can be written exactly.", where=where, todo="Check hours and prices.")
    return amount


def finite_decimal(value: Fraction) -> str:
    """The exact value as decimal text without needless zeros."""
    for decimals in range(MOST_DECIMALS + 1):
        if 10**decimals % value.denominator == 0 and abs(value) < 10**MOST_DECIMALS:
            return decimal_text(value, decimals)
    raise BadInput(
        f"{value} has more than {MOST_DECIMALS} decimals or digits.", todo="Write rates and hours with fewer decimals."
    )


def refuse_bad_bill(facts: BurdenFacts, rules: BurdenRules) -> None:
    """Raise when usage, prices or rates cannot be billed: nobody pays twice, or without a lease and a price."""
    require_unique((organisation.id for organisation in facts.organisations), where="$.organisations")
    require_unique((paid.id for paid in facts.paid), where="$.paid")
    known = [organisation.id for organisation in facts.organisations]
    require_known((usage.organisation for usage in facts.usage), known, where="$.usage")
    require_known((paid.organisation for paid in facts.paid), known, where="$.paid")
    require_known((usage.model for usage in facts.usage), facts.price_book, where="$.usage (model, against the price book)")
    _refuse_rates_out_of_range(rules)
    refuse_overlaps(((usage.lease, usage) for usage in facts.usage), where="$.usage")
    bearer: dict[str, str] = {}
    for usage in facts.usage:
        if bearer.setdefault(usage.lease, usage.organisation) != usage.organisation:
            raise BadInput(
                f"lease {usage.lease!r} is charged to more than one organisation.",
                where="$.usage",
                todo="A lease has one organisation; give the other its own lease.",
            )


def refuse_overlaps(entries: Iterable[tuple[str, Usage | Line]], *, where: str) -> None:
    """Raise when a period is empty, or two periods of one lease overlap: no second is billed twice."""
    periods: dict[str, list[Usage | Line]] = defaultdict(list)
    for lease, entry in entries:
        if entry.from_at >= entry.to_at:
            raise BadInput(
                f"lease {lease!r}: the period from {entry.from_at} to {entry.to_at} is empty.",
                where=where,
                todo="`to` is the first instant after the period.",
            )
        periods[lease].append(entry)
    for lease, spans in periods.items():
        spans.sort(key=lambda span: span.from_at)
        for earlier, later in itertools.pairwise(spans):
            if later.from_at < earlier.to_at:
                raise BadInput(
                    f"lease {lease!r}: the period from {later.from_at} begins before {earlier.to_at}, the end of the one before.",
                    where=where,
                    todo="Join or cut the entries so that no second is billed twice.",
                )


def _refuse_rates_out_of_range(rules: BurdenRules) -> None:
    """The rates keep to the announced range."""
    for name, side in (("lowest_rates", -1), ("highest_rates", 1)):
        bounds: Mapping[str, Mapping[str, str]] = getattr(rules, name)
        for kind, sizes in bounds.items():
            for size, bound in sizes.items():
                rate = rate_of(kind, size, youth_led=False, rules=rules).base
                if side * (rate - exact(bound)) > 0:
                    raise BadInput(
                        f"the rate of {finite_decimal(rate)} for {kind}/{size} is beyond {bound}, announced in {name}.",
                        where="rule burden/rates",
                        todo="Choose a rate within the announced range, or change the range with its source.",
                    )
