"""Decisions: file a recommendation from the records, and answer it."""

from typing import Annotated, Any

from msgspec import Meta

from dure.formats.commands.kinds import Command, Key, Note, Number
from dure.formats.kinds import Part


class FileDecision(Command, frozen=True, kw_only=True):
    """Decide from what the records say, have it checked, and file it for another person's approval."""

    subject: Annotated[Key, Meta(description="what it is about: a call, a round, a month, a day")]
    facts: Annotated[
        dict[str, Any] | None,
        Meta(
            description="facts as a person edited them; null means as the records give them. Each edit is filed with both values"
        ),
    ] = None


class SignedStatement(Part, frozen=True, kw_only=True):
    """What a person signed with a key of their own, to the byte."""

    key: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)", description="id of the key, registered before")]
    statement: Annotated[str, Meta(min_length=1, max_length=4000, description="statement as the server gave it, unaltered")]
    signature: Annotated[str, Meta(min_length=1, max_length=1000, description="signature of the statement, base64url")]
    authenticator_data: Annotated[
        str, Meta(max_length=4000, description="what the passkey adds, base64url; empty for a key file")
    ] = ""
    client_data: Annotated[str, Meta(max_length=4000, description="what the browser adds, base64url; empty for a key file")] = ""


class ApproveDecision(Command, frozen=True, kw_only=True):
    """Approve a filed recommendation: it takes effect in the records in the same transaction, or not at all."""

    entry: Annotated[Number, Meta(description="number of the recommendation in the journal")]
    note: Annotated[Note, Meta(description="remark, kept with the approval")] = ""
    signed: Annotated[
        SignedStatement | None, Meta(description="the approval as signed with a key of one's own; null for who has no key")
    ] = None


class RefuseDecision(Command, frozen=True, kw_only=True):
    """Refuse a filed recommendation: it can never take effect."""

    entry: Annotated[Number, Meta(description="number of the recommendation in the journal")]
    note: Annotated[str, Meta(min_length=1, max_length=4000, description="reason of the refusal")]
    signed: Annotated[
        SignedStatement | None, Meta(description="the refusal as signed with a key of one's own; null for who has no key")
    ] = None
