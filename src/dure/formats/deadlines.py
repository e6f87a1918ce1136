"""deadlines: what happens where clocks do not agree before one."""

from typing import Annotated, ClassVar

from msgspec import Meta

from dure.formats.kinds import Rules


class DeadlineRules(Rules, frozen=True, kw_only=True):
    """How a deadline moves by itself where the database's clock does not agree with others in the last hour before it."""

    topic: ClassVar[str] = "deadlines"
    clock_extension_minutes: Annotated[
        int, Meta(ge=1, le=1440), Meta(description="minutes by which a deadline moves each time that it moves by itself")
    ]
    clock_extensions_most: Annotated[
        int, Meta(ge=0, le=5), Meta(description="how often one deadline may move by itself; 0: officers are told, and it stays")
    ]
