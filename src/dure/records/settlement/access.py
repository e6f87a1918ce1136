"""Who may see an invoice? The organisation that is to pay it, and those who oversee."""

from typing import Any

from django.db.models import QuerySet

from dure.records.parties.access import may_oversee, organisations_of
from dure.records.parties.models import Desk
from dure.records.settlement.models import Invoice, ProviderStatement


def visible_invoices(person: Any) -> QuerySet[Invoice]:
    """All to those who oversee; their own to applicants."""
    if may_oversee(person):
        return Invoice.objects.all()
    return Invoice.objects.filter(organisation__in=organisations_of(person, Desk.APPLICANT))


def visible_statements(person: Any) -> QuerySet[ProviderStatement]:
    """All to those who oversee; their own to providers."""
    if may_oversee(person):
        return ProviderStatement.objects.all()
    return ProviderStatement.objects.filter(provider__in=organisations_of(person, Desk.PROVIDER))
