"""Asks for reports, takes them in, and verifies what they claim."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from dure.formats.stages.outcomes import OutcomesRecommendation
from dure.records.allocation.models import Grant
from dure.records.journal.approved import require_approved
from dure.records.journal.models import Entry
from dure.records.outcomes.models import Achievement, Report, SectorResult


def ask_for_reports(*, grants: Iterable[Grant], due_on: dt.date) -> list[Report]:
    """A report on each of those grants is due on that day."""
    return Report.objects.bulk_create((Report(grant=grant, due_on=due_on) for grant in grants), batch_size=2000)


def receive_report(*, report: Report, text: str, received_on: dt.date) -> Report:
    """A report came."""
    report.text, report.received_on = text, received_on
    report.save(update_fields=["text", "received_on"])
    return report


def record_achievements(*, achievements: Iterable[Mapping[str, Any]]) -> list[Achievement]:
    """Take in results, each `{id, grant, kind, count?, revenue_amount?, evidence?, achieved_on?, reported_on}`."""
    made = []
    for each in achievements:
        fields = dict(each)
        fields["grant_id"] = getattr(fields["grant"], "pk", fields["grant"])
        del fields["grant"]
        made.append(Achievement(**fields))
    return Achievement.objects.bulk_create(made, batch_size=2000)


def record_results(*, programme: str, period: str, made: OutcomesRecommendation, entry: Entry) -> list[SectorResult]:
    """Carry out approved outcomes; `made` is its recommendation."""
    require_approved(entry, "outcomes")
    rows = made.sectors
    return SectorResult.objects.bulk_create(
        SectorResult(
            programme=programme,
            period=period,
            sector=sector,
            share=share,
            counted=sum(each.counted for each in rows if each.sector == sector),
            reports_missing=sum(each.reports_missing for each in rows if each.sector == sector),
            entry=entry,
        )
        for sector, share in sorted(made.results.items())
    )


def verify_achievements(*, achievements: Iterable[Achievement], verified_by: Any, verified_on: dt.date) -> int:
    """A named person looked at the evidence of all of them."""
    return Achievement.objects.filter(pk__in=[each.pk for each in achievements]).update(
        verified_by=verified_by, verified_on=verified_on
    )
