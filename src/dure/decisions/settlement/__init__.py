"""What does each user owe for what was used, and what is each provider paid for what it delivered?

Usage becomes lines by the burden rules, each line rated by itself to the smallest unit; unmetered time is
left out by the published rule; lines billed before are corrected by reversal; support for
off-purpose use is clawed back; and the balance is billed + corrected + clawback - paid.
"""

import datetime as dt
from collections import defaultdict
from fractions import Fraction

from dure.decisions.burden.rating import finite_decimal, invoices_of, rated_line, ratings, refuse_bad_bill, totals_of
from dure.decisions.burden.schedule import Rating, Schedule
from dure.decisions.settlement.closing import balances, clawbacks, provider_reasons, provider_statements
from dure.decisions.settlement.correcting import against_previous, refuse_bad_previous
from dure.formats.canonical import digest, plain
from dure.formats.errors import BadInput
from dure.formats.kinds import Reason, exact
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.burden import Line, Usage, usage_form
from dure.formats.stages.settlement import Clawback, MeteringGap, SettlementFacts, SettlementRecommendation, SettlementRules

METHOD = "line_by_line"


def recommend(facts: SettlementFacts, rules: SettlementRules) -> SettlementRecommendation:
    """Recommend the bill, its corrections, and what each party owes."""
    schedule = Schedule(rules)
    _refuse_nonsense(facts, schedule)
    rated = ratings(facts.organisations, schedule)
    gaps = _gaps(facts.gaps)
    usage = sorted(facts.usage, key=lambda entry: (entry.lease, entry.from_at))
    charges = [(u.organisation, _line(u, facts, rules, rated[u.organisation], gaps.get(u.lease, []))) for u in usage]
    found = against_previous(charges, facts.previous)
    billed = [line for _, line in found.new] + [c.line for c in found.corrections if c.line is not None]
    invoices = invoices_of(found.new)
    taken_back = clawbacks(found.standing, facts.off_purpose, rules)
    providers = provider_statements(facts.providers, rules)
    return SettlementRecommendation(
        method=METHOD,
        invoices=invoices,
        corrections=found.corrections,
        clawbacks=taken_back,
        balances=balances(facts, rules, invoices=invoices, corrections=found.corrections, clawbacks=taken_back),
        providers=providers,
        totals=totals_of(invoices),
        usage_digest=digest([usage_form(entry) for entry in usage]),
        policy_digest=digest(plain(rules)),
        price_digest=digest(facts.price_book),
        reasons=(*_user_reasons(billed, taken_back), *provider_reasons(facts.providers, providers)),
    )


def _line(usage: Usage, facts: SettlementFacts, rules: SettlementRules, rating: Rating, gaps: list[MeteringGap]) -> Line:
    """The usage's line, without the part of its unmetered hours that is not billed."""
    hours, price = exact(usage.gpu_hours), facts.price_book[usage.model]
    unmetered = Fraction(_microseconds_within(usage, gaps), (usage.to_at - usage.from_at) // dt.timedelta(microseconds=1))
    not_billed = unmetered * (1 - exact(rules.gap_billed_share))
    if not not_billed:
        return rated_line(usage, rating=rating, price=price)
    kept = hours * (1 - not_billed)
    scale = 10**rules.gap_hour_decimals
    kept = Fraction(kept * scale // 1, scale)
    return rated_line(usage, rating=rating, price=price, gap_hours=hours - kept)


def _gaps(gaps: tuple[MeteringGap, ...]) -> dict[str, list[MeteringGap]]:
    by_lease: dict[str, list[MeteringGap]] = defaultdict(list)
    for gap in sorted(gaps, key=lambda g: (g.lease, g.from_at, g.to_at)):
        by_lease[gap.lease].append(gap)
    return by_lease


def _microseconds_within(usage: Usage, gaps: list[MeteringGap]) -> int:
    """How much of the usage's period lies in gaps; where gaps overlap, once. Gaps come in order of beginning."""
    total, reached = dt.timedelta(0), usage.from_at
    for gap in gaps:
        begin, end = max(gap.from_at, reached), min(gap.to_at, usage.to_at)
        if begin < end:
            total += end - begin
            reached = end
    return total // dt.timedelta(microseconds=1)


def _user_reasons(billed: list[Line], taken_back: tuple[Clawback, ...]) -> list[Reason]:
    """Hours that were used but not billed, and support that is not kept."""
    unmetered: dict[str, Fraction] = defaultdict(Fraction)
    for line in billed:
        unmetered[line.lease] += exact(line.gap_gpu_hours)
    reasons = [
        Reason(item=lease, code="gap_billed_share", detail={"gpu_hours_not_billed": finite_decimal(hours)})
        for lease, hours in sorted(unmetered.items())
        if hours
    ]
    return reasons + [
        Reason(item=c.lease, code="clawback_share", detail={"support_amount": str(c.support_amount), "share": c.share})
        for c in taken_back
    ]


def _refuse_nonsense(facts: SettlementFacts, schedule: Schedule) -> None:
    refuse_bad_bill(facts, schedule)
    refuse_bad_previous(facts.previous, facts.usage, (organisation.id for organisation in facts.organisations))
    leases = {entry.lease for entry in facts.usage}
    require_known((gap.lease for gap in facts.gaps), leases, where="$.gaps")
    leases |= {old.line.lease for old in facts.previous}
    require_known((use.lease for use in facts.off_purpose), leases, where="$.off_purpose")
    require_unique((use.lease for use in facts.off_purpose), where="$.off_purpose")
    require_unique((duty.provider for duty in facts.providers), where="$.providers")
    for gap in facts.gaps:
        if gap.from_at >= gap.to_at:
            raise BadInput(
                f"lease {gap.lease!r}: the gap from {gap.from_at} to {gap.to_at} is empty.",
                where="$.gaps",
                todo="`to` is the first instant after the gap.",
            )
    paid: dict[str, int] = defaultdict(int)
    for payment in facts.paid:
        paid[payment.organisation] += payment.amount
    for organisation, amount in sorted(paid.items()):
        if amount < 0:
            raise BadInput(
                f"{organisation!r} was given back {-amount:,} more than it ever paid.",
                where="$.paid",
                todo="Add the payments that were refunded, or correct the refund.",
            )
