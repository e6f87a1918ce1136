"""The call for providers: notice, questions, proposals and agreements."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from dure.formats.commands.kinds import Command, Key, LongText, NewKey, Note, Number
from dure.formats.kinds import Amount, Date, Instant, Money, Names, Share
from dure.formats.stages.portfolio import Lot


class OpenProviderCall(Command, frozen=True, kw_only=True):
    """Publish a call that selects providers within a budget."""

    id: Annotated[NewKey, Meta(description="stable id of the call, chosen once")]
    title: Annotated[Names, Meta(description="title in the programme's languages; the first is required")]
    budget: Annotated[Money, Meta(description="most that its awards may cost, in the smallest unit of the currency")]
    opened_at: Annotated[Instant, Meta(description="proposals are taken from then on")]
    closes_at: Annotated[Instant, Meta(description="deadline: proposals are taken strictly before it")]
    briefing_at: Annotated[Instant | None, Meta(description="briefing for providers; null where none is held")] = None


class ExtendProviderCall(Command, frozen=True, kw_only=True):
    """Propose a later deadline of an open call; it moves when another person confirms it, and never earlier."""

    call: Annotated[Key, Meta(description="stable id under which it was opened")]
    closes_at: Annotated[Instant, Meta(description="new deadline, later than the present one")]
    reason: Annotated[LongText, Meta(description="why, as published")]


class ConfirmExtension(Command, frozen=True, kw_only=True):
    """Confirm the later deadline that another person has proposed; from then on it holds."""

    call: Annotated[Key, Meta(description="stable id under which it was opened")]
    closes_at: Annotated[Instant, Meta(description="new deadline, exactly as it was proposed")]


class AskQuestion(Command, frozen=True, kw_only=True):
    """Ask a question about a call; the answer is published to everybody."""

    call: Annotated[Key, Meta(description="stable id under which it was opened")]
    question: Annotated[str, Meta(min_length=1, max_length=4000, description="question as it will be published")]


class AnswerQuestion(Command, frozen=True, kw_only=True):
    """Publish the answer to a question."""

    question: Annotated[Number, Meta(description="number that it got when it was asked")]
    answer: Annotated[str, Meta(min_length=1, max_length=4000, description="answer as it will be published")]


class SubmitProposal(Command, frozen=True, kw_only=True):
    """Hand in a proposal before the deadline; a later version supersedes an earlier one."""

    call: Annotated[Key, Meta(description="stable id under which it was opened")]
    id: Annotated[
        NewKey, Meta(description="id of this version of the proposal, chosen once; a provider begins it with its own id")
    ]
    provider: Annotated[Key, Meta(description="organisation that proposes")]
    lots: Annotated[
        tuple[Lot, ...], Meta(min_length=1, max_length=500, description="what is offered, lot by lot, in quantity steps")
    ]
    spc_participant: Annotated[bool, Meta(description="takes part in the special-purpose company that has priority")] = False
    cooling: Annotated[Key | None, Meta(description="how the servers are cooled; null when not stated")] = None


class ProposalCheck(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the office found in one proposal."""

    proposal: Annotated[Key, Meta(description="id of the version that counts")]
    gate: Annotated[Literal["pass", "fail"], Meta(description="result of the document check; a proposal that fails is excluded")]
    reason: Annotated[Note, Meta(description="what the documents lack, as the bidder reads it; needed where they fail")] = ""
    values: Annotated[dict[str, Amount], Meta(description="measured value per computed criterion of the call")] = {}


class CheckProposals(Command, frozen=True, kw_only=True):
    """Enter what the document check of proposals found, and their measured values, once the call has closed.

    A proposal that was checked before gets the new result, until awards are made. Without a check it cannot be ranked.
    """

    call: Annotated[Key, Meta(description="stable id under which it was opened")]
    checks: Annotated[tuple[ProposalCheck, ...], Meta(min_length=1, max_length=500, description="proposals that were checked")]


class PriceAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one bidder answered about one lot."""

    proposal: Annotated[Key, Meta(description="id of the version that counts")]
    lot: Annotated[Key, Meta(description="id of the lot within the proposal")]
    matches_lowest: Annotated[bool, Meta(description="the bidder supplies the lot at the lowest price of its model")]


class NotePriceAnswers(Command, frozen=True, kw_only=True):
    """Enter which bidders supply at the lowest price of the model, as they were asked. A later answer replaces an earlier one."""

    call: Annotated[Key, Meta(description="stable id under which it was opened")]
    answers: Annotated[
        tuple[PriceAnswer, ...], Meta(min_length=1, max_length=500, description="lots about which an answer has come")
    ]


class SignAgreements(Command, frozen=True, kw_only=True):
    """Sign one agreement per awarded provider of a call, over all its awards that have none yet."""

    call: Annotated[Key, Meta(description="stable id under which it was opened")]
    signed_on: Annotated[Date, Meta(description="day of signature")]
    starts_on: Annotated[Date, Meta(description="first day of the term; the published number of months follows")]
    owner: Annotated[Key, Meta(description="organisation that owns the GPUs")]
    user_right: Annotated[Key, Meta(description="organisation that has the right of use")]


class AmendAgreement(Command, frozen=True, kw_only=True):
    """Add a version to an agreement; earlier versions stay. Terms that are null stay as they are."""

    agreement: Annotated[Key, Meta(description="stable id given at signature, CALL-PROVIDER")]
    agreed_on: Annotated[Date, Meta(description="day of the amendment")]
    reason: Annotated[LongText, Meta(description="why the terms change")]
    ends_on: Annotated[Date | None, Meta(description="first day that is no longer covered; null: unchanged")] = None
    owner: Annotated[Key | None, Meta(description="organisation that owns the GPUs; null: unchanged")] = None
    user_right: Annotated[Key | None, Meta(description="organisation that has the right of use; null: unchanged")] = None
    own_use_share: Annotated[
        Share | None, Meta(description="part of the GPUs that the provider may use itself; null: unchanged")
    ] = None
    terms: Annotated[dict[str, Any] | None, Meta(description="further terms, by name; null: unchanged")] = None


class SetMilestone(Command, frozen=True, kw_only=True):
    """Enter or update a date of the programme's calendar. Dates that are null stay as they are."""

    key: Annotated[Key, Meta(description="id of the milestone, from the programme's vocabulary")]
    promised_on: Annotated[Date | None, Meta(description="day that was promised; null: unchanged")] = None
    actual_on: Annotated[Date | None, Meta(description="day on which it happened; null: unchanged")] = None
    cause: Annotated[Note, Meta(description="why it is late; empty when it is not known")] = ""
