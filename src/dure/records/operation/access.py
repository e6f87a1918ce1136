"""Who may see usage and act on clusters? Those concerned; the operator acts."""

from typing import Any

from django.db.models import QuerySet

from dure.records.allocation.access import visible_grants
from dure.records.operation.models import Appeal, Notice, ProvisioningChange, UsageRecord
from dure.records.parties.access import may_oversee, organisations_of
from dure.records.parties.models import Desk


def visible_usage(person: Any) -> QuerySet[UsageRecord]:
    """As the grants that were used."""
    return UsageRecord.objects.filter(grant__in=visible_grants(person))


def visible_changes(person: Any) -> QuerySet[ProvisioningChange]:
    """What is done on clusters shows who works where: those who oversee only."""
    return ProvisioningChange.objects.all() if may_oversee(person) else ProvisioningChange.objects.none()


def visible_notices(person: Any) -> QuerySet[Notice]:
    """All to those who oversee; their own to applicants."""
    if may_oversee(person):
        return Notice.objects.all()
    return Notice.objects.filter(grant__application__organisation__in=organisations_of(person, Desk.APPLICANT))


def visible_appeals(person: Any) -> QuerySet[Appeal]:
    """All to those who oversee; their own to applicants."""
    if may_oversee(person):
        return Appeal.objects.all()
    return Appeal.objects.filter(grant__application__organisation__in=organisations_of(person, Desk.APPLICANT))
