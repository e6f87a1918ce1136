"""A record that must be there, or one clear sentence."""

import datetime as dt
from collections.abc import Container, Iterable
from typing import TypeVar

from dure.cycle.commands.rows import Context
from dure.formats.errors import BadInput
from dure.records.parties import queries as parties
from dure.records.parties.models import Organisation, Person
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


def on_its_own(organisation_id: str) -> Organisation:
    """The organisation, if it has not been merged into another; raises `BadInput` with code `merged_away` where it has."""
    one = found(parties.organisation(organisation_id), "organisation", organisation_id)
    if one.merged_into_id:
        raise BadInput(
            f"organisation {one.pk!r} is {one.merged_into_id!r} by now.",
            where="organisation",
            todo=f"Name {one.merged_into_id!r}.",
            code="merged_away",
            detail={"into": one.merged_into_id},
        )
    return one


def account_on_its_own(uid: str) -> Person:
    """The person, if the account is read as no other; raises `BadInput` with code `account_merged_away` where it is."""
    one = found(parties.person_by_uid(uid), "person", uid)
    if one.merged_into is not None:
        stays = one.merged_into.uid
        raise BadInput(
            f"account {uid!r} is {stays!r} by now.",
            where="person",
            todo=f"Name {stays!r}.",
            code="account_merged_away",
            detail={"into": stays},
        )
    return one


def require_model(known: Container[str], model: str, *, where: str) -> None:
    """Raise `BadInput` with code `unknown_model` where the register has no such GPU model: which there are is no secret."""
    if model not in known:
        raise BadInput(
            f"there is no GPU model {model!r}.",
            where=where,
            todo="Choose a model of the register.",
            code="unknown_model",
            detail={"model": model},
        )


def require_to_come(deadline: dt.datetime, context: Context) -> None:
    """Raise `BadInput` with code `deadline_over` for a deadline that has passed: nobody could meet it."""
    if deadline <= context.at:
        raise BadInput("the deadline has passed already.", where="closes_at", todo="Choose a later one.", code="deadline_over")


def require_happened(day: dt.date, context: Context, *, where: str) -> None:
    """Raise `BadInput` with code `not_yet` for a day to come: the books hold what has happened."""
    if day > context.day:
        raise BadInput(f"{day} is still to come.", where=where, todo="Enter it on that day, or correct it.", code="not_yet")


def require_once(ids: Iterable[str], what: str, *, where: str) -> None:
    """Raise `BadInput` with code `comes_twice` for the first id that is listed a second time."""
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            raise BadInput(f"{what} {each!r} comes twice.", where=where, todo="List each once.", code="comes_twice")
        seen.add(each)


def locked(panel: Panel) -> Panel:
    """The panel, if its scoring has ended."""
    if panel.locked_at is None:
        raise BadInput("scoring has not ended.", where=f"panel {panel.pk}", todo="Lock the panel first.", code="panel_not_locked")
    return panel
