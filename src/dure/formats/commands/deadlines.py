"""What the worker does to a deadline by the outage rule."""

from typing import Annotated, Literal

from msgspec import Meta

from dure.formats.commands.kinds import Command
from dure.formats.kinds import Instant


class ExtendForClocks(Command, frozen=True, kw_only=True):
    """Move a deadline later because the database's clock did not agree with others in the last hour before it."""

    about: Annotated[
        str, Meta(max_length=170, pattern=r"^(call|user_call)/[^\x00-\x1f\x7f]+$(?!\n)", description="the call, as KIND/ID")
    ]
    closes_at: Annotated[Instant, Meta(description="deadline from now on, later by what the rule says")]
    judged: Annotated[Literal["not agreed", "not known"], Meta(description="what the comparisons with other clocks showed")]
