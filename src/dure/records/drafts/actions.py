"""Saves and deletes drafts. No act of the programme: nothing is decided by them, and the journal does not know them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import transaction

from dure.formats.errors import BadInput
from dure.records.drafts.models import Draft

MOST_DRAFTS = 200
MOST_WINDOWS = 6  # besides the one that saved last
LARGEST_BYTES = 8 * 1024 * 1024


class Saved(NamedTuple):
    """The draft as it is now; `displaced`: another window had saved since, and what it saved is kept beside."""

    draft: Draft
    displaced: bool


@transaction.atomic
def save(*, person: Any, command: str, about: str, inputs: Mapping[str, str], base: int, at: dt.datetime) -> Saved:
    """Save what was typed; `base` is the version that this window began from or saved last, 0 for none.

    Where another window has saved since, this one wins, and what the other saved is kept in `displaced`; what the window itself
    began from is not. Raises `BadInput` where it is too large, or where the person has too many.
    """
    size = sum(len(key) + len(value) for key, value in inputs.items())
    if size > LARGEST_BYTES:
        raise BadInput("the draft is too large.", where="draft", todo="Send it, or keep it in a file.", code="draft_too_large")
    found = Draft.objects.select_for_update().filter(person=person, command=command, about=about).first()
    if found is None:
        if Draft.objects.filter(person=person).count() >= MOST_DRAFTS:
            raise BadInput("there are too many drafts.", where="draft", todo="Delete some.", code="too_many_drafts")
        values = {"inputs": dict(inputs), "saved_at": at}
        found, made = Draft.objects.get_or_create(person=person, command=command, about=about, defaults=values)
        if made:
            return Saved(found, displaced=False)
    displaced = found.version != base and found.inputs != dict(inputs)
    others = _of_others(found, base)
    if displaced:
        others.append({"version": found.version, "at": found.saved_at.isoformat(), "inputs": found.inputs})
    found.displaced = others[-MOST_WINDOWS:]
    found.inputs, found.saved_at, found.version = dict(inputs), at, found.version + 1
    found.save()
    return Saved(found, displaced=displaced)


@transaction.atomic
def delete(*, person: Any, command: str, about: str, base: int) -> None:
    """Delete what a window has saved there, by the version that it has; what other windows saved stays a draft."""
    found = Draft.objects.select_for_update().filter(person=person, command=command, about=about).first()
    if found is None:
        return
    others = _of_others(found, base)
    if found.version == base:
        if not others:
            found.delete()
            return
        last = others.pop()
        found.inputs, found.saved_at = last["inputs"], dt.datetime.fromisoformat(last["at"])
        found.version += 1
    found.displaced = others
    found.save()


def _of_others(draft: Draft, base: int) -> list[dict[str, Any]]:
    return [each for each in draft.displaced if each["version"] != base]
