"""Who may see a proposal, and who a question? Rivals see no proposal, and everybody a question once it is answered."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from dure.records.journal.readers import read_as
from dure.records.parties.access import may_oversee, organisations_of, sits_at
from dure.records.parties.models import Desk
from dure.records.procurement.models import Agreement, Proposal, Question


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


def visible_questions(person: Any) -> QuerySet[Question]:
    """Answered ones to everybody; those that wait for their answer to whoever oversees, and to the person who asked."""
    found = Question.objects.select_related("call")
    if may_oversee(person):
        return found
    return found.filter(Q(answered_at__isnull=False) | Q(asked_by=person.pk, asked_by__isnull=False))
