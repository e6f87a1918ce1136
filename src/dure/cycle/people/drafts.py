"""What a person types and has not sent: saved and deleted for that person alone. No act of the programme, so no command."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dure.records.drafts import actions
from dure.records.drafts.actions import Saved


def save(*, person: Any, command: str, about: str, inputs: Mapping[str, str], base: int, at: dt.datetime) -> Saved:
    """Save what was typed; `base` is the version that this window has. Raises `BadInput` where it is too large."""
    return actions.save(person=person, command=command, about=about, inputs=inputs, base=base, at=at)


def delete(*, person: Any, command: str, about: str, base: int) -> None:
    """Delete what the window with that version has saved there; what other windows saved stays."""
    actions.delete(person=person, command=command, about=about, base=base)
