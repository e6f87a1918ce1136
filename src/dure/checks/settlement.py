"""Is every used hour billed exactly once, by the right rate, to the smallest unit, and does every balance follow?

Keeps its own ledger: entries for previous lines, new lines, corrections, clawback and payments are
posted per organisation and must come to the balances told.
"""

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from dure.checks.tables import read
from dure.formats.canonical import digest, plain
from dure.formats.kinds import Fault, decimal_text, zone_of
from dure.formats.stages.burden import Line, Organisation, Usage, usage_form
from dure.formats.stages.settlement import SettlementFacts, SettlementRecommendation, SettlementRules

HALF = Fraction(1, 2)
Period = tuple[str, dt.datetime, dt.datetime]


def faults(facts: SettlementFacts, rules: SettlementRules, recommendation: SettlementRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation."""
    if unread := list(_unreadable(facts, rules)):
        return unread
    return [
        *_lines(facts, rules, recommendation),
        *_billed_once(facts, recommendation),
        *_corrections(facts, rules, recommendation),
        *_sums(recommendation),
        *_clawbacks(facts, rules, recommendation),
        *_balances(facts, rules, recommendation),
        *_providers(facts, rules, recommendation),
        *_digests(facts, rules, recommendation),
        *_reasons(facts, recommendation),
    ]


def _fault(code: str, where: str, right: Any, told: Any) -> Fault:
    return Fault(code=code, where=where, message=f"is {right}, not {told}.")


def _period(item: Any) -> Period:
    return (item.lease, item.from_at, item.to_at)


def _unreadable(facts: SettlementFacts, rules: SettlementRules) -> Iterator[Fault]:
    """Facts on which no bill can rest: payers without a rate, usage of nobody, a second billed twice."""
    payers = {o.id: o for o in facts.organisations}
    for name, payer in payers.items():
        if _borne(rules, payer) is None:
            yield Fault(code="no_rate", where=name, message="the rules have no rate for this kind and size.")
    for usage in facts.usage:
        if usage.organisation not in payers or usage.model not in facts.price_book:
            yield Fault(code="no_payer_or_price", where=usage.lease, message=f"{usage.organisation}, {usage.model}.")
    for periods in (map(_period, facts.usage), (_period(old.line) for old in facts.previous)):
        ends: dict[str, dt.datetime] = {}
        for lease, begin, end in sorted(periods):
            if begin >= end or begin < ends.get(lease, begin):
                yield Fault(code="billed_twice", where=lease, message=f"the period from {begin} is empty or overlaps another.")
            ends[lease] = end


def _charged(recommendation: SettlementRecommendation) -> list[tuple[str, Line]]:
    """New lines and those in place of earlier ones, with who is charged."""
    new = [(invoice.organisation, line) for invoice in recommendation.invoices for line in invoice.lines]
    return new + [(c.organisation, c.line) for c in recommendation.corrections if c.line is not None]


def _lines(facts: SettlementFacts, rules: SettlementRules, recommendation: SettlementRecommendation) -> Iterator[Fault]:
    """Each line follows from one usage entry, one rate and one price."""
    usage = {_period(entry): entry for entry in facts.usage}
    for name, line in _charged(recommendation):
        entry = usage.get(_period(line))
        if entry is None or entry.organisation != name:
            yield Fault(code="no_usage", where=line.lease, message=f"{name} did not use it from {line.from_at} to {line.to_at}.")
            continue
        yield from _figures_faults(line, entry, facts, rules)
        if line.usage_digest != digest(usage_form(entry)):
            yield Fault(code="wrong_usage_digest", where=line.lease, message="the line was made from other usage.")
        if line.because != (because := _because(facts, rules, name)):
            yield _fault("wrong_rule_named", line.lease, because, line.because)


def _figures_faults(line: Line, entry: Usage, facts: SettlementFacts, rules: SettlementRules) -> Iterator[Fault]:
    """Whether hours, rate, price and amounts of a line are what this usage comes to under these rules."""
    yield from _hours(line, entry, facts, rules)
    rate, price = _rate(facts, rules, entry.organisation), facts.price_book[entry.model]
    if (line.model, line.price_per_gpu_hour, Fraction(line.rate)) != (entry.model, price, rate):
        yield _fault("wrong_rate", line.lease, f"{rate} of {price}", f"{line.rate} of {line.price_per_gpu_hour}")
    if not -HALF < line.list_amount - price * Fraction(line.gpu_hours) <= HALF:
        yield _fault("wrong_list_price", line.lease, price * Fraction(line.gpu_hours), line.list_amount)
    if line.list_amount - line.billed_amount != line.support_amount:
        yield _fault("not_the_list_price", line.lease, line.list_amount, f"{line.billed_amount} + {line.support_amount}")
    if not -HALF <= line.billed_amount - rate * line.list_amount < HALF:
        yield _fault("wrong_part", line.lease, rate * line.list_amount, line.billed_amount)


def _because(facts: SettlementFacts, rules: SettlementRules, name: str) -> tuple[str, ...]:
    """The rules that make an organisation's rate."""
    _, factors = _borne(rules, _payer(facts, name)) or (None, ())
    return ("burden/rates", *(f"burden/factors/{factor}" for factor in factors))


def _rate(facts: SettlementFacts, rules: SettlementRules, name: str) -> Fraction:
    rate, _ = _borne(rules, _payer(facts, name)) or (Fraction(0), ())
    return rate


def _payer(facts: SettlementFacts, name: str) -> Organisation:
    return next(organisation for organisation in facts.organisations if organisation.id == name)


def _borne(rules: SettlementRules, payer: Organisation) -> tuple[Fraction, tuple[str, ...]] | None:
    """The part of the list price that a payer bears, and the factors in it; nothing where the tables have no row."""
    rate = read(rules.rates, kind=payer.kind, size=payer.size)
    factor = read(rules.factors, kind=payer.kind, size=payer.size, youth_led=payer.youth_led)
    if rate is None or factor is None or rate.values["rate"] is None:
        return None
    return rate.values["rate"] * factor.values["factor"], factor.exceptions


def _hours(line: Line, entry: Usage, facts: SettlementFacts, rules: SettlementRules) -> Iterator[Fault]:
    """Billed and left-out hours make the usage; what is left after a gap is rounded down, in the user's favour."""
    billed, left_out, used = Fraction(line.gpu_hours), Fraction(line.gap_gpu_hours), Fraction(entry.gpu_hours)
    right = used - used * _unmetered(entry, facts) * (1 - Fraction(rules.gap_billed_share))
    least = right if right == used else right - Fraction(1, 10**rules.gap_hour_decimals)
    whole_steps = right == used or (billed * 10**rules.gap_hour_decimals).denominator == 1
    if billed + left_out != used or not (billed == right or least < billed <= right) or not whole_steps:
        yield _fault("wrong_hours", line.lease, f"{right} of {used}", f"{billed}, {left_out} left out")


def _unmetered(entry: Usage, facts: SettlementFacts) -> Fraction:
    """The part of the period that lies in any gap, by the instants where gaps begin or end."""
    gaps = [(max(g.from_at, entry.from_at), min(g.to_at, entry.to_at)) for g in facts.gaps if g.lease == entry.lease]
    edges = sorted({edge for begin, end in gaps if begin < end for edge in (begin, end)})
    spans = [(a, b) for a, b in itertools.pairwise(edges) if any(begin <= a and b <= end for begin, end in gaps)]
    step = dt.timedelta(microseconds=1)
    return Fraction(sum((b - a) // step for a, b in spans), (entry.to_at - entry.from_at) // step)


def _billed_once(facts: SettlementFacts, recommendation: SettlementRecommendation) -> Iterator[Fault]:
    """Usage not billed before has one invoice line, a zero one too; usage billed before has none."""
    before = {_period(old.line) for old in facts.previous}
    wanted = Counter(period for entry in facts.usage if (period := _period(entry)) not in before)
    told = Counter(_period(line) for invoice in recommendation.invoices for line in invoice.lines)
    for period in sorted((wanted - told).keys() | (told - wanted).keys()):
        where = f"{period[0]} from {period[1].isoformat()}"
        yield _fault("not_billed_once", where, f"{wanted[period]} lines", told[period])


def _corrections(facts: SettlementFacts, rules: SettlementRules, recommendation: SettlementRecommendation) -> Iterator[Fault]:
    """Each earlier line whose usage came again is reversed in full where anything differs, and at most once."""
    usage = {_period(entry): entry for entry in facts.usage}
    told = {(c.organisation, _period(c)): c for c in recommendation.corrections}
    if len(told) != len(recommendation.corrections):
        yield Fault(code="reversed_twice", where="$.corrections", message="a line is reversed at most once.")
    for old in facts.previous:
        period = _period(old.line)
        entry = usage.get(period)
        reversal = told.pop((old.organisation, period), None)
        if entry is not None and entry.organisation != old.organisation:
            rebill = told.pop((entry.organisation, period), None)
            if reversal is None or rebill is None or rebill.line is None or reversal.line is not None:
                yield Fault(code="no_correction", where=old.line.lease, message="the wrong organisation was billed.")
                continue
            yield from _correction(rebill, reversed_line=None)
        if reversal is not None:
            yield from _correction(reversal, reversed_line=old.line)
            if entry is None or (reversal.line is not None and _figures(reversal.line) == _figures(old.line)):
                yield Fault(code="needless_correction", where=old.line.lease, message="nothing differs from what was billed.")
        elif entry is not None and any(_figures_faults(old.line, entry, facts, rules)):
            yield Fault(code="no_correction", where=old.line.lease, message="what was billed is not what is due now.")
    for _, period in sorted(told):
        yield Fault(code="nothing_to_correct", where=period[0], message="no earlier line has this period.")


def _figures(line: Line) -> tuple[Any, ...]:
    measures = map(Fraction, (line.gpu_hours, line.gap_gpu_hours, line.rate))
    return (line.model, *measures, line.price_per_gpu_hour, line.list_amount, line.billed_amount, line.support_amount)


def _correction(correction: Any, *, reversed_line: Line | None) -> Iterator[Fault]:
    was = (reversed_line.billed_amount, reversed_line.support_amount) if reversed_line else (0, 0)
    now = (correction.line.billed_amount, correction.line.support_amount) if correction.line else (0, 0)
    told = (
        correction.reversed_amount,
        correction.rebilled_amount,
        correction.difference_amount,
        correction.support_difference_amount,
    )
    right = (-was[0], now[0], now[0] - was[0], now[1] - was[1])
    if told != right:
        yield _fault("wrong_correction", correction.lease, right, told)


def _sums(recommendation: SettlementRecommendation) -> Iterator[Fault]:
    """Lines make invoices, invoices make totals."""
    if len({invoice.organisation for invoice in recommendation.invoices}) != len(recommendation.invoices):
        yield Fault(code="wrong_invoices", where="$.invoices", message="an organisation gets one invoice.")
    for field in ("list_amount", "billed_amount", "support_amount"):
        for invoice in recommendation.invoices:
            if (right := sum(getattr(line, field) for line in invoice.lines)) != getattr(invoice, field):
                yield _fault("wrong_sum", f"{invoice.organisation}.{field}", right, getattr(invoice, field))
        right = sum(getattr(line, field) for invoice in recommendation.invoices for line in invoice.lines)
        if right != getattr(recommendation.totals, field):
            yield _fault("wrong_total", f"$.totals.{field}", right, getattr(recommendation.totals, field))
    hours = sum(Fraction(line.gpu_hours) for invoice in recommendation.invoices for line in invoice.lines)
    if hours != Fraction(recommendation.totals.gpu_hours):
        yield _fault("wrong_total", "$.totals.gpu_hours", hours, recommendation.totals.gpu_hours)


def _standing_support(facts: SettlementFacts, recommendation: SettlementRecommendation) -> Mapping[tuple[str, str], int]:
    """Support per organisation and lease: all ever given, less what was reversed."""
    support: dict[tuple[str, str], int] = defaultdict(int)
    for old in facts.previous:
        support[old.organisation, old.line.lease] += old.line.support_amount
    for correction in recommendation.corrections:
        support[correction.organisation, correction.lease] += correction.support_difference_amount
    for invoice in recommendation.invoices:
        for line in invoice.lines:
            support[invoice.organisation, line.lease] += line.support_amount
    return support


def _clawbacks(facts: SettlementFacts, rules: SettlementRules, recommendation: SettlementRecommendation) -> Iterator[Fault]:
    shares = {use.lease: Fraction(use.share) * Fraction(rules.clawback_share) for use in facts.off_purpose}
    support = _standing_support(facts, recommendation)
    due = {key: amount for key, amount in support.items() if shares.get(key[1]) and amount}
    told = {(c.organisation, c.lease): c for c in recommendation.clawbacks}
    if len(told) != len(recommendation.clawbacks) or not due.keys() <= told.keys():
        yield Fault(code="no_clawback", where="$.clawbacks", message=f"is due, once each, from {sorted(due)}.")
    for key, clawback in told.items():
        share, amount = shares.get(key[1], Fraction(0)), support.get(key, 0)
        exact_amount = share * amount
        if (clawback.support_amount, Fraction(clawback.share)) != (
            amount,
            share,
        ) or not -HALF < clawback.amount - exact_amount <= HALF:
            yield _fault("wrong_clawback", clawback.lease, f"{share} of {amount}", clawback)


def _balances(facts: SettlementFacts, rules: SettlementRules, recommendation: SettlementRecommendation) -> Iterator[Fault]:
    """Posts every movement to a ledger and compares its columns."""
    ledger: dict[str, Counter[str]] = defaultdict(Counter)
    for old in facts.previous:
        ledger[old.organisation].update({"before": old.line.billed_amount, "billed": old.line.billed_amount})
    for invoice in recommendation.invoices:
        ledger[invoice.organisation]["billed"] += invoice.billed_amount
    for correction in recommendation.corrections:
        ledger[correction.organisation]["corrected"] += correction.reversed_amount + correction.rebilled_amount
    for clawback in recommendation.clawbacks:
        ledger[clawback.organisation]["clawback"] += clawback.amount
    for payment in facts.paid:
        ledger[payment.organisation]["paid"] += payment.amount
    if [balance.organisation for balance in recommendation.balances] != sorted(ledger):
        yield Fault(code="wrong_balances", where="$.balances", message="one balance for each who was billed or paid.")
        return
    ends = [entry.to_at for entry in facts.usage] + [old.line.to_at for old in facts.previous]
    last = _day_of(max(ends), facts.zone) + dt.timedelta(days=rules.payment_days) if ends else None
    for balance in recommendation.balances:
        posted = ledger[balance.organisation]
        due = posted["billed"] + posted["corrected"] + posted["clawback"] - posted["paid"]
        right = (
            *(posted[name] for name in ("billed", "before", "corrected", "clawback", "paid")),
            due,
            last if due > 0 else None,
        )
        told = (
            *(balance.billed_amount, balance.billed_before_amount, balance.corrected_amount, balance.clawback_amount),
            *(balance.paid_amount, balance.due_amount, balance.pay_by),
        )
        if told != right:
            yield _fault("wrong_balance", balance.organisation, right, told)


def _providers(facts: SettlementFacts, rules: SettlementRules, recommendation: SettlementRecommendation) -> Iterator[Fault]:
    told = {statement.provider: statement for statement in recommendation.providers}
    if sorted(told) != sorted(duty.provider for duty in facts.providers) or len(told) != len(recommendation.providers):
        yield Fault(code="wrong_providers", where="$.providers", message="one statement for each provider.")
        return
    for duty in facts.providers:
        statement = told[duty.provider]
        short = Fraction(duty.promised_share) - Fraction(duty.delivered_share)
        over = Fraction(duty.own_use_used) - Fraction(duty.own_use_contracted)
        missing = duty.fee_amount * Fraction(rules.deduction_per_missing_share) * short if short > 0 else Fraction(0)
        own_use = duty.fee_amount * Fraction(rules.deduction_per_own_use_excess) * over if over > 0 else Fraction(0)
        both = missing + own_use
        scale = min(Fraction(1), duty.fee_amount / both) if both else Fraction(1)
        paid_out = statement.deducted_amount + statement.payable_amount == statement.fee_amount == duty.fee_amount
        parts = statement.for_missing_amount + statement.for_own_use_amount == statement.deducted_amount
        near = abs(statement.for_missing_amount - missing * scale) < 2 and abs(statement.for_own_use_amount - own_use * scale) < 2
        rounded = -HALF < statement.deducted_amount - both * scale <= HALF
        if not (paid_out and parts and near and rounded):
            yield _fault("wrong_deduction", duty.provider, f"{missing} + {own_use}, at most {duty.fee_amount}", statement)


def _digests(facts: SettlementFacts, rules: SettlementRules, recommendation: SettlementRecommendation) -> Iterator[Fault]:
    usage = [usage_form(entry) for entry in sorted(facts.usage, key=_period)]
    right = {"usage_digest": digest(usage), "policy_digest": digest(plain(rules)), "price_digest": digest(facts.price_book)}
    for name, value in right.items():
        if getattr(recommendation, name) != value:
            yield _fault("wrong_digest", f"$.{name}", value, getattr(recommendation, name))


def _reasons(facts: SettlementFacts, recommendation: SettlementRecommendation) -> Iterator[Fault]:
    """Unbilled hours, clawback and each cause of a deduction have their reason with its figures, and nothing else has."""
    wanted: list[tuple[str, str, dict[str, str]]] = []
    unbilled: dict[str, Fraction] = defaultdict(Fraction)
    for _, line in _charged(recommendation):
        unbilled[line.lease] += Fraction(line.gap_gpu_hours)
    for lease, hours in unbilled.items():
        if hours:
            wanted.append((lease, "gap_billed_share", {"gpu_hours_not_billed": decimal_text(hours, 18).rstrip("0").rstrip(".")}))
    wanted += [
        (clawback.lease, "clawback_share", {"support_amount": str(clawback.support_amount), "share": clawback.share})
        for clawback in recommendation.clawbacks
    ]
    duties = {duty.provider: duty for duty in facts.providers}
    for statement in recommendation.providers:
        if (duty := duties.get(statement.provider)) is None:
            continue
        if statement.for_missing_amount:
            shares = {"promised": duty.promised_share, "delivered": duty.delivered_share}
            wanted.append((duty.provider, "deduction_per_missing_share", shares))
        if statement.for_own_use_amount:
            shares = {"contracted": duty.own_use_contracted, "used": duty.own_use_used}
            wanted.append((duty.provider, "deduction_per_own_use_excess", shares))
    told = [(reason.item, reason.code, reason.detail) for reason in recommendation.reasons]
    if len(told) != len(wanted) or any(reason not in told for reason in wanted):
        yield _fault("wrong_reasons", "$.reasons", wanted, told)


def _day_of(instant: dt.datetime, zone: str) -> dt.date:
    """The day between whose midnights the instant lies, where the programme's clocks stand."""
    clocks, near = zone_of(zone, where="$.zone"), instant.astimezone(dt.UTC).date()
    midnights = [dt.datetime.combine(near + dt.timedelta(days=away), dt.time.min, clocks) for away in (-1, 0, 1)]
    return max(midnight for midnight in midnights if midnight <= instant).date()
