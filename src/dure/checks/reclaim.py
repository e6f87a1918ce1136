"""Is every reclaim earned, after notice, answer and appeal, and do the servers go to the first who fits?

Written as what must hold before anybody loses a server, and as a walk down the waiting list; the
steps are asked of each entry by itself, where the decision follows the lease's history.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from dure.formats.kinds import Fault, decimal_text
from dure.formats.stages.reclaim import (
    DayUse,
    LeaseUse,
    Notice,
    Proposal,
    ReclaimFacts,
    ReclaimRecommendation,
    ReclaimRules,
    Waiting,
)

GIVEN_UP = {"no_idle_part", "answer_accepted", "appeal_upheld", "not_enough_data"}


class Expected(NamedTuple):
    """What the proposal of one lease must say."""

    action: str
    because: str
    servers: int
    utilisation: str | None
    days_with_data: int
    answer_by: dt.date | None


def faults(facts: ReclaimFacts, rules: ReclaimRules, recommendation: ReclaimRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation."""
    told = Counter(proposal.lease for proposal in recommendation.proposals)
    leases = {lease.id: lease for lease in facts.leases}
    if told != Counter(list(leases)):
        return [Fault(code="wrong_leases", where="$.proposals", message="there is not exactly one proposal for each lease.")]
    found, reasons = [], Counter[tuple[str, str]]()
    for proposal in recommendation.proposals:
        expected = _expected(leases[proposal.lease], facts, rules)
        found += _unearned(proposal, leases[proposal.lease], facts, rules)
        for field, value in expected._asdict().items():
            if (actual := getattr(proposal, field)) != value:
                found.append(Fault(code=f"wrong_{field}", where=proposal.lease, message=f"is {value}, not {actual}."))
        if expected.action != "none" or expected.because in GIVEN_UP:
            reasons[proposal.lease, expected.because] += 1
    found += _waiting_list(facts, recommendation, leases, reasons)
    given = Counter((reason.item, reason.code) for reason in recommendation.reasons)
    return found + [
        Fault(code="wrong_reasons", where=item, message=f"{code}: told {given[item, code]} times, not {reasons[item, code]}.")
        for item, code in sorted(set(given) | set(reasons))
        if given[item, code] != reasons[item, code]
    ]


def _unearned(proposal: Proposal, lease: LeaseUse, facts: ReclaimFacts, rules: ReclaimRules) -> list[Fault]:
    """The safeguards, each by itself: nobody loses a server without all of them."""
    if proposal.action != "reclaim":
        return []
    notices = [row for row in facts.notices if row.lease == lease.id and row.sent_on <= facts.as_of]
    in_days = [day for day in _looked_at(lease, facts, rules) if day.utilisation is not None]
    broken = {
        "reclaim_during_appeal": any(
            row.lease == lease.id and _open(row.opened_on, row.closed_on, facts) for row in facts.appeals
        ),
        "reclaim_without_notice": not notices,
        "reclaim_before_time_to_answer": not any((facts.as_of - row.sent_on).days > rules.answer_days for row in notices),
        "reclaim_without_data": proposal.because == "below_floor" and len(in_days) < rules.minimum_data_days,
        "reclaim_of_more_than_is_idle": proposal.servers > lease.servers
        or (proposal.because == "below_floor" and any(proposal.servers > lease.servers - (d.busy_servers or 0) for d in in_days)),
    }
    return [Fault(code=code, where=lease.id, message="servers may not be taken.") for code, wrong in broken.items() if wrong]


def _expected(lease: LeaseUse, facts: ReclaimFacts, rules: ReclaimRules) -> Expected:
    days = [day for day in _looked_at(lease, facts, rules) if day.utilisation is not None]
    mean = sum((Fraction(day.utilisation or 0) for day in days), Fraction(0)) / len(days) if days else None
    printed = None if mean is None else decimal_text(mean, 6)
    because, servers = _because(lease, mean, facts, rules)
    if because not in {"below_floor", "off_purpose"}:
        return Expected("none", because, 0, printed, len(days), None)
    action, answer_by = "wait_for_appeal", None
    if not any(row.lease == lease.id and _open(row.opened_on, row.closed_on, facts) for row in facts.appeals):
        action, answer_by = _action(lease, because, facts, rules)
    return Expected(action, because, servers, printed, len(days), answer_by)


def _because(lease: LeaseUse, mean: Fraction | None, facts: ReclaimFacts, rules: ReclaimRules) -> tuple[str, int]:
    days = [day for day in _looked_at(lease, facts, rules) if day.utilisation is not None]
    if facts.as_of < lease.from_on or facts.as_of >= lease.to_on:
        return "not_running", 0
    if _unsettled_off_purpose(lease, facts):
        return "off_purpose", lease.servers
    if (facts.as_of - lease.from_on).days < rules.floor_days or mean is None or len(days) < rules.minimum_data_days:
        return "not_enough_data", 0
    if mean >= Fraction(rules.utilisation_floor):
        return "enough_use", 0
    settled = _settled(lease, "below_floor", facts)
    if settled and (facts.as_of - settled[0]).days < rules.floor_days:
        return settled[1], 0
    ran = []
    for day in days:
        unknown = lease.servers if Fraction(day.utilisation or 0) > 0 else 0
        ran.append(unknown if day.busy_servers is None else day.busy_servers)
    idle = min(lease.servers - count for count in ran)
    return ("below_floor", idle) if idle else ("no_idle_part", 0)


def _action(lease: LeaseUse, because: str, facts: ReclaimFacts, rules: ReclaimRules) -> tuple[str, dt.date]:
    live = [row for row in facts.notices if row.lease == lease.id and _in_force(row, lease, because, facts, rules)]
    if not live:
        return "notice", facts.as_of + dt.timedelta(days=rules.answer_days)
    last = max(live, key=lambda row: (row.sent_on, row.answered_on or dt.date.min, row.answer_accepted is None))
    until = last.sent_on + dt.timedelta(days=rules.answer_days)
    unjudged = (
        last.answered_on is not None
        and last.answered_on <= until
        and last.answered_on <= facts.as_of
        and last.answer_accepted is None
    )
    return ("wait_for_answer" if unjudged or until >= facts.as_of else "reclaim"), until


def _in_force(notice: Notice, lease: LeaseUse, because: str, facts: ReclaimFacts, rules: ReclaimRules) -> bool:
    """Sent about this ground, after every answer that was accepted, won by no appeal, and not grown old."""
    if notice.sent_on > facts.as_of or notice.because not in {None, because}:
        return False
    if any(notice.sent_on <= day for day, code in _ends(lease, because, facts) if code == "answer_accepted"):
        return False
    heard = [
        row
        for row in facts.appeals
        if row.lease == lease.id
        and row.closed_on
        and row.closed_on <= facts.as_of
        and (row.notice_sent_on or notice.sent_on) == notice.sent_on <= row.closed_on
    ]
    if any(row.upheld for row in heard):
        return False
    if because == "off_purpose":
        return notice.sent_on >= min(_unsettled_off_purpose(lease, facts))
    clock = max([notice.sent_on, *(row.closed_on for row in heard if row.closed_on)])
    return (facts.as_of - clock).days <= rules.floor_days + rules.answer_days


def _settled(lease: LeaseUse, because: str, facts: ReclaimFacts) -> tuple[dt.date, str] | None:
    return max(_ends(lease, because, facts), default=None)


def _ends(lease: LeaseUse, because: str, facts: ReclaimFacts) -> list[tuple[dt.date, str]]:
    """Days that settled something, and how."""
    return [
        (row.answered_on, "answer_accepted")
        for row in facts.notices
        if row.lease == lease.id
        and row.because in {None, because}
        and row.sent_on <= facts.as_of
        and row.answer_accepted
        and row.answered_on
        and row.answered_on <= facts.as_of
    ] + [
        (row.closed_on, "appeal_upheld")
        for row in facts.appeals
        if row.lease == lease.id and row.upheld and row.closed_on and row.closed_on <= facts.as_of
    ]


def _unsettled_off_purpose(lease: LeaseUse, facts: ReclaimFacts) -> list[dt.date]:
    settled = _settled(lease, "off_purpose", facts)
    confirmed = [row.confirmed_on for row in facts.off_purpose if row.lease == lease.id and row.confirmed_on <= facts.as_of]
    return [day for day in confirmed if not settled or day > settled[0]]


def _looked_at(lease: LeaseUse, facts: ReclaimFacts, rules: ReclaimRules) -> list[DayUse]:
    return [
        day
        for day in lease.days
        if 1 <= (facts.as_of - day.day).days <= rules.floor_days and lease.from_on <= day.day < lease.to_on
    ]


def _open(opened_on: dt.date, closed_on: dt.date | None, facts: ReclaimFacts) -> bool:
    return opened_on <= facts.as_of and not (closed_on and closed_on <= facts.as_of)


def _waiting_list(
    facts: ReclaimFacts, recommendation: ReclaimRecommendation, leases: dict[str, LeaseUse], reasons: Counter[tuple[str, str]]
) -> list[Fault]:
    """Down the list: each takes the best that is left, and nobody behind is served before."""
    left = {row.lease: row.servers for row in recommendation.proposals if row.action == "reclaim"}
    listed = {one.application: one for one in facts.waiting}
    given = {row.application: row for row in recommendation.regrants}
    found = [
        Fault(code="wrong_regrant", where=name, message="is not on the waiting list, or is served twice.")
        for name, times in Counter(row.application for row in recommendation.regrants).items()
        if times > 1 or name not in listed
    ]
    for one in sorted(facts.waiting, key=lambda row: row.place):
        options = sorted(_options(one, left, leases, facts))
        got = given.get(one.application)
        best = (options[0][3], -options[0][1], options[0][4]) if options else None
        actual = (got.lease, got.servers, got.weeks) if got else None
        if actual != best:
            message = f"gets {best or 'nothing'} (lease, servers, weeks), not {actual or 'nothing'}."
            found.append(Fault(code="wrong_regrant", where=one.application, message=message))
        if best:
            left[best[0]] -= best[1]
        if code := _shortfall(one, best, left, leases):
            reasons[one.application, code] += 1
    return found


def _options(
    one: Waiting, left: dict[str, int], leases: dict[str, LeaseUse], facts: ReclaimFacts
) -> Iterable[tuple[int, int, int, str, int]]:
    for name, servers in left.items():
        weeks = min(one.weeks, (leases[name].to_on - facts.as_of) // dt.timedelta(days=7))
        if leases[name].gpu_model in one.gpu_models and one.minimum_servers <= servers and weeks >= 1:
            count = min(one.servers, servers)
            yield -count * weeks, -count, servers, name, weeks


def _shortfall(one: Waiting, best: tuple[str, int, int] | None, left: dict[str, int], leases: dict[str, LeaseUse]) -> str:
    if best:
        if best[1] < one.servers:
            return "fewer_servers_free"
        return "fewer_weeks_left" if best[2] < one.weeks else ""
    sizes = [servers for name, servers in left.items() if servers and leases[name].gpu_model in one.gpu_models]
    if not sizes:
        return "no_server_of_its_models_free"
    return "minimum_above_what_is_free" if max(sizes) < one.minimum_servers else "no_week_left"
