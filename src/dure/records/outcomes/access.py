"""Who may see and verify outcomes? Sums are public; single reports belong to those concerned."""

from typing import Any

from django.db.models import QuerySet

from dure.records.outcomes.models import Achievement, Report
from dure.records.parties.access import may_oversee, organisations_of
from dure.records.parties.models import Desk


def visible_reports(person: Any) -> QuerySet[Report]:
    """All to those who oversee; their own to applicants."""
    if may_oversee(person):
        return Report.objects.all()
    return Report.objects.filter(grant__application__organisation__in=organisations_of(person, Desk.APPLICANT))


def visible_achievements(person: Any) -> QuerySet[Achievement]:
    """All to those who oversee; their own to applicants."""
    if may_oversee(person):
        return Achievement.objects.all()
    return Achievement.objects.filter(grant__application__organisation__in=organisations_of(person, Desk.APPLICANT))
