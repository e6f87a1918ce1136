"""Who may see a proposal? Before the deadline only its provider; after it the agency, evaluators and auditors too."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from dure.records.parties.access import is_official, organisations_of, sits_at
from dure.records.parties.models import Desk
from dure.records.procurement.models import Agreement, Call, Proposal


def visible_proposals(person: Any, *, now: dt.datetime | None = None) -> QuerySet[Proposal]:
    """Their own to providers; to the agency, auditors and the ministry those whose call has closed.

    Not even how many there are is seen before: the rows are simply not in the set.
    """
    own = Q(provider__in=organisations_of(person, Desk.PROVIDER))
    if sits_at(person, Desk.AGENCY, Desk.AUDITOR, Desk.MINISTRY):
        return Proposal.objects.filter(own | Q(call__closes_at__lte=now or timezone.now()))
    return Proposal.objects.filter(own)


def visible_agreements(person: Any) -> QuerySet[Agreement]:
    """All to those who oversee; their own to providers."""
    if sits_at(person, Desk.AGENCY, Desk.MINISTRY, Desk.AUDITOR, Desk.OPERATOR):
        return Agreement.objects.all()
    return Agreement.objects.filter(provider__in=organisations_of(person, Desk.PROVIDER))


def may_open_call(person: Any) -> bool:
    """The agency runs calls."""
    return sits_at(person, Desk.AGENCY)


def may_submit(person: Any, call: Call, provider_id: str, *, now: dt.datetime | None = None) -> bool:
    """Who sits at that provider's desk, while the call is open."""
    return call.opened_at <= (now or timezone.now()) < call.closes_at and provider_id in organisations_of(person, Desk.PROVIDER)


def may_award(person: Any) -> bool:
    """Officials carry out an approved portfolio."""
    return is_official(person)


def may_sign(person: Any, provider_id: str) -> bool:
    """The agency, and the provider concerned."""
    return sits_at(person, Desk.AGENCY) or provider_id in organisations_of(person, Desk.PROVIDER)
