"""What is wanted: surveys, calls for users, applications, and the allocation round that answers them."""

from typing import Annotated, Literal

from msgspec import Meta

from dure.formats.commands.kinds import Command, Key, NewKey, Title
from dure.formats.kinds import Count, Date, Instant, Names, Part, Positive, Share
from dure.formats.stages.allocation import Sector
from dure.formats.stages.demand import FrameCell, PastEstimate, Response

LONGEST_ROUND = 520  # weeks; nothing can be used for longer than a round covers
StartWeek = Annotated[int, Meta(ge=0, le=LONGEST_ROUND, description="week from 0, the round's first")]
Servers = Annotated[int, Meta(ge=1, le=1_000_000, description="servers")]  # far beyond any programme, and countable in GPUs


class OpenSurvey(Command, frozen=True, kw_only=True):
    """Begin a demand survey of a known frame."""

    id: Annotated[NewKey, Meta(description="stable id of the survey, chosen once")]
    title: Annotated[Names, Meta(description="title in the programme's languages; the first is required")]
    opened_on: Annotated[Date, Meta(description="first day of answering")]
    closed_on: Annotated[Date, Meta(description="last day of answering")]
    invited: Annotated[Positive, Meta(description="organisations invited")]
    frame: Annotated[tuple[FrameCell, ...], Meta(min_length=1, description="organisations that there are, by sector and size")]
    past: Annotated[tuple[PastEstimate, ...], Meta(description="what the last survey estimated, and what then came")] = ()


class RecordSurveyResponses(Command, frozen=True, kw_only=True):
    """Take in answers to a survey; one that repeats another's need names it."""

    survey: Annotated[Key, Meta(description="stable id under which it was opened")]
    responses: Annotated[tuple[Response, ...], Meta(min_length=1, max_length=100_000, description="answers, one by one")]


class OpenUserCall(Command, frozen=True, kw_only=True):
    """Open a call in which organisations apply for GPUs."""

    id: Annotated[NewKey, Meta(description="stable id of the call, chosen once")]
    title: Annotated[Names, Meta(description="title in the programme's languages; the first is required")]
    opens_at: Annotated[Instant, Meta(description="applications are taken from then on")]
    closes_at: Annotated[Instant, Meta(description="deadline: applications are taken strictly before it")]
    gpus_offered: Annotated[Count, Meta(description="GPUs that the call offers in all; 0 when not announced")] = 0


class SubmitApplication(Command, frozen=True, kw_only=True):
    """An organisation applies for GPUs in an open call."""

    call: Annotated[Key, Meta(description="stable id under which the user call was opened")]
    id: Annotated[NewKey, Meta(description="id of the application, chosen once")]
    organisation: Annotated[Key, Meta(description="organisation that applies")]
    sector: Annotated[Key, Meta(description="sector, as the programme's vocabulary names it")]
    title: Annotated[Title, Meta(description="title of the project")]
    purpose: Annotated[Key, Meta(description="purpose, as the vocabulary names it; some are refused by rule")]
    use: Annotated[str, Meta(max_length=80, description="field of use, as the vocabulary names it; empty when not stated")] = ""
    models: Annotated[
        dict[Key, Share], Meta(min_length=1, max_length=20, description="acceptable GPU models, each with its value")
    ]
    servers: Annotated[Servers, Meta(description="servers asked for")]
    minimum_servers: Annotated[Servers, Meta(description="fewest servers with which the project makes sense")]
    weeks: Annotated[int, Meta(ge=1, le=LONGEST_ROUND, description="weeks of use")]
    earliest_week: Annotated[
        StartWeek, Meta(description="week in which the use can begin at the earliest: 0 is the round's first, 1 the one after it")
    ] = 0
    latest_week: Annotated[
        StartWeek,
        Meta(description="last week in which it can begin, counted alike; when left out, any week of the round will do"),
    ] = LONGEST_ROUND  # no round has a week of that number, so that none is too late
    pod: Annotated[Literal["required", "preferred", "any"], Meta(description="whether all servers must share one network")] = (
        "preferred"
    )
    large_project_plan: Annotated[bool, Meta(description="the plan that large projects owe has been handed to the agency")] = (
        False
    )
    supported_by: Annotated[
        tuple[Key, ...], Meta(max_length=50, description="other programmes that support the same project")
    ] = ()
    people: Annotated[
        tuple[Key, ...], Meta(max_length=1000, description="account names of those who will work on the cluster")
    ] = ()
    synthetic: Annotated[bool, Meta(description="invented for a demonstration or a rehearsal")] = False


class Obligation(Part, frozen=True, kw_only=True):
    """What one organisation still owes."""

    organisation: Annotated[Key, Meta(description="organisation that owes")]
    obligations: Annotated[tuple[Key, ...], Meta(min_length=1, max_length=100, description="what it owes, one by one")]


class WithdrawApplication(Command, frozen=True, kw_only=True):
    """Take back an application before the deadline; another can be handed in instead. It cannot be undone."""

    application: Annotated[Key, Meta(description="application that is taken back")]


class NoteObligations(Command, frozen=True, kw_only=True):
    """State what applicants of a call still owe from elsewhere; overdue reports are known already."""

    call: Annotated[Key, Meta(description="stable id under which the user call was opened")]
    owing: Annotated[tuple[Obligation, ...], Meta(max_length=100_000, description="organisations that owe something")]


class SetPolicyPriority(Command, frozen=True, kw_only=True):
    """State the ministry's policy priority by sector: one of the three signals of the shares."""

    from_on: Annotated[Date, Meta(description="day from which shares that read it hold")]
    priority: Annotated[dict[Key, Share], Meta(min_length=1, description="part of each sector; the parts sum to one")]


class OpenRound(Command, frozen=True, kw_only=True):
    """Open the allocation round that answers a user call, with its sectors and the seed of its draw."""

    id: Annotated[NewKey, Meta(description="stable id of the round, chosen once")]
    call: Annotated[Key, Meta(description="user call whose ranked applications it serves")]
    start_on: Annotated[Date, Meta(description="Monday of its first week")]
    weeks: Annotated[int, Meta(ge=1, le=LONGEST_ROUND, description="weeks that it covers")]
    pools: Annotated[tuple[Key, ...], Meta(min_length=1, description="pools whose public servers it allocates")]
    sectors: Annotated[
        tuple[Sector, ...], Meta(min_length=1, description="sectors that the call is open to, with share, floor and ceiling")
    ]
    draw_seed: Annotated[Key, Meta(description="published seed of the draw among equals")]


class SetRoundTerms(Command, frozen=True, kw_only=True):
    """Change the sectors, pools or draw seed of a round for which nothing has been granted yet."""

    round: Annotated[Key, Meta(description="stable id under which it was opened")]
    pools: Annotated[tuple[Key, ...], Meta(min_length=1, description="pools whose public servers it allocates")]
    sectors: Annotated[tuple[Sector, ...], Meta(min_length=1, description="sectors with share, floor and ceiling")]
    draw_seed: Annotated[Key, Meta(description="published seed of the draw among equals")]


class SolveRound(Command, frozen=True, kw_only=True):
    """Solve a round in the background, and file what is found for approval."""

    round: Annotated[Key, Meta(description="stable id under which it was opened")]


class StopSolving(Command, frozen=True, kw_only=True):
    """Stop the running search of a round."""

    round: Annotated[Key, Meta(description="stable id under which it was opened")]
    file_best: Annotated[bool, Meta(description="file the best plan found so far; otherwise nothing is filed")] = False


class ReturnServers(Command, frozen=True, kw_only=True):
    """Give servers of a grant back before its end; they go to the first on the waiting list who fits."""

    grant: Annotated[Key, Meta(description="ROUND/APPLICATION of what was granted")]
    servers: Annotated[tuple[Key, ...], Meta(max_length=5000, description="servers given back; empty means all")] = ()


class LeaveWaitingList(Command, frozen=True, kw_only=True):
    """Give up an application's place on the waiting list of a round."""

    round: Annotated[Key, Meta(description="stable id under which it was opened")]
    application: Annotated[Key, Meta(description="application that no longer waits")]
