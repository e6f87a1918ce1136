"""reclaim: idle or misused leases and a waiting list become proposals.

What is dated after `as_of` is not known yet and is not read, so an old decision can be made again.
"""

from typing import ClassVar, Literal

from dure.formats.kinds import Count, Date, Facts, Id, Part, Positive, Recommendation, Rules, Share, Text

Ground = Literal["below_floor", "off_purpose"]


class DayUse(Part, frozen=True, kw_only=True):
    """One day's utilisation; empty means no data, which is not idle. `busy_servers`: servers that ran anything."""

    day: Date
    utilisation: Share | None
    busy_servers: Count | None = None


class LeaseUse(Part, frozen=True, kw_only=True):
    """A lease in [from_on, to_on) and its use, day by day."""

    id: Id
    organisation: Id
    gpu_model: Id
    servers: Positive
    from_on: Date
    to_on: Date
    days: tuple[DayUse, ...]


class OffPurpose(Part, frozen=True, kw_only=True):
    """Use for another purpose than granted, confirmed by a person."""

    lease: Id
    confirmed_on: Date
    evidence: Text


class Notice(Part, frozen=True, kw_only=True):
    """`answer_accepted`: empty until someone has judged the answer. `because` empty: for either ground."""

    lease: Id
    sent_on: Date
    because: Ground | None = None
    answered_on: Date | None = None
    answer_accepted: bool | None = None


class Appeal(Part, frozen=True, kw_only=True):
    """Open from `opened_on` until `closed_on`; `upheld`: the lease was right, and what came before is settled."""

    lease: Id
    opened_on: Date
    closed_on: Date | None = None
    upheld: bool = False


class Waiting(Part, frozen=True, kw_only=True):
    """An application on the waiting list; `place` 1 is first."""

    application: Id
    place: Positive
    gpu_models: tuple[Id, ...]
    servers: Positive
    minimum_servers: Positive
    weeks: Positive


class ReclaimFacts(Facts, frozen=True, kw_only=True):
    as_of: Date
    leases: tuple[LeaseUse, ...]
    off_purpose: tuple[OffPurpose, ...] = ()
    notices: tuple[Notice, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    waiting: tuple[Waiting, ...] = ()


class ReclaimRules(Rules, frozen=True, kw_only=True):
    """Mean utilisation of the last `floor_days` days below `utilisation_floor` is too little.

    At least `minimum_data_days` of these days must have data. `answer_days`: time to answer a notice.
    """

    topic: ClassVar[str] = "reclaim"
    utilisation_floor: Share
    floor_days: Positive
    answer_days: Positive
    minimum_data_days: Positive


class Proposal(Part, frozen=True, kw_only=True):
    """What to do with one lease, why, and the servers that it is about (none when nothing is to be done)."""

    lease: Id
    action: Literal["notice", "reclaim", "wait_for_answer", "wait_for_appeal", "none"]
    because: Literal[
        "below_floor",
        "off_purpose",
        "enough_use",
        "not_enough_data",
        "answer_accepted",
        "appeal_upheld",
        "no_idle_part",
        "not_running",
    ]
    servers: Count
    utilisation: Share | None
    days_with_data: Count
    answer_by: Date | None


class Regrant(Part, frozen=True, kw_only=True):
    """Servers handed to the first on the waiting list who fits."""

    application: Id
    lease: Id
    servers: Positive
    weeks: Positive


class ReclaimRecommendation(Recommendation, frozen=True, kw_only=True):
    proposals: tuple[Proposal, ...]
    regrants: tuple[Regrant, ...]
