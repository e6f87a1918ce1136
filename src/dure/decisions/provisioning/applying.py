"""What does a list of changes make of a cluster, and how is it taken back?"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from dure.formats.stages.provisioning import Change, Observed


def applied(observed: Iterable[Observed], changes: Iterable[Change]) -> tuple[Observed, ...]:
    """The objects after the changes, by kind and name; an attribute set to null is taken away."""
    things = {(thing.kind, thing.name): in_form(thing.attributes) for thing in observed}
    for change in sorted(changes, key=lambda one: one.order):
        key = change.kind, change.name
        if change.action == "create":
            if key in things:
                raise ValueError(f"{change.kind} {change.name} is there already")
            things[key] = in_form(change.set)
        elif change.action == "delete":
            del things[key]
        else:
            things[key] = in_form({**things[key], **change.set})
    return tuple(Observed(kind=kind, name=name, attributes=things[kind, name]) for kind, name in sorted(things))


def taken_back(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes that undo these: each reversed, the last first."""
    opposite: dict[str, Any] = {"create": "delete", "delete": "create", "modify": "modify"}
    return tuple(
        msgspec.structs.replace(change, order=place, action=opposite[change.action], set=change.undo, undo=change.set)
        for place, change in enumerate(sorted(changes, key=lambda one: -one.order), start=1)
    )


def in_form(attributes: dict[str, Any]) -> dict[str, Any]:
    """Attributes in one form: an absent one is not there, and lists, which have no order, are sorted."""
    return {name: sorted(value) if isinstance(value, list) else value for name, value in attributes.items() if value is not None}
