"""Decisions: file a recommendation from the records, and answer it."""

from typing import Annotated, Any

from msgspec import Meta

from dure.formats.commands.kinds import Command, Key, Note, Number


class FileDecision(Command, frozen=True, kw_only=True):
    """Decide from what the records say, have it checked, and file it for another person's approval."""

    subject: Annotated[Key, Meta(description="what it is about: a call, a round, a month, a day")]
    facts: Annotated[
        dict[str, Any] | None,
        Meta(
            description="facts as a person edited them; null means as the records give them. Each edit is filed with both values"
        ),
    ] = None


class ApproveDecision(Command, frozen=True, kw_only=True):
    """Approve a filed recommendation: it takes effect in the records in the same transaction, or not at all."""

    entry: Annotated[Number, Meta(description="number of the recommendation in the journal")]
    note: Annotated[Note, Meta(description="remark, kept with the approval")] = ""


class RefuseDecision(Command, frozen=True, kw_only=True):
    """Refuse a filed recommendation: it can never take effect."""

    entry: Annotated[Number, Meta(description="number of the recommendation in the journal")]
    note: Annotated[str, Meta(min_length=1, max_length=4000, description="reason of the refusal")]
