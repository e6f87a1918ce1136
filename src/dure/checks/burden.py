"""Does each rate follow from the rules, is each amount right to the smallest unit, and does every sum add up?

Amounts are not computed again but held against what rounding allows: the list price lies within
half a unit of price x hours, the user's part within half a unit of rate x list price.
"""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from dure.checks.tables import read, told_apart
from dure.formats.canonical import digest
from dure.formats.kinds import Fault
from dure.formats.stages.burden import (
    BurdenFacts,
    BurdenRecommendation,
    BurdenRules,
    Compared,
    Expected,
    Invoice,
    Line,
    Organisation,
    Package,
    Usage,
    usage_form,
)

HALF = Fraction(1, 2)


def faults(facts: BurdenFacts, rules: BurdenRules, recommendation: BurdenRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation."""
    if unread := list(_unreadable(facts, rules)):
        return unread
    return [
        *_ranges(rules),
        *_rates(facts, rules, recommendation),
        *_packages(facts, rules, recommendation),
        *_comparison(facts, rules, recommendation),
        *_expected(facts, rules, recommendation),
        *_filled(facts, recommendation),
        *_reasons(recommendation),
        *_invoices(facts, rules, recommendation),
        *_sums(recommendation),
    ]


def _rate(rules: BurdenRules, kind: str, size: str, *, youth_led: bool) -> Fraction:
    return _borne(rules, kind, size, youth_led=youth_led)[1]


def _borne(rules: BurdenRules, kind: str, size: str, *, youth_led: bool) -> tuple[Fraction, Fraction, tuple[str, ...]]:
    """The part of the list price before and after factors, and the factors by name."""
    rate = read(rules.rates, kind=kind, size=size)
    factor = read(rules.factors, kind=kind, size=size, youth_led=youth_led)
    if rate is None or factor is None:
        raise LookupError(kind, size)
    return rate.values["rate"], rate.values["rate"] * factor.values["factor"], factor.exceptions


def _because(rules: BurdenRules, organisation: Organisation) -> tuple[str, ...]:
    """The rules that make an organisation's rate."""
    factors = _borne(rules, organisation.kind, organisation.size, youth_led=organisation.youth_led)[2]
    return ("burden/rates", *(f"burden/factors/{name}" for name in factors))


def _unreadable(facts: BurdenFacts, rules: BurdenRules) -> Iterator[Fault]:
    """Facts on which no recommendation can rest: a payer without a rate, a model without a price, usage of nobody."""
    payers = [("$.organisations", o.kind, o.size, o.youth_led) for o in facts.organisations]
    payers += [("$.survey", s.kind, s.size, s.youth_led) for s in facts.survey]
    payers += [("$.comparables", c.kind, size, False) for c in facts.comparables for size in _sizes(rules, c.kind, c.size)]
    for where, kind, size, youth_led in payers:
        rate, factor = read(rules.rates, kind=kind, size=size), read(rules.factors, kind=kind, size=size, youth_led=youth_led)
        if rate is None or factor is None or rate.values["rate"] is None:
            yield Fault(code="no_rate", where=where, message=f"there is no rate for {kind}/{size}.")
    models = [u.model for u in facts.usage] + [s.model for s in facts.survey] + [p.model for p in facts.places]
    if unpriced := set(models) - set(facts.price_book):
        yield Fault(code="no_price", where="$.price_book", message=f"there is no price for {sorted(unpriced)}.")
    if strangers := {u.organisation for u in facts.usage} - {o.id for o in facts.organisations}:
        yield Fault(code="no_organisation", where="$.usage", message=f"{sorted(strangers)} are not in the file.")


def _fault(code: str, where: str, right: Any, told: Any) -> Fault:
    return Fault(code=code, where=where, message=f"is {right}, not {told}.")


def _ranges(rules: BurdenRules) -> Iterator[Fault]:
    """The rates lie within the announced range, and no factor takes one beyond the list price."""
    named = told_apart(rules.rates, "kind", "size") | told_apart(rules.announced, "kind", "size")
    for kind, size in sorted(named):
        rate, announced = read(rules.rates, kind=kind, size=size), read(rules.announced, kind=kind, size=size)
        if rate is None or announced is None:
            yield Fault(code="no_rate", where=f"{kind}/{size}", message="one of rates and announced has no row for it.")
            continue
        borne, low, high = rate.values["rate"], announced.values["lowest"], announced.values["highest"]
        if borne is None:
            continue
        if (low is not None and borne < low) or (high is not None and borne > high):
            yield _fault("rate_out_of_range", f"{kind}/{size}", f"from {low} to {high}", borne)


def _rates(facts: BurdenFacts, rules: BurdenRules, recommendation: BurdenRecommendation) -> Iterator[Fault]:
    told = {rate.organisation: rate for rate in recommendation.rates}
    if len(told) != len(recommendation.rates) or set(told) != {o.id for o in facts.organisations}:
        yield Fault(code="wrong_organisations", where="$.rates", message="each organisation is to have one rate.")
        return
    for organisation in facts.organisations:
        rate = told[organisation.id]
        base, right, _ = _borne(rules, organisation.kind, organisation.size, youth_led=organisation.youth_led)
        if (Fraction(rate.base), Fraction(rate.rate)) != (base, right):
            yield _fault("wrong_rate", organisation.id, f"{base}, discounted {right}", f"{rate.base}, {rate.rate}")
        prices = {model: right * price for model, price in facts.price_book.items()}
        if {model: Fraction(amount) for model, amount in rate.price_per_gpu_hour.items()} != prices:
            yield Fault(code="wrong_price", where=organisation.id, message="the price per GPU-hour is not rate x price.")
        if rate.because != (because := _because(rules, organisation)):
            yield _fault("wrong_rule_named", organisation.id, because, rate.because)


def _packages(facts: BurdenFacts, rules: BurdenRules, recommendation: BurdenRecommendation) -> Iterator[Fault]:
    def key(package: Package) -> tuple[Any, ...]:
        return (package.kind, package.size, package.youth_led, package.model, package.gpus, package.months)

    wanted = {
        (kind, size, youth_led, model, gpus, months)
        for kind, size in _priced(rules)
        for youth_led in (False, True)
        if not youth_led or _rate(rules, kind, size, youth_led=True) != _rate(rules, kind, size, youth_led=False)
        for model in facts.price_book
        for gpus in rules.package_gpus
        for months in rules.package_months
    }
    told = Counter(key(package) for package in recommendation.packages)
    if set(told) != wanted or any(count > 1 for count in told.values()):
        yield Fault(code="wrong_packages", where="$.packages", message="not every package of the schedule, once each.")
        return
    for package in recommendation.packages:
        price = facts.price_book[package.model] * package.gpus * package.months * rules.hours_per_month
        rate = _rate(rules, package.kind, package.size, youth_led=package.youth_led)
        if package.list_amount != price or not -HALF <= package.billed_amount - rate * price < HALF:
            yield _fault(
                "wrong_package", str(key(package)), f"{price}, of which {rate}", f"{package.list_amount}, {package.billed_amount}"
            )


def _comparison(facts: BurdenFacts, rules: BurdenRules, recommendation: BurdenRecommendation) -> Iterator[Fault]:
    told = {(row.programme, row.kind, row.size): row for row in recommendation.comparison}
    if set(told) != {(c.programme, c.kind, c.size) for c in facts.comparables}:
        yield Fault(code="wrong_comparison", where="$.comparison", message="not each comparable programme, once.")
        return
    for other in facts.comparables:
        row = told[other.programme, other.kind, other.size]
        ours = sorted(_borne(rules, other.kind, size, youth_led=False)[0] for size in _sizes(rules, other.kind, other.size))
        right = (other.share_low, other.share_high, ours[0], ours[-1])
        if right != (row.share_low, row.share_high, Fraction(row.our_low), Fraction(row.our_high)):
            yield _fault("wrong_comparison", other.programme, right, row)
        elif not _stands(row):
            yield Fault(code="wrong_comparison", where=other.programme, message=f"ours is not {row.ours!r} theirs.")


def _priced(rules: BurdenRules) -> set[tuple[str, str]]:
    """The kinds and sizes for which the schedule sets a rate."""
    rows = {(kind, size): read(rules.rates, kind=kind, size=size) for kind, size in told_apart(rules.rates, "kind", "size")}
    return {each for each, row in rows.items() if row and row.values["rate"] is not None}


def _sizes(rules: BurdenRules, kind: str, size: str) -> set[str]:
    """The sizes that a comparison is about: `any` is all of that kind that the schedule tells apart."""
    own = {each for of, each in _priced(rules) if of == kind}
    return own if size == "any" and own else {size}


def _stands(row: Compared) -> bool:
    """Whether the word fits the two ranges; an open end of theirs may be anything."""
    low, high = Fraction(row.our_low), Fraction(row.our_high)
    least = Fraction(row.share_low) if row.share_low is not None else None
    most = Fraction(row.share_high) if row.share_high is not None else None
    above, below = most is not None and most < low, least is not None and least > high
    if above or below:
        return row.ours == ("above" if above else "below")
    if least is None or most is None:
        return row.ours == "unknown"
    return row.ours == ("within" if low >= least and most >= high else "overlapping")


def _cell(row: Any) -> tuple[str, str, str, bool]:
    return (row.kind, row.model, row.size, row.youth_led)


def _expected(facts: BurdenFacts, rules: BurdenRules, recommendation: BurdenRecommendation) -> Iterator[Fault]:
    told = Counter(map(_cell, recommendation.expected))
    if set(told) != set(map(_cell, facts.survey)) or any(count > 1 for count in told.values()):
        yield Fault(code="wrong_cells", where="$.expected", message="not each kind, size and model of the survey, once.")
        return
    willing = {_cell(row): row.gpus_willing for row in recommendation.expected}
    places = {(place.kind, place.model): place.gpus for place in facts.places}
    for row in recommendation.expected:
        answers = [answer for answer in facts.survey if _cell(answer) == _cell(row)]
        price = facts.price_book[row.model] * _rate(rules, row.kind, row.size, youth_led=row.youth_led)
        wanted = sum(answer.gpus for answer in answers)
        agreed = sum(answer.gpus for answer in answers if not answer.limit_price_per_gpu_hour < price)
        if (row.gpus_wanted, row.gpus_willing, Fraction(row.price_per_gpu_hour)) != (wanted, agreed, price):
            yield _fault("wrong_demand", str(_cell(row)), (wanted, agreed, price), row)
        if not -HALF < row.revenue_amount_per_hour - row.gpus_taken * price <= HALF:
            yield _fault("wrong_revenue", str(_cell(row)), row.gpus_taken * price, row.revenue_amount_per_hour)
        rivals = sum(gpus for cell, gpus in willing.items() if cell[:2] == (row.kind, row.model))
        yield from _taken(row, rivals, places.get((row.kind, row.model)))


def _taken(row: Expected, rivals: int, offered: int | None) -> Iterator[Fault]:
    """All the willing when places suffice; otherwise in proportion, to within one GPU."""
    if offered is None or rivals <= offered:
        if row.gpus_taken != row.gpus_willing:
            yield _fault("wrong_taken", str(_cell(row)), row.gpus_willing, row.gpus_taken)
    elif abs(row.gpus_taken - Fraction(offered * row.gpus_willing, rivals)) >= 1:
        yield _fault("wrong_taken", str(_cell(row)), f"{offered} x {row.gpus_willing}/{rivals}", row.gpus_taken)


def _filled(facts: BurdenFacts, recommendation: BurdenRecommendation) -> Iterator[Fault]:
    told = [(row.kind, row.model, row.gpus_offered) for row in recommendation.filled]
    if sorted(told) != sorted((place.kind, place.model, place.gpus) for place in facts.places):
        yield Fault(code="wrong_places", where="$.filled", message="not each offer of places, once.")
        return
    for row in recommendation.filled:
        cells = [cell for cell in recommendation.expected if (cell.kind, cell.model) == (row.kind, row.model)]
        taken, willing = sum(cell.gpus_taken for cell in cells), sum(cell.gpus_willing for cell in cells)
        if row.gpus_taken != taken or row.gpus_unfilled != row.gpus_offered - taken or taken != min(willing, row.gpus_offered):
            yield _fault("wrong_places", f"{row.kind}/{row.model}", f"{min(willing, row.gpus_offered)} taken", row)


def _reasons(recommendation: BurdenRecommendation) -> Iterator[Fault]:
    """A reason for each cell that would not take all it wants, with its figures, and for no other."""
    wanted = {}
    for row in recommendation.expected:
        figures = {"wanted": str(row.gpus_wanted), "willing": str(row.gpus_willing), "taken": str(row.gpus_taken)}
        item = f"{row.kind}/{row.size}/{row.model}" + ("/youth_led" if row.youth_led else "")
        if row.gpus_wanted > row.gpus_willing:
            wanted[item] = ("price_above_limit", {**figures, "price": row.price_per_gpu_hour})
        elif row.gpus_willing > row.gpus_taken:
            wanted[item] = ("too_few_places", figures)
    told = {reason.item: (reason.code, reason.detail) for reason in recommendation.reasons}
    if told != wanted or len(told) != len(recommendation.reasons):
        yield Fault(code="wrong_reasons", where="$.reasons", message=f"are to be {wanted}.")


def _invoices(facts: BurdenFacts, rules: BurdenRules, recommendation: BurdenRecommendation) -> Iterator[Fault]:
    """A line for each usage entry, under the organisation that used it; a zero line too."""
    who = {organisation.id: organisation for organisation in facts.organisations}
    used = {(u.organisation, u.lease, u.from_at, u.to_at): u for u in facts.usage}
    lines = [(i.organisation, line) for i in recommendation.invoices for line in i.lines]
    told = Counter((name, line.lease, line.from_at, line.to_at) for name, line in lines)
    if told != Counter(used.keys()):
        yield Fault(code="wrong_lines", where="$.invoices", message="there is to be one line for each usage entry, and no other.")
        return
    for name, line in lines:
        usage = used[name, line.lease, line.from_at, line.to_at]
        rate = _rate(rules, who[name].kind, who[name].size, youth_led=who[name].youth_led)
        yield from _line(line, usage, rate=rate, price=facts.price_book[usage.model])
        if line.because != (because := _because(rules, who[name])):
            yield _fault("wrong_rule_named", line.lease, because, line.because)


def _line(line: Line, usage: Usage, *, rate: Fraction, price: int) -> Iterator[Fault]:
    hours = Fraction(line.gpu_hours)
    if (line.model, hours, Fraction(line.gap_gpu_hours)) != (usage.model, Fraction(usage.gpu_hours), Fraction(0)):
        yield _fault("wrong_hours", line.lease, f"{usage.gpu_hours} of {usage.model}", f"{line.gpu_hours} of {line.model}")
    if (Fraction(line.rate), line.price_per_gpu_hour) != (rate, price):
        yield _fault("wrong_rate", line.lease, f"{rate} of {price}", f"{line.rate} of {line.price_per_gpu_hour}")
    if not -HALF < line.list_amount - price * hours <= HALF:
        yield _fault("wrong_list_price", line.lease, price * hours, line.list_amount)
    if line.billed_amount + line.support_amount != line.list_amount:
        yield _fault("not_the_list_price", line.lease, line.list_amount, f"{line.billed_amount} + {line.support_amount}")
    if not -HALF <= line.billed_amount - rate * line.list_amount < HALF:
        yield _fault("wrong_part", line.lease, rate * line.list_amount, line.billed_amount)
    if line.usage_digest != digest(usage_form(usage)):
        yield Fault(code="wrong_usage_digest", where=line.lease, message="the line was made from other usage.")


def _sums(recommendation: BurdenRecommendation) -> Iterator[Fault]:
    """Invoices are the sums of their lines, totals the sums of the invoices."""
    names = [invoice.organisation for invoice in recommendation.invoices]
    if len(set(names)) != len(names):
        yield Fault(code="wrong_invoices", where="$.invoices", message="an organisation gets one invoice.")
    for field in ("list_amount", "billed_amount", "support_amount"):
        for invoice in recommendation.invoices:
            if (total := _total(invoice, field)) != getattr(invoice, field):
                yield _fault("wrong_sum", f"{invoice.organisation}.{field}", total, getattr(invoice, field))
        total = sum(_total(invoice, field) for invoice in recommendation.invoices)
        if total != getattr(recommendation.totals, field):
            yield _fault("wrong_total", f"$.totals.{field}", total, getattr(recommendation.totals, field))
    hours = sum(Fraction(line.gpu_hours) for invoice in recommendation.invoices for line in invoice.lines)
    if hours != Fraction(recommendation.totals.gpu_hours):
        yield _fault("wrong_total", "$.totals.gpu_hours", hours, recommendation.totals.gpu_hours)


def _total(invoice: Invoice, field: str) -> int:
    return sum(getattr(line, field) for line in invoice.lines)
