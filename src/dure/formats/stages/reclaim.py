"""reclaim: idle or misused leases and a waiting list become proposals.

What is dated after `as_of` is not known yet and is not read, so an old decision can be made again.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Count, Date, Facts, Id, Part, Positive, Recommendation, Rules, Share, Text

Ground = Literal["below_floor", "off_purpose"]


class DayUse(Part, frozen=True, kw_only=True):
    """One day of a lease."""

    day: Annotated[Date, Meta(description="calendar day measured")]
    utilisation: Annotated[
        Share | None, Meta(description="part of the GPUs' time used, from metering; null: no data, which is not idle")
    ]
    busy_servers: Annotated[Count | None, Meta(description="servers that ran anything; null: not recorded")] = None


class LeaseUse(Part, frozen=True, kw_only=True):
    """A lease and its use, day by day."""

    id: Annotated[Id, Meta(description="unique in the file; notices and appeals refer to it")]
    organisation: Annotated[Id, Meta(description="holder of the lease")]
    gpu_model: Annotated[Id, Meta(description="type of its GPUs")]
    servers: Annotated[Positive, Meta(description="size of the lease")]
    from_on: Annotated[Date, Meta(description="first day")]
    to_on: Annotated[Date, Meta(description="first day after the lease")]
    days: Annotated[tuple[DayUse, ...], Meta(description="measurements; a day may be absent")]


class OffPurpose(Part, frozen=True, kw_only=True):
    """Use for another purpose than granted, confirmed by a person."""

    lease: Annotated[Id, Meta(description="id in `leases` of the facts")]
    confirmed_on: Annotated[Date, Meta(description="day of the finding")]
    evidence: Annotated[Text, Meta(description="grounds of the finding")]


class Notice(Part, frozen=True, kw_only=True):
    """A warning to the holder, with time to answer."""

    lease: Annotated[Id, Meta(description="id in `leases` of the facts")]
    sent_on: Annotated[Date, Meta(description="day from which the time to answer runs")]
    because: Annotated[Ground | None, Meta(description="ground that was given; null: it serves for either")] = None
    answered_on: Annotated[Date | None, Meta(description="day of the holder's answer; null: none yet")] = None
    answer_accepted: Annotated[bool | None, Meta(description="judgement on the answer; null: nobody has judged it yet")] = None


class Appeal(Part, frozen=True, kw_only=True):
    """An objection by the holder, which stops everything while it is open."""

    lease: Annotated[Id, Meta(description="id in `leases` of the facts")]
    opened_on: Annotated[Date, Meta(description="first day of the appeal")]
    closed_on: Annotated[Date | None, Meta(description="day of the ruling; null: still open")] = None
    upheld: Annotated[
        bool,
        Meta(description="whether the holder was right, which settles its notice, and all use and findings before the ruling"),
    ] = False
    notice_sent_on: Annotated[
        Date | None,
        Meta(description="day of the one notice that it is against; null: not told, and all before the ruling are meant"),
    ] = None


class Waiting(Part, frozen=True, kw_only=True):
    """An application on the waiting list."""

    application: Annotated[Id, Meta(description="id in the records of the round")]
    place: Annotated[Positive, Meta(description="position, 1 first")]
    gpu_models: Annotated[tuple[Id, ...], Meta(description="types that it accepts")]
    servers: Annotated[Positive, Meta(description="most that it can use")]
    minimum_servers: Annotated[Positive, Meta(description="fewest with which it can start")]
    weeks: Annotated[Positive, Meta(description="duration asked for")]


class ReclaimFacts(Facts, frozen=True, kw_only=True):
    as_of: Annotated[Date, Meta(description="day of the decision; later entries are not read")]
    leases: Annotated[tuple[LeaseUse, ...], Meta(description="every lease to be judged")]
    off_purpose: Annotated[tuple[OffPurpose, ...], Meta(description="findings of misuse; empty: none")] = ()
    notices: Annotated[tuple[Notice, ...], Meta(description="warnings sent so far")] = ()
    appeals: Annotated[tuple[Appeal, ...], Meta(description="objections so far, open and closed")] = ()
    waiting: Annotated[
        tuple[Waiting, ...], Meta(description="list of applications from which reclaimed servers are regranted")
    ] = ()


class ReclaimRules(Rules, frozen=True, kw_only=True):
    topic: ClassVar[str] = "reclaim"
    utilisation_floor: Annotated[Share, Meta(description="mean utilisation below which a lease is used too little")]
    floor_days: Annotated[Positive, Meta(description="days before the decision over which the mean is taken")]
    answer_days: Annotated[Positive, Meta(description="days that a holder has to answer a notice")]
    minimum_data_days: Annotated[Positive, Meta(description="fewest of the `floor_days` that must have data")]


class Proposal(Part, frozen=True, kw_only=True):
    """What to do about one lease, and why."""

    lease: Annotated[Id, Meta(description="id in `leases` of the facts")]
    action: Annotated[
        Literal["notice", "reclaim", "wait_for_answer", "wait_for_appeal", "none"],
        Meta(description="next step of the procedure; `none`: nothing is to be done"),
    ]
    because: Annotated[
        Literal[
            "below_floor",
            "off_purpose",
            "enough_use",
            "not_enough_data",
            "answer_accepted",
            "appeal_upheld",
            "no_idle_part",
            "not_running",
        ],
        Meta(description="ground for the step, or why none is taken"),
    ]
    servers: Annotated[Count, Meta(description="servers concerned; 0: nothing is to be done")]
    utilisation: Annotated[Share | None, Meta(description="mean over the days looked at; null: no day has data")]
    days_with_data: Annotated[Count, Meta(description="of the days looked at")]
    answer_by: Annotated[
        Date | None, Meta(description="last day to answer the notice; null: nothing is to be done, or an appeal is open")
    ]


class Regrant(Part, frozen=True, kw_only=True):
    """Reclaimed servers for the waiting list."""

    application: Annotated[Id, Meta(description="first on the list that fits")]
    lease: Annotated[Id, Meta(description="lease that the servers are taken from")]
    servers: Annotated[Positive, Meta(description="servers handed over")]
    weeks: Annotated[Positive, Meta(description="duration, at most what is left of the lease")]


class ReclaimRecommendation(Recommendation, frozen=True, kw_only=True):
    proposals: Annotated[tuple[Proposal, ...], Meta(description="one entry for each lease, in order of id")]
    regrants: Annotated[tuple[Regrant, ...], Meta(description="transfers, in order of the waiting list")]
