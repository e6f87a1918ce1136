"""What is to be done about one lease, and at which step of notice, answer and appeal does it stand?"""

import datetime as dt
from fractions import Fraction
from typing import Literal, NamedTuple

from dure.formats.kinds import Reason, decimal_text, exact
from dure.formats.stages.reclaim import (
    Appeal,
    DayUse,
    Ground,
    LeaseUse,
    Notice,
    OffPurpose,
    Proposal,
    ReclaimFacts,
    ReclaimRules,
)

SHARE_DECIMALS = 6
Action = Literal["notice", "reclaim", "wait_for_answer", "wait_for_appeal", "none"]
Because = Literal[
    "below_floor",
    "off_purpose",
    "enough_use",
    "not_enough_data",
    "answer_accepted",
    "appeal_upheld",
    "no_idle_part",
    "not_running",
]


class History(NamedTuple):
    """What has been said about one lease up to the day of the decision; later entries are not known yet."""

    as_of: dt.date
    off_purpose: list[OffPurpose]
    notices: list[Notice]
    appeals: list[Appeal]

    @classmethod
    def of(cls, lease: str, facts: ReclaimFacts) -> "History":
        """That lease's entries."""
        return cls(
            facts.as_of,
            [row for row in facts.off_purpose if row.lease == lease and row.confirmed_on <= facts.as_of],
            [row for row in facts.notices if row.lease == lease and row.sent_on <= facts.as_of],
            [row for row in facts.appeals if row.lease == lease and row.opened_on <= facts.as_of],
        )

    def answer(self, notice: Notice) -> bool | None:
        """Whether the notice was answered by now: accepted or not; None without an answer that is judged."""
        return notice.answer_accepted if notice.answered_on and notice.answered_on <= self.as_of else None

    def is_open(self, appeal: Appeal) -> bool:
        """Whether the appeal was still open on the day."""
        return appeal.closed_on is None or appeal.closed_on > self.as_of

    def settled(self, ground: Ground) -> tuple[dt.date, Because] | None:
        """The last day on which an answer was accepted or an appeal upheld: use and findings before it are settled."""
        found: list[tuple[dt.date, Because]] = [(day, "answer_accepted") for day in self._accepted(ground)]
        found += [(appeal.closed_on, "appeal_upheld") for appeal in self._decided() if appeal.closed_on and appeal.upheld]
        return max(found, default=None)

    def is_settled(self, notice: Notice, ground: Ground) -> bool:
        """By an answer accepted since it was sent, or by an upheld appeal against it."""
        upheld = (appeal for appeal in self._decided() if appeal.upheld)
        return any(day >= notice.sent_on for day in self._accepted(ground)) or any(is_against(each, notice) for each in upheld)

    def heard_until(self, notice: Notice) -> dt.date | None:
        """The last day on which an appeal against the notice was decided: until then its clock stood still."""
        return max((each.closed_on for each in self._decided() if each.closed_on and is_against(each, notice)), default=None)

    def _accepted(self, ground: Ground) -> list[dt.date]:
        return [
            notice.answered_on
            for notice in self.notices
            if notice.answered_on and self.answer(notice) and notice.because in {ground, None}
        ]

    def _decided(self) -> list[Appeal]:
        return [appeal for appeal in self.appeals if not self.is_open(appeal)]


def is_against(appeal: Appeal, notice: Notice) -> bool:
    """Whether a closed appeal is about that notice: the one that it names; where it names none, each sent by the ruling."""
    named = appeal.notice_sent_on in {None, notice.sent_on}
    return named and appeal.closed_on is not None and notice.sent_on <= appeal.closed_on


class Use(NamedTuple):
    """The days that are looked at: mean utilisation, days with data, and servers that ran nothing in them."""

    mean: Fraction | None
    days: int
    idle_servers: int


def proposal(lease: LeaseUse, history: History, as_of: dt.date, rules: ReclaimRules) -> tuple[Proposal, Reason | None]:
    """The proposal for one lease, with the reason when it is to lose something or cannot be judged."""
    use = _use(lease, as_of, rules)
    ground, because = _ground(lease, history, use, as_of, rules)
    if ground is None:
        return _made(lease, use, "none", because), _nothing_done(lease, use, because, as_of)
    servers = lease.servers if ground == "off_purpose" else use.idle_servers
    if any(history.is_open(appeal) for appeal in history.appeals):
        action: Action = "wait_for_appeal"
        answer_by = None
    else:
        action, answer_by = _step(history, ground, rules)
    made = _made(lease, use, action, ground, servers=servers, answer_by=answer_by)
    detail = {"action": action, "servers": str(servers)}
    if ground == "below_floor":
        detail |= {"utilisation": str(made.utilisation), "utilisation_floor": rules.utilisation_floor}
    else:
        detail |= {"confirmed_on": max(row.confirmed_on for row in history.off_purpose).isoformat()}
    return made, Reason(item=lease.id, code=ground, detail=detail)


def _use(lease: LeaseUse, as_of: dt.date, rules: ReclaimRules) -> Use:
    """The published number of days before the decision, within the lease.

    A server that ran anything in any of them is not idle. Where it is not recorded how many did,
    only a day without any utilisation is known to have had none.
    """
    first = max(as_of - dt.timedelta(days=rules.floor_days), lease.from_on)
    days = [day for day in lease.days if first <= day.day < min(as_of, lease.to_on) and day.utilisation is not None]
    if not days:
        return Use(None, 0, 0)
    total = sum((exact(day.utilisation) for day in days if day.utilisation is not None), Fraction(0))
    return Use(total / len(days), len(days), lease.servers - max(_busy(day, lease) for day in days))


def _busy(day: DayUse, lease: LeaseUse) -> int:
    if day.busy_servers is not None:
        return day.busy_servers
    return lease.servers if day.utilisation is None or exact(day.utilisation) else 0


def _ground(lease: LeaseUse, history: History, use: Use, as_of: dt.date, rules: ReclaimRules) -> tuple[Ground | None, Because]:
    """The ground for doing something; or None, and why nothing is done."""
    if not lease.from_on <= as_of < lease.to_on:
        return None, "not_running"
    settled = history.settled("off_purpose")
    if any(settled is None or row.confirmed_on > settled[0] for row in history.off_purpose):
        return "off_purpose", "off_purpose"
    first = as_of - dt.timedelta(days=rules.floor_days)
    if first < lease.from_on or use.mean is None or use.days < rules.minimum_data_days:
        return None, "not_enough_data"
    if use.mean >= exact(rules.utilisation_floor):
        return None, "enough_use"
    settled = history.settled("below_floor")
    if settled and first < settled[0]:
        return None, settled[1]
    return ("below_floor", "below_floor") if use.idle_servers else (None, "no_idle_part")


def _step(history: History, ground: Ground, rules: ReclaimRules) -> tuple[Action, dt.date]:
    """First a notice, then time to answer, then a judgement of an answer in time, then the reclaim."""
    notice = _notice_in_force(history, ground, rules)
    if notice is None:
        return "notice", history.as_of + dt.timedelta(days=rules.answer_days)
    answer_by = notice.sent_on + dt.timedelta(days=rules.answer_days)
    answered_in_time = notice.answered_on is not None and notice.answered_on <= min(answer_by, history.as_of)
    if history.as_of <= answer_by or (answered_in_time and history.answer(notice) is None):
        return "wait_for_answer", answer_by
    return "reclaim", answer_by


def _notice_in_force(history: History, ground: Ground, rules: ReclaimRules) -> Notice | None:
    """The latest notice about this: of off-purpose use since it was confirmed, of idleness while it is fresh.

    A notice of idleness lapses when its answer time and then the published days have passed, so that
    nobody loses servers in autumn over a notice of spring; an appeal stops that clock until it closes.
    """
    found = [notice for notice in history.notices if notice.because in {ground, None} and not history.answer(notice)]
    found = [notice for notice in found if not history.is_settled(notice, ground)]
    if ground == "off_purpose":
        settled = history.settled(ground)
        first = min(row.confirmed_on for row in history.off_purpose if settled is None or row.confirmed_on > settled[0])
        found = [notice for notice in found if notice.sent_on >= first]
    else:
        fresh = history.as_of - dt.timedelta(days=rules.floor_days + rules.answer_days)
        found = [notice for notice in found if max(notice.sent_on, history.heard_until(notice) or notice.sent_on) >= fresh]
    # Of two of one day the one whose answer waits for a judgement counts: doubt is in the user's favour.
    return max(
        found,
        key=lambda notice: (notice.sent_on, notice.answered_on or dt.date.min, notice.answer_accepted is None),
        default=None,
    )


def _made(
    lease: LeaseUse, use: Use, action: Action, because: Because, *, servers: int = 0, answer_by: dt.date | None = None
) -> Proposal:
    return Proposal(
        lease=lease.id,
        action=action,
        because=because,
        servers=servers,
        utilisation=None if use.mean is None else decimal_text(use.mean, SHARE_DECIMALS),
        days_with_data=use.days,
        answer_by=answer_by,
    )


def _nothing_done(lease: LeaseUse, use: Use, because: Because, as_of: dt.date) -> Reason | None:
    """A lease that could not be judged, or that is low and keeps all the same, is told why."""
    if because in {"enough_use", "not_running"}:
        return None
    detail = {"days_with_data": str(use.days)}
    if because == "not_enough_data":
        detail["days_since_start"] = str((as_of - lease.from_on).days)
    return Reason(item=lease.id, code=because, detail=detail)
