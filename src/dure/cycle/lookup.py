"""A record that must be there, or one clear sentence."""

from typing import TypeVar

from dure.formats.errors import BadInput
from dure.records.review.models import Panel

T = TypeVar("T")


def found(record: T | None, what: str, key: str) -> T:
    """The record; raises `BadInput` with code `unknown_id` when there is none."""
    if record is None:
        raise BadInput(
            f"there is no {what} {key!r}.",
            todo="Check the id; an earlier stage may not have been carried out.",
            code="unknown_id",
            detail={"what": what, "id": key},
        )
    return record


def locked(panel: Panel) -> Panel:
    """The panel, if its scoring has ended."""
    if panel.locked_at is None:
        raise BadInput("scoring has not ended.", where=f"panel {panel.pk}", todo="Lock the panel first.", code="panel_not_locked")
    return panel
