"""Documents that are attached to an application or a grant, or published with a call."""

from typing import Annotated, Literal

from msgspec import Meta

from dure.formats.commands.kinds import Command, Key

Title = Annotated[str, Meta(min_length=1, max_length=200)]
# A file that the same person handed in: forms ask for the file itself.
HandedIn = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)", extra_json_schema={"format": "file"})]


class AttachToApplication(Command, frozen=True, kw_only=True):
    """Attach a document to an application of one's own, until the deadline of its call."""

    application: Annotated[Key, Meta(description="application that it belongs to")]
    title: Annotated[Title, Meta(title="Title of the document", description="what it is, in a few words")]
    file: Annotated[HandedIn, Meta(title="File", description="SHA-256 of what the same person handed in within the last day")]


class AttachToGrant(Command, frozen=True, kw_only=True):
    """Attach a document to what one's own grant was asked: to an answer, an appeal or a report."""

    grant: Annotated[Key, Meta(description="ROUND/APPLICATION of what was granted")]
    to: Annotated[
        Literal["answer", "appeal", "report"],
        Meta(title="What it belongs to", description="what it supports: an answer to a notice, an appeal, or a report"),
    ]
    title: Annotated[Title, Meta(title="Title of the document", description="what it is, in a few words")]
    file: Annotated[HandedIn, Meta(title="File", description="SHA-256 of what the same person handed in within the last day")]


class PublishWithProviderCall(Command, frozen=True, kw_only=True):
    """Publish a document with a call for providers, for everybody to read."""

    call: Annotated[Key, Meta(description="stable id under which the call was opened")]
    title: Annotated[Title, Meta(title="Title of the document", description="what it is, in a few words")]
    file: Annotated[HandedIn, Meta(title="File", description="SHA-256 of what the same person handed in within the last day")]


class PublishWithUserCall(Command, frozen=True, kw_only=True):
    """Publish a document with a call for users, for everybody to read."""

    call: Annotated[Key, Meta(description="stable id under which the user call was opened")]
    title: Annotated[Title, Meta(title="Title of the document", description="what it is, in a few words")]
    file: Annotated[HandedIn, Meta(title="File", description="SHA-256 of what the same person handed in within the last day")]


class RemoveDocument(Command, frozen=True, kw_only=True):
    """Remove a document of one's own while it could still be attached. That it was there stays on record."""

    document: Annotated[Key, Meta(title="Document", description="KIND/ID/NUMBER, as the page of its subject names it")]


class UnpublishDocument(Command, frozen=True, kw_only=True):
    """Take a published document away, as one that was published in error. That it was there stays on record."""

    document: Annotated[Key, Meta(title="Document", description="KIND/ID/NUMBER, as the page of its subject names it")]
