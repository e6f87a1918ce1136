"""Keeps comparisons of clocks, and moves a deadline by the outage rule."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from dure.formats.errors import BadInput
from dure.records.clocks.models import Comparison, Postponement
from dure.records.demand.models import UserCall
from dure.records.procurement.models import Call


def keep(compared: Iterable[Comparison]) -> list[Comparison]:
    """Keep comparisons; the database says when that was."""
    return Comparison.objects.bulk_create(compared)


def hold(about: str) -> Call | UserCall | None:
    """Lock that call, KIND/ID, and its deadline until the transaction ends, after waiting for submissions that are under way."""
    kind, _slash, key = about.partition("/")
    if kind == "call":
        return Call.objects.select_for_update().filter(pk=key).first()
    return UserCall.objects.select_for_update().filter(pk=key).first() if kind == "user_call" else None


@transaction.atomic
def postpone(*, about: str, closes_at: dt.datetime, judged: str, at: dt.datetime) -> dt.datetime:
    """Move that call's deadline later; the database looks whether the comparisons and the rule book say so."""
    locked = hold(about)
    if locked is None:
        raise BadInput("there is no such call.", where=about, todo="Check the id.", code="unknown_id")
    if closes_at <= locked.closes_at:
        raise BadInput("a deadline only moves later.", where=about, code="not_later")
    if at >= locked.closes_at:
        raise BadInput("the deadline has passed.", where=about, code="not_now")
    Postponement.objects.create(about=about, closed_at=locked.closes_at, closes_at=closes_at, judged=judged, made_at=at)
    locked.closes_at = closes_at
    locked.save(update_fields=["closes_at"])
    return closes_at
