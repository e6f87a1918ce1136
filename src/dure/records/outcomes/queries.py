"""Reads reports and achievements, and the facts of the outcomes decision."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from dure.records.allocation.models import Grant
from dure.records.journal.fields import decimal_words
from dure.records.operation.models import UsageRecord
from dure.records.outcomes.models import Achievement, Report, SectorResult


def reports(*, grant: Grant | None = None, organisation_id: str | None = None, missing: bool | None = None) -> QuerySet[Report]:
    """Reports by the day they are due; `missing`: not received."""
    found = Report.objects.select_related("grant__application__organisation")
    if grant is not None:
        found = found.filter(grant=grant)
    if organisation_id is not None:
        found = found.filter(grant__application__organisation=organisation_id)
    return found if missing is None else found.filter(received_on__isnull=missing)


def achievements(
    *, grant: Grant | None = None, organisation_id: str | None = None, verified: bool | None = None
) -> QuerySet[Achievement]:
    """Achievements by grant."""
    found = Achievement.objects.select_related("grant__application__organisation", "verified_by")
    if grant is not None:
        found = found.filter(grant=grant)
    if organisation_id is not None:
        found = found.filter(grant__application__organisation=organisation_id)
    return found if verified is None else found.filter(verified_on__isnull=not verified)


def achievement(achievement_id: str) -> Achievement | None:
    """That result, or nothing."""
    return Achievement.objects.select_related("grant__application").filter(pk=achievement_id).first()


def results(*, programme: str) -> dict[str, str]:
    """Each sector's part of the results, as approved last; empty where none have been."""
    last = (
        SectorResult.objects.filter(programme=programme).order_by("-entry__answer__seq").values_list("entry", flat=True).first()
    )
    return {each.sector: each.share for each in SectorResult.objects.filter(entry=last)} if last else {}


def overdue_obligations(*, on: dt.date) -> dict[str, list[str]]:
    """Per organisation, the reports that are overdue: for eligibility."""
    owing: dict[str, list[str]] = {}
    for report in reports(missing=True).filter(due_on__lt=on).order_by("grant", "due_on"):
        owing.setdefault(report.grant.application.organisation_id, []).append(f"report {report.grant_id} {report.due_on}")
    return owing


def outcomes_facts(*, as_of: dt.date, sectors: Iterable[str]) -> dict[str, Any]:
    """What the outcomes decision is told: per report due, the grant's GPU-hours; and what was achieved.

    A grant with several reports is judged by the one due last; GPU-hours are all that were metered.
    """
    hours = dict(UsageRecord.objects.filter(superseded_at=None).order_by().values_list("grant").annotate(total=Sum("gpu_hours")))
    latest: dict[str, Report] = {}
    for report in reports().order_by("grant", "due_on"):
        latest[report.grant_id] = report
    return {
        "as_of": as_of.isoformat(),
        "sectors": sorted(sectors),
        "grants": [
            {
                "id": grant_id,
                "organisation": report.grant.application.organisation_id,
                "sector": report.grant.application.sector,
                "use": report.grant.application.use or report.grant.application.purpose,
                "gpu_hours": _words(hours.get(grant_id, 0)),
                "report_due_on": report.due_on.isoformat(),
                "report_received_on": report.received_on.isoformat()
                if report.received_on and report.received_on <= as_of
                else None,
            }
            for grant_id, report in sorted(latest.items())
        ],
        "achievements": [
            {
                "id": each.pk,
                "grant": each.grant_id,
                "kind": each.kind,
                "count": each.count,
                "revenue_won": each.revenue_won,
                "evidence": each.evidence,
                "verified": each.is_verified,
            }
            for each in Achievement.objects.filter(reported_on__lte=as_of, grant__in=list(latest)).order_by("id")
        ],
    }


def _words(hours: Any) -> str:
    return hours if isinstance(hours, str) else decimal_words(Decimal(hours))
