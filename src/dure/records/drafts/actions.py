"""Saves and deletes drafts. No act of the programme: nothing is decided by them, and the journal does not know them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import transaction

from dure.formats.errors import BadInput
from dure.records.drafts.models import Draft

MOST_DRAFTS = 200
LARGEST_BYTES = 8 * 1024 * 1024


class Saved(NamedTuple):
    """The draft as it is now; `displaced`: another window had saved since, and what it saved is kept."""

    draft: Draft
    displaced: bool


@transaction.atomic
def save(*, person: Any, command: str, about: str, inputs: Mapping[str, str], base: int, at: dt.datetime) -> Saved:
    """Save what was typed; `base` is the version that this window saw last, 0 for none.

    Where another window has saved since, this one wins, and what the other saved is kept as `displaced`. Raises `BadInput`
    where it is too large, or where the person has too many.
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
    if displaced:
        found.displaced, found.displaced_at = found.inputs, found.saved_at
    found.inputs, found.saved_at, found.version = dict(inputs), at, found.version + 1
    found.save()
    return Saved(found, displaced=displaced)


def delete(*, person: Any, command: str, about: str) -> None:
    """Delete that draft, if there is one."""
    Draft.objects.filter(person=person, command=command, about=about).delete()
