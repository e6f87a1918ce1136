"""Who may see an application? Its organisation, and the officials who handle it; never other applicants."""

from typing import Any

from django.db.models import QuerySet

from dure.records.demand.models import Application, EligibilityOutcome
from dure.records.parties.access import may_oversee, organisations_of
from dure.records.parties.models import Desk


def visible_applications(person: Any) -> QuerySet[Application]:
    """All to those who oversee; their own to applicants."""
    if may_oversee(person):
        return Application.objects.all()
    return Application.objects.filter(organisation__in=organisations_of(person, Desk.APPLICANT))


def sees(person: Any, application: Application) -> bool:
    """As `visible_applications`, of one that was read."""
    return may_oversee(person) or application.organisation_id in organisations_of(person, Desk.APPLICANT)


def visible_outcomes(person: Any) -> QuerySet[EligibilityOutcome]:
    """As the applications that they are about."""
    return EligibilityOutcome.objects.filter(application__in=visible_applications(person))
