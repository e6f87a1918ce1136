"""What is given back, what does each user owe in the end, and what is each provider paid?"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction

from dure.decisions.burden.rating import finite_decimal, whole_money
from dure.decisions.quantities import split_by_largest_remainder
from dure.decisions.settlement.correcting import Charged, corrected_by
from dure.formats.kinds import Reason, exact, zone_of
from dure.formats.stages.burden import Invoice
from dure.formats.stages.settlement import (
    Balance,
    Clawback,
    Correction,
    OffPurposeUse,
    ProviderDuty,
    ProviderStatement,
    SettlementFacts,
    SettlementRules,
)


def clawbacks(standing: Iterable[Charged], off_purpose: Sequence[OffPurposeUse], rules: SettlementRules) -> tuple[Clawback, ...]:
    """Per lease, its support x the off-purpose part x the part of that which is given back, rounded half up once."""
    shares = {use.lease: exact(use.share) * exact(rules.clawback_share) for use in off_purpose}
    support: dict[tuple[str, str], int] = defaultdict(int)
    for organisation, line in standing:
        if line.lease in shares:
            support[organisation, line.lease] += line.support_amount
    return tuple(
        Clawback(
            organisation=organisation,
            lease=lease,
            support_amount=amount,
            share=finite_decimal(shares[lease]),
            amount=whole_money(amount * shares[lease], where=f"clawback of lease {lease}"),
        )
        for (organisation, lease), amount in sorted(support.items())
        if shares[lease]
    )


def balances(
    facts: SettlementFacts,
    rules: SettlementRules,
    *,
    invoices: Iterable[Invoice],
    corrections: Iterable[Correction],
    clawbacks: Iterable[Clawback],
) -> tuple[Balance, ...]:
    """Per organisation that was ever billed or ever paid: billed + corrected + clawback - paid."""
    before: dict[str, int] = defaultdict(int)
    paid: dict[str, int] = defaultdict(int)
    back: dict[str, int] = defaultdict(int)
    for old in facts.previous:
        before[old.organisation] += old.line.billed_amount
    for payment in facts.paid:
        paid[payment.organisation] += payment.amount
    for clawback in clawbacks:
        back[clawback.organisation] += clawback.amount
    billed = {invoice.organisation: invoice.billed_amount for invoice in invoices}
    corrected = corrected_by(corrections)
    pay_by = _pay_by(facts, rules)
    made = []
    for name in sorted({*before, *paid, *back, *billed, *corrected}):
        total = before[name] + billed.get(name, 0)
        due = total + corrected.get(name, 0) + back[name] - paid[name]
        made.append(
            Balance(
                organisation=name,
                billed_amount=total,
                billed_before_amount=before[name],
                corrected_amount=corrected.get(name, 0),
                clawback_amount=back[name],
                paid_amount=paid[name],
                due_amount=due,
                pay_by=pay_by if due > 0 else None,
            )
        )
    return tuple(made)


def provider_statements(duties: Sequence[ProviderDuty], rules: SettlementRules) -> tuple[ProviderStatement, ...]:
    """The fee less deductions, which are rounded half up once, never exceed it, and split by largest remainder."""
    statements = []
    for duty in sorted(duties, key=lambda d: d.provider):
        missing, excess = _deductions(duty, rules)
        deducted = min(duty.fee_amount, whole_money(duty.fee_amount * (missing + excess), where=f"fee of {duty.provider}"))
        parts = {"missing": 0, "own_use": 0}
        if missing + excess:
            parts = split_by_largest_remainder(deducted, {"missing": missing, "own_use": excess})
        statements.append(
            ProviderStatement(
                provider=duty.provider,
                fee_amount=duty.fee_amount,
                for_missing_amount=parts["missing"],
                for_own_use_amount=parts["own_use"],
                deducted_amount=deducted,
                payable_amount=duty.fee_amount - deducted,
            )
        )
    return tuple(statements)


def provider_reasons(duties: Sequence[ProviderDuty], statements: Sequence[ProviderStatement]) -> list[Reason]:
    """Why a provider is not paid its whole fee."""
    by_provider = {duty.provider: duty for duty in duties}
    reasons = []
    for statement in statements:
        duty = by_provider[statement.provider]
        service = {"promised": duty.promised_share, "delivered": duty.delivered_share}
        own_use = {"contracted": duty.own_use_contracted, "used": duty.own_use_used}
        if statement.for_missing_amount:
            reasons.append(Reason(item=duty.provider, code="deduction_per_missing_share", detail=service))
        if statement.for_own_use_amount:
            reasons.append(Reason(item=duty.provider, code="deduction_per_own_use_excess", detail=own_use))
    return reasons


def _deductions(duty: ProviderDuty, rules: SettlementRules) -> tuple[Fraction, Fraction]:
    """Parts of the fee: for service that did not come, and for own use beyond the contract."""
    missing = max(Fraction(0), exact(duty.promised_share) - exact(duty.delivered_share))
    excess = max(Fraction(0), exact(duty.own_use_used) - exact(duty.own_use_contracted))
    return missing * exact(rules.deduction_per_missing_share), excess * exact(rules.deduction_per_own_use_excess)


def _pay_by(facts: SettlementFacts, rules: SettlementRules) -> dt.date | None:
    """That many days after the day on which the latest period in the file ends, where the programme's clocks stand."""
    ends = [entry.to_at for entry in facts.usage] + [old.line.to_at for old in facts.previous]
    clocks = zone_of(facts.zone, where="$.zone")
    return max(ends).astimezone(clocks).date() + dt.timedelta(days=rules.payment_days) if ends else None
