"""What happens on the clusters: changes, usage, notices and appeals."""

from typing import Annotated, Literal

from msgspec import Meta

from dure.formats.commands.kinds import Command, Key, LongText, Number
from dure.formats.kinds import Count, Date, Part, Share
from dure.formats.stages.metering import Interval, Job, OwnUseContract, Telemetry
from dure.formats.stages.provisioning import Observed

Period = Annotated[
    str, Meta(pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])$(?!\n)", description="calendar month, YYYY-MM, in the programme's zone")
]


class Window(Part, frozen=True, kw_only=True):
    """When one server or one pod is out of service; exactly one of the two is named."""

    server: Annotated[Key | None, Meta(description="server that is out; null where a whole pod is")] = None
    pod: Annotated[Key | None, Meta(description="pod that is out as a whole; null where one server is")] = None
    from_on: Annotated[Date, Meta(description="first day out of service")]
    to_on: Annotated[Date, Meta(description="first day in service again")]


class PlanMaintenance(Command, frozen=True, kw_only=True):
    """State all planned maintenance of a pool; rounds solved from now on leave those weeks out."""

    pool: Annotated[Key, Meta(description="pool whose servers are maintained")]
    windows: Annotated[tuple[Window, ...], Meta(max_length=50_000, description="windows; an empty list cancels all")]


class ReportClusterState(Command, frozen=True, kw_only=True):
    """State what a pool's cluster was read to have: what provisioning compares with the grants."""

    pool: Annotated[Key, Meta(description="pool whose cluster was read")]
    observed: Annotated[
        tuple[Observed, ...], Meta(max_length=200_000, description="accounts, people, limits and reservations found")
    ]


class MarkChangesApplied(Command, frozen=True, kw_only=True):
    """Record that planned changes were made on the cluster and read back."""

    entry: Annotated[Number, Meta(description="journal number of the approved provisioning")]
    orders: Annotated[tuple[Number, ...], Meta(max_length=100_000, description="numbers of the changes; empty means all")] = ()


class MarkChangesUndone(Command, frozen=True, kw_only=True):
    """Record that applied changes were taken back on the cluster."""

    entry: Annotated[Number, Meta(description="journal number of the approved provisioning")]
    orders: Annotated[tuple[Number, ...], Meta(max_length=100_000, description="numbers of the changes; empty means all")] = ()


class ReportUsage(Command, frozen=True, kw_only=True):
    """State what scheduler and telemetry recorded in a month: what metering is decided from."""

    period: Annotated[Period, Meta(description="month that the records cover")]
    jobs: Annotated[tuple[Job, ...], Meta(description="scheduler records")]
    telemetry: Annotated[tuple[Telemetry, ...], Meta(description="GPU telemetry by server and span")] = ()
    maintenance: Annotated[tuple[Interval, ...], Meta(description="servers under maintenance")] = ()
    gaps: Annotated[tuple[Interval, ...], Meta(description="spans without any record")] = ()
    own_use: Annotated[tuple[Interval, ...], Meta(description="providers' own use of their part")] = ()
    own_use_contracts: Annotated[tuple[OwnUseContract, ...], Meta(description="contracted own-use shares")] = ()


class DayOfUse(Part, frozen=True, kw_only=True):
    """One grant's utilisation on one day."""

    grant: Annotated[Key, Meta(description="ROUND/APPLICATION of what was granted")]
    day: Annotated[Date, Meta(description="day in the programme's zone")]
    utilisation: Annotated[Share | None, Meta(description="part of the GPU-seconds held that were used; null: no data")]
    busy_servers: Annotated[Count | None, Meta(description="servers on which something ran; null: no data")] = None


class RecordDailyUse(Command, frozen=True, kw_only=True):
    """Enter utilisation by grant and day: what reclaim reads. A day known already is replaced."""

    days: Annotated[tuple[DayOfUse, ...], Meta(min_length=1, max_length=1_000_000, description="days, grant by grant")]


class AnswerNotice(Command, frozen=True, kw_only=True):
    """Answer a notice of reclaim for one's own grant."""

    grant: Annotated[Key, Meta(description="ROUND/APPLICATION of what was granted")]
    answer: Annotated[str, Meta(min_length=1, max_length=4000, description="why the servers were not used, and what follows")]
    notice: Annotated[Date | None, Meta(description="day on which it was sent; null: the only one that waits")] = None


class JudgeAnswer(Command, frozen=True, kw_only=True):
    """Accept or reject the answer to a notice."""

    grant: Annotated[Key, Meta(description="ROUND/APPLICATION of what was granted")]
    accepted: Annotated[bool, Meta(description="whether the answer is accepted")]
    notice: Annotated[Date | None, Meta(description="day on which it was sent; null: the only one that waits")] = None


class OpenAppeal(Command, frozen=True, kw_only=True):
    """Object to a reclaim of one's own grant: nothing is reclaimed while the appeal is open."""

    grant: Annotated[Key, Meta(description="ROUND/APPLICATION of what was granted")]
    text: Annotated[str, Meta(min_length=1, max_length=4000, description="grounds of the appeal")]
    notice: Annotated[Date | None, Meta(description="day on which it was sent; null: the only one that waits")] = None


class CloseAppeal(Command, frozen=True, kw_only=True):
    """Decide an appeal."""

    grant: Annotated[Key, Meta(description="ROUND/APPLICATION of what was granted")]
    upheld: Annotated[bool, Meta(description="whether the appeal succeeds")]
    finding: Annotated[LongText, Meta(description="finding, as the appellant reads it")]


class ConfirmOffPurpose(Command, frozen=True, kw_only=True):
    """Confirm that a grant was used for another purpose than it was given for."""

    grant: Annotated[Key, Meta(description="ROUND/APPLICATION of what was granted")]
    confirmed_on: Annotated[Date, Meta(description="day of the confirmation")]
    share: Annotated[Share, Meta(description="part of the use that was off purpose")]
    evidence: Annotated[str, Meta(min_length=1, max_length=4000, description="what shows it")]


class ReportAchievement(Command, frozen=True, kw_only=True):
    """Report a result of a grant with its evidence; it counts once somebody has verified it."""

    id: Annotated[Key, Meta(description="that of the application, a hyphen, and what tells the result apart; chosen once")]
    grant: Annotated[Key, Meta(description="ROUND/APPLICATION of what was granted")]
    kind: Annotated[
        Literal["paper", "model", "patent", "product", "revenue", "people_trained"], Meta(description="kind of result")
    ]
    count: Annotated[Count, Meta(description="how many; 0 where only revenue is reported")] = 0
    revenue: Annotated[int, Meta(ge=0, le=2**53 - 1, description="revenue in the smallest unit of the currency")] = 0
    evidence: Annotated[str, Meta(max_length=4000, description="where it can be seen; empty evidence is never verified")] = ""
    achieved_on: Annotated[
        Date | None,
        Meta(description="day on which it was published, filed or earned, by which it counts to a period; null: today"),
    ] = None


class AskForReports(Command, frozen=True, kw_only=True):
    """Ask all grants of a round that begin by a day for a report by that day."""

    round: Annotated[Key, Meta(description="stable id under which it was opened")]
    due_on: Annotated[Date, Meta(description="day by which each report is due")]


class SubmitReport(Command, frozen=True, kw_only=True):
    """Hand in a report on one's own grant."""

    grant: Annotated[Key, Meta(description="ROUND/APPLICATION of what was granted")]
    due_on: Annotated[Date, Meta(description="day by which the report was asked for")]
    text: Annotated[
        str,
        Meta(
            max_length=20_000,
            description="what was done with the GPUs, in the holder's words; empty where the agency has it in writing",
        ),
    ] = ""


class VerifyAchievements(Command, frozen=True, kw_only=True):
    """Confirm that the evidence of results has been looked at."""

    achievements: Annotated[tuple[Key, ...], Meta(min_length=1, max_length=10_000, description="ids of the results")]
