"""Who bears which share of the cost, and what does a package come to?

Rates go by kind and size of organisation, keep to the announced range, and are halved for youth-led
firms where the rules say so. Shown next to them: what comparable programmes ask, and what the
schedule would bring by the survey's stated willingness to pay. The bill for given usage is a quote;
`settlement` files the bill.
"""

import itertools
from fractions import Fraction

from dure.decisions.burden.prospect import compared, expected_demand, filled_places, refuse_bad_design, unmet
from dure.decisions.burden.rating import (
    finite_decimal,
    invoices_of,
    rated_line,
    ratings,
    refuse_bad_bill,
    split_list_price,
    totals_of,
    whole_money,
)
from dure.decisions.burden.schedule import Schedule
from dure.formats.stages.burden import BurdenFacts, BurdenRecommendation, BurdenRules, Package, Rate

METHOD = "rate_by_kind_and_size"


def recommend(facts: BurdenFacts, rules: BurdenRules) -> BurdenRecommendation:
    """Recommend rates, packages and a quote for the usage given."""
    schedule = Schedule(rules)
    refuse_bad_bill(facts, schedule)
    refuse_bad_design(facts)
    rated = ratings(facts.organisations, schedule)
    prices = dict(sorted(facts.price_book.items()))
    lines = ((u.organisation, rated_line(u, rating=rated[u.organisation], price=prices[u.model])) for u in facts.usage)
    invoices = invoices_of(lines)
    expected = expected_demand(facts, schedule)
    return BurdenRecommendation(
        method=METHOD,
        rates=tuple(
            Rate(
                organisation=name,
                base=finite_decimal(rated[name].base),
                rate=finite_decimal(rated[name].rate),
                because=rated[name].because,
                price_per_gpu_hour={model: finite_decimal(price * rated[name].rate) for model, price in prices.items()},
            )
            for name in sorted(rated)
        ),
        packages=_packages(prices, schedule, rules),
        comparison=compared(facts, schedule),
        expected=expected,
        filled=filled_places(facts, expected),
        invoices=invoices,
        totals=totals_of(invoices),
        reasons=unmet(expected),
    )


def _packages(prices: dict[str, int], schedule: Schedule, rules: BurdenRules) -> tuple[Package, ...]:
    """Every package for every kind and size of the schedule, youth-led firms apart."""
    made = []
    for kind, size, youth_led in schedule.payers():
        rate = schedule.rating(kind, size, youth_led=youth_led).rate
        for model, gpus, months in itertools.product(prices, sorted(set(rules.package_gpus)), sorted(set(rules.package_months))):
            hours = Fraction(gpus * months * rules.hours_per_month)
            list_amount = whole_money(prices[model] * hours, where=f"package of {gpus} {model} for {months} months")
            made.append(
                Package(
                    kind=kind,
                    size=size,
                    youth_led=youth_led,
                    model=model,
                    gpus=gpus,
                    months=months,
                    list_amount=list_amount,
                    billed_amount=split_list_price(list_amount, rate)[0],
                )
            )
    return tuple(made)
