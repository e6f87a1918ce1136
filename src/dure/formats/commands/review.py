"""Expert committees: seats, conflicts of interest, score sheets and site visits."""

from typing import Annotated, Literal

from msgspec import Meta

from dure.formats.commands.kinds import Command, Key, NewKey, Note
from dure.formats.kinds import Amount, Date
from dure.formats.stages.evaluation import Criterion


class SeatPanel(Command, frozen=True, kw_only=True):
    """Seat an expert committee for the items of a call; its criteria are fixed here."""

    id: Annotated[NewKey, Meta(description="stable id of the panel, chosen once")]
    kind: Annotated[
        Literal["proposal", "application"], Meta(description="whether providers' proposals or applications are judged")
    ]
    call: Annotated[Key, Meta(description="id of the call for providers, or of the user call")]
    criteria: Annotated[tuple[Criterion, ...], Meta(min_length=1, max_length=100, description="criteria with their weights")]
    draw_seed: Annotated[Key, Meta(description="published seed of the draw that ends the tie order")]
    seats: Annotated[
        dict[Key, Key | None],
        Meta(
            min_length=1,
            max_length=500,
            description="each evaluator by code, with the person; null where not named",
        ),
    ]


class ReplaceEvaluator(Command, frozen=True, kw_only=True):
    """Give somebody else a seat in place of an evaluator who has handed in no sheet; the old seat judges nothing any more."""

    panel: Annotated[Key, Meta(description="stable id under which it was seated")]
    evaluator: Annotated[Key, Meta(description="code of the evaluator who leaves")]
    person: Annotated[Key, Meta(description="who judges in that place")]
    code: Annotated[Key, Meta(description="code of the new evaluator, which no seat of the panel has had")]


class DeclareConflict(Command, frozen=True, kw_only=True):
    """Step back from an item: sheets for it are refused from now on, and earlier ones no longer count."""

    panel: Annotated[Key, Meta(description="stable id under which it was seated")]
    evaluator: Annotated[Key, Meta(description="evaluator's code")]
    item: Annotated[Key, Meta(description="proposal or application")]
    reason: Annotated[str, Meta(min_length=1, max_length=400, description="nature of the conflict")]


class SubmitScoreSheet(Command, frozen=True, kw_only=True):
    """Hand in one evaluator's points for one item; where there is a sheet, this is its next version."""

    panel: Annotated[Key, Meta(description="stable id under which it was seated")]
    evaluator: Annotated[Key, Meta(description="evaluator's code")]
    item: Annotated[Key, Meta(description="proposal or application")]
    points: Annotated[
        dict[str, Amount], Meta(min_length=1, max_length=100, description="points per judged criterion, from 0 to its weight")
    ]


class RecordSiteVisit(Command, frozen=True, kw_only=True):
    """Enter the points of an inspection on the site."""

    panel: Annotated[Key, Meta(description="stable id under which it was seated")]
    item: Annotated[Key, Meta(description="proposal whose site was visited")]
    points: Annotated[Amount, Meta(description="points given, at most the published maximum")]
    visited_on: Annotated[Date, Meta(description="day on which the inspectors were there")]
    findings: Annotated[Note, Meta(description="what was found")] = ""


class LockPanel(Command, frozen=True, kw_only=True):
    """End scoring: no sheet is taken in afterwards, and the ranking can be filed."""

    panel: Annotated[Key, Meta(description="stable id under which it was seated")]
