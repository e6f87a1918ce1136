"""Reads reports and achievements, and the facts of the outcomes decision."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from dure.records.allocation.models import Grant, Lease
from dure.records.journal.fields import decimal_words, period
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


def report(grant_id: str, *, due_on: dt.date) -> Report | None:
    """The grant's report that is due on that day, or nothing."""
    return Report.objects.filter(grant=grant_id, due_on=due_on).first()


def achievements(
    *,
    grant: Grant | None = None,
    organisation_id: str | None = None,
    verified: bool | None = None,
    ids: Iterable[str] | None = None,
) -> QuerySet[Achievement]:
    """Achievements by grant; `ids`: only those."""
    found = Achievement.objects.select_related("grant__application__organisation", "verified_by")
    if grant is not None:
        found = found.filter(grant=grant)
    if organisation_id is not None:
        found = found.filter(grant__application__organisation=organisation_id)
    if ids is not None:
        found = found.filter(pk__in=list(ids))
    return found if verified is None else found.filter(verified_on__isnull=not verified)


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


def outcomes_facts(*, within: tuple[dt.datetime, dt.datetime], as_of: dt.date, sectors: Iterable[str]) -> dict[str, Any]:
    """What the outcomes decision is told of the period [from, to): what grants used and achieved in it, and their reports.

    A grant is in it that held servers or achieved something in it and was asked for a report: the first
    one due on the period's last day or later; where there is none yet, the last one before. Its months are metered:
    a grant without hours held no servers in them.
    """
    first, after = (timezone.localdate(each) for each in within)
    achieved = (
        Achievement.objects.annotate(day=Coalesce("achieved_on", "reported_on"))
        .filter(reported_on__lte=as_of, day__gte=first, day__lt=after)
        .order_by("id")
    )
    held = Lease.objects.filter(withdrawn_at=None, during__overlap=period(*within)).values("grant")
    asked = reports().filter(Q(grant__in=held) | Q(grant__in=achieved.values("grant")))
    due = _reports_due(asked.order_by("grant", "due_on"), last_day=after - dt.timedelta(days=1))
    hours = _metered(within)
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
            for grant_id, report in sorted(due.items())
        ],
        "achievements": [
            {
                "id": each.pk,
                "grant": each.grant_id,
                "kind": each.kind,
                "count": each.count,
                "revenue_amount": each.revenue_amount,
                "evidence": each.evidence,
                "verified": each.is_verified,
            }
            for each in achieved.filter(grant__in=list(due))
        ],
    }


def _reports_due(asked: Iterable[Report], *, last_day: dt.date) -> dict[str, Report]:
    """By grant, the report on a period that ends on `last_day`; `asked` in the order of the days on which they are due."""
    due: dict[str, Report] = {}
    for each in asked:
        if each.grant_id not in due or due[each.grant_id].due_on < last_day:
            due[each.grant_id] = each
    return due


def _metered(within: tuple[dt.datetime, dt.datetime]) -> dict[str, Any]:
    """GPU-hours by grant: a month is metered at a time, so that no record lies across the ends of a period."""
    found = UsageRecord.objects.filter(superseded_at=None, during__startswith__gte=within[0], during__startswith__lt=within[1])
    return dict(found.order_by().values_list("grant").annotate(total=Sum("gpu_hours")))


def _words(hours: Any) -> str:
    return hours if isinstance(hours, str) else decimal_words(Decimal(hours))
