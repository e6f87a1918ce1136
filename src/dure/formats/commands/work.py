"""What people do to work in the background."""

from typing import Annotated

from msgspec import Meta

from dure.formats.commands.kinds import Command, Number


class CancelJob(Command, frozen=True, kw_only=True):
    """Cancel work in the background; what it has found so far is dropped."""

    job: Annotated[Number, Meta(title="Job", description="as it is numbered in the list of work in the background")]


class RetryJob(Command, frozen=True, kw_only=True):
    """Ask again for work in the background that failed or was cancelled."""

    job: Annotated[Number, Meta(title="Job", description="as it is numbered in the list of work in the background")]
