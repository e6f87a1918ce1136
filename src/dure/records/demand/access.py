"""Who may see an application? Its organisation, and the officials who handle it; never other applicants."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dure.records.demand.models import Application, EligibilityOutcome, UserCall
from dure.records.parties.access import may_oversee, organisations_of, sits_at
from dure.records.parties.models import Desk


def visible_applications(person: Any) -> QuerySet[Application]:
    """All to those who oversee; their own to applicants."""
    if may_oversee(person):
        return Application.objects.all()
    return Application.objects.filter(organisation__in=organisations_of(person, Desk.APPLICANT))


def visible_outcomes(person: Any) -> QuerySet[EligibilityOutcome]:
    """As the applications that they are about."""
    return EligibilityOutcome.objects.filter(application__in=visible_applications(person))


def may_apply(person: Any, user_call: UserCall, organisation_id: str, *, now: dt.datetime | None = None) -> bool:
    """Who sits at that organisation's applicant desk, while the round is open."""
    is_open = user_call.opens_at <= (now or timezone.now()) < user_call.closes_at
    return is_open and organisation_id in organisations_of(person, Desk.APPLICANT)


def may_open_user_call(person: Any) -> bool:
    """The agency runs rounds of applications and surveys."""
    return sits_at(person, Desk.AGENCY)
