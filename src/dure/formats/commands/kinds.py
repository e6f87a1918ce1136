"""The frame of every command, and the kinds of value that only commands have."""

from typing import Annotated

from msgspec import Meta

from dure.formats.kinds import Part

Key = Annotated[str, Meta(min_length=1, max_length=160, pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)", description="id")]
# An id that is given now: it becomes a part of addresses and of names of files, and what is made later is named after it.
NewKey = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=160,
        pattern=r"^(?!\.{1,2}$)[^\s\/\\\x00-\x1f\x7f]+$(?!\n)",
        description="new id, without blanks and slashes",
    ),
]
Title = Annotated[str, Meta(min_length=1, max_length=300)]
LongText = Annotated[str, Meta(min_length=1, max_length=20_000)]
Note = Annotated[str, Meta(max_length=4000)]
Number = Annotated[int, Meta(ge=1, le=2**53 - 1, description="number that the programme gave it")]


class Command(Part, frozen=True, kw_only=True):
    """One act. Its docstring says what the act does; each field says what it means."""
