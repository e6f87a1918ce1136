"""A record that must be there, or one clear sentence."""

from typing import TypeVar

from dure.formats.errors import BadInput

T = TypeVar("T")


def found(record: T | None, what: str, key: str) -> T:
    """The record; raise when there is none."""
    if record is None:
        raise BadInput(f"there is no {what} {key!r}.", todo="Check the id; an earlier stage may not have been carried out.", code="unknown_id")
    return record
