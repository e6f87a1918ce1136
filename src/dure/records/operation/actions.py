"""Records what was changed on clusters, what was metered, and what users were told and answered."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from dure.formats.errors import BadInput
from dure.records.allocation.models import grant_and_part
from dure.records.journal.approved import require_approved
from dure.records.journal.fields import period
from dure.records.journal.models import Entry
from dure.records.operation.models import Appeal, DailyUse, Notice, ProvisioningChange, ServerStateSummary, UsageRecord
from dure.records.supply.models import Pool


@transaction.atomic
def plan_changes(*, pool: Pool, changes: Iterable[Mapping[str, Any]], entry: Entry, at: dt.datetime) -> list[ProvisioningChange]:
    """Plan the steps of an approved provisioning; `changes` as in its recommendation."""
    require_approved(entry, "provisioning")
    return ProvisioningChange.objects.bulk_create(
        [
            ProvisioningChange(
                entry=entry,
                pool=pool,
                order=each["order"],
                action=each["action"],
                kind=each["kind"],
                name=each["name"],
                set_to=each["set"],
                undo_to=each["undo"],
                grant_id=grant_and_part(each["grant"])[0] or None,
                planned_at=at,
            )
            for each in changes
        ],
        batch_size=2000,
    )


def mark_applied(*, changes: Iterable[ProvisioningChange], at: dt.datetime) -> int:
    """Those steps were made and read back; returns how many were not yet marked."""
    return ProvisioningChange.objects.filter(pk__in=[each.pk for each in changes], applied_at=None).update(applied_at=at)


def mark_undone(*, changes: Iterable[ProvisioningChange], at: dt.datetime) -> int:
    """Those steps were taken back."""
    return ProvisioningChange.objects.filter(pk__in=[each.pk for each in changes], undone_at=None).update(undone_at=at)


@transaction.atomic
def record_usage(
    *,
    entry: Entry,
    from_at: dt.datetime,
    to_at: dt.datetime,
    usage: Iterable[Mapping[str, Any]],
    states: Iterable[Mapping[str, Any]],
    at: dt.datetime,
) -> list[UsageRecord]:
    """Carry out an approved metering of [from_at, to_at): `usage` and `states` as in its recommendation.

    `lease` there is what `lease_id` makes of a grant. What was recorded before for an overlapping period is superseded.
    """
    require_approved(entry, "metering")
    span = period(from_at, to_at)
    made = [
        UsageRecord(
            entry=entry,
            grant_id=grant_and_part(each["lease"])[0],
            part=grant_and_part(each["lease"])[1],
            gpu_model=each["model"],
            during=period(_instant(each["from"]), _instant(each["to"])),
            held_gpu_seconds=each["held_gpu_seconds"],
            used_gpu_seconds=each["used_gpu_seconds"],
            gpu_hours=each["gpu_hours"],
            utilisation=each["utilisation"],
            busy=each["busy"],
            energy_wh=each["energy_wh"],
            on_hold=each.get("on_hold", False),
        )
        for each in usage
    ]
    summaries = [
        ServerStateSummary(
            entry=entry,
            server_id=each["server"],
            during=span,
            in_service=each["in_service"],
            leased=each["leased"],
            idle=each["idle"],
            maintenance=each["maintenance"],
            own_use=each["own_use"],
        )
        for each in states
    ]
    grants, servers = {each.grant_id for each in made}, {each.server_id for each in summaries}
    UsageRecord.objects.filter(grant__in=grants, during__overlap=span, superseded_at=None).update(superseded_at=at)
    ServerStateSummary.objects.filter(server__in=servers, during__overlap=span, superseded_at=None).update(superseded_at=at)
    ServerStateSummary.objects.bulk_create(summaries, batch_size=2000)
    return UsageRecord.objects.bulk_create(made, batch_size=2000)


def record_daily_use(*, days: Iterable[Mapping[str, Any]]) -> int:
    """Enter utilisation by day, each `{grant, day, utilisation, busy_servers?}`; a day known already is overwritten."""
    rows = [
        DailyUse(grant_id=each["grant"], day=each["day"], utilisation=each["utilisation"], busy_servers=each.get("busy_servers"))
        for each in days
    ]
    DailyUse.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["grant", "day"],
        update_fields=["utilisation", "busy_servers"],
        batch_size=5000,
    )
    return len(rows)


def send_notices(*, notices: Iterable[Mapping[str, Any]], sent_on: dt.date, entry: Entry) -> list[Notice]:
    """Tell the people of grants of their reclaim: each `{grant, because, answer_by}`, as an approved reclaim says."""
    require_approved(entry, "reclaim")
    return Notice.objects.bulk_create((Notice(**each, sent_on=sent_on, entry=entry) for each in notices), batch_size=2000)


def answer_notice(*, notice: Notice, answer: str, answered_on: dt.date) -> Notice:
    """Record what the grant's people answered."""
    notice.answer, notice.answered_on = answer, answered_on
    notice.save(update_fields=["answer", "answered_on"])
    return notice


def judge_answer(*, notice: Notice, accepted: bool) -> Notice:
    """Record whether the answer was accepted."""
    if notice.answered_on is None:
        raise BadInput("has no answer to judge.", where=f"notice to {notice.grant_id}", code="no_notice")
    notice.answer_accepted = accepted
    notice.save(update_fields=["answer_accepted"])
    return notice


def open_appeal(*, notice: Notice, text: str, opened_on: dt.date) -> Appeal:
    """Record an objection to that notice; one for each, and one at a time per grant."""
    return Appeal.objects.create(grant=notice.grant, notice=notice, text=text, opened_on=opened_on)


def close_appeal(*, appeal: Appeal, upheld: bool, finding: str, closed_on: dt.date) -> Appeal:
    """Record the finding on an objection."""
    appeal.upheld, appeal.finding, appeal.closed_on = upheld, finding, closed_on
    appeal.save(update_fields=["upheld", "finding", "closed_on"])
    return appeal


def _instant(value: str | dt.datetime) -> dt.datetime:
    return value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
