"""What does one lease's usage cost, and how much of it does its user bear?

A line is rated by itself: the list price is rounded once, half up, and divided between user and
support by largest remainder. So a line can be rated again, alone, to the same unit. The list price
lies within half a unit of exact, and the user's part within (1 + rate) / 2: cutting a period into n
lines moves no total by more than n units, and none at all where price x hours is whole. (Rounding a
lease's running total instead would make cuts exact, but then a line would hang on those before it.)
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from dure.decisions.burden.schedule import Rating, Schedule
from dure.decisions.quantities import split_by_largest_remainder
from dure.formats.canonical import digest
from dure.formats.errors import BadInput
from dure.formats.kinds import decimal_text, exact
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.burden import BurdenFacts, Invoice, Line, Organisation, Totals, Usage, usage_form

MOST_MONEY = 2**53 - 1
MOST_DECIMALS = 18


def ratings(organisations: Iterable[Organisation], schedule: Schedule) -> dict[str, Rating]:
    """Each organisation's rate."""
    return {o.id: schedule.rating(o.kind, o.size, youth_led=o.youth_led) for o in organisations}


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


def refuse_bad_bill(facts: BurdenFacts, schedule: Schedule) -> None:
    """Raise when usage, prices or rates cannot be billed: nobody pays twice, or without a lease and a price."""
    require_unique((organisation.id for organisation in facts.organisations), where="$.organisations")
    require_unique((paid.id for paid in facts.paid), where="$.paid")
    known = [organisation.id for organisation in facts.organisations]
    require_known((usage.organisation for usage in facts.usage), known, where="$.usage")
    require_known((paid.organisation for paid in facts.paid), known, where="$.paid")
    require_known((usage.model for usage in facts.usage), facts.price_book, where="$.usage (model, against the price book)")
    _refuse_rates_out_of_range(schedule)
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


def _refuse_rates_out_of_range(schedule: Schedule) -> None:
    """The rates keep to the announced range."""
    for each in schedule.out_of_range():
        raise BadInput(
            f"the rate of {finite_decimal(each.rate)} for {each.kind}/{each.size} is beyond {finite_decimal(each.bound)}, "
            f"the {each.side} announced.",
            where="rule burden/rates",
            todo="Choose a rate within the announced range, or change the range with its source.",
        )
