"""A named person's yes or no. A yes takes effect in the same transaction, or not at all."""

import datetime as dt
import importlib

from django.db import transaction

from dure.records.journal import actions
from dure.records.journal.models import Entry
from dure.records.parties.models import Person

# What an approved recommendation does, by decision; the others only stand in the journal for those that follow.
CARRIED_OUT_BY = {
    "budget": "supply.budget",
    "portfolio": "supply.portfolio",
    "buildout": "supply.buildout",
    "shares": "demand.shares",
    "eligibility": "demand.application",
    "allocation": "stem.allocation",
    "provisioning": "stem.provisioning",
    "metering": "stem.metering",
    "settlement": "stem.settlement",
    "reclaim": "stem.rebalancing",
}


@transaction.atomic
def approve(*, entry: Entry, by: Person, note: str = "", at: dt.datetime | None = None) -> Entry:
    """Approve a recommendation and carry it out; returns it with its answer."""
    actions.approve(entry=entry, approved_by=by, note=note, at=at)
    approved = Entry.objects.select_related("answer").get(pk=entry.pk)
    if module := CARRIED_OUT_BY.get(entry.stage):
        importlib.import_module(f"dure.cycle.{module}").carry_out(approved)
    return approved


def refuse(*, entry: Entry, by: Person, note: str, at: dt.datetime | None = None) -> Entry:
    """Refuse a recommendation; it can never take effect."""
    return actions.refuse(entry=entry, refused_by=by, note=note, at=at)
