"""Who may see a proposal? Before the deadline only its provider; after it the agency, evaluators and auditors too."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from dure.records.journal.readers import read_as
from dure.records.parties.access import organisations_of, sits_at
from dure.records.parties.models import Desk
from dure.records.procurement.models import Agreement, Proposal


def visible_proposals(person: Any, *, now: dt.datetime | None = None) -> QuerySet[Proposal]:
    """Their own to providers; to the agency, auditors and the ministry those whose call has closed.

    Not even how many there are is seen before: the rows are simply not in the set.
    """
    own = Q(provider__in=organisations_of(person, Desk.PROVIDER))
    if sits_at(person, Desk.AGENCY, Desk.AUDITOR, Desk.MINISTRY):
        return Proposal.objects.filter(own | Q(call__closes_at__lte=now or timezone.now()))
    read_as(person)
    return Proposal.objects.filter(own)


def visible_agreements(person: Any) -> QuerySet[Agreement]:
    """All to those who oversee; their own to providers."""
    if sits_at(person, Desk.AGENCY, Desk.MINISTRY, Desk.AUDITOR, Desk.OPERATOR):
        return Agreement.objects.all()
    return Agreement.objects.filter(provider__in=organisations_of(person, Desk.PROVIDER))
