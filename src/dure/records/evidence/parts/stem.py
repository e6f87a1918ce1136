"""The stem: plans, grants, leases, usage, invoices, money that came in, results."""

from dure.records.allocation.models import Grant, Lease, Plan, WaitingPlace
from dure.records.evidence.parts.kinds import Part
from dure.records.operation.models import ServerStateSummary, UsageRecord
from dure.records.outcomes.models import SectorResult
from dure.records.settlement.models import (
    BurdenSchedule,
    Clawback,
    Invoice,
    InvoiceLine,
    PaymentReceived,
    Price,
    ProviderStatement,
)

PARTS = (
    Part(
        "plans",
        lambda _at: Plan.objects.order_by("id"),
        "round=round_id method objective bound gap idle_gpu_weeks applications sector_use entry=entry_id",
    ),
    Part(
        "grants",
        lambda _at: Grant.objects.order_by("id"),
        "id round=round_id application=application_id pool=pool_id servers during value entry=entry_id",
    ),
    Part(
        "leases",
        lambda _at: Lease.objects.order_by("id"),
        "grant=grant_id server=server_id during withdrawn_at ended_because entry=entry_id",
    ),
    Part(
        "waiting_places",
        lambda _at: WaitingPlace.objects.order_by("round_id", "place"),
        "round=round_id application=application_id place left_at entry=entry_id",
    ),
    Part(
        "usage",
        lambda _at: UsageRecord.objects.order_by("id"),
        "grant=grant_id part model=gpu_model during held_gpu_seconds used_gpu_seconds gpu_hours utilisation busy energy_wh "
        "on_hold superseded_at entry=entry_id",
    ),
    Part(
        "server_states",
        lambda _at: ServerStateSummary.objects.order_by("id"),
        "server=server_id during in_service leased idle maintenance own_use superseded_at entry=entry_id",
    ),
    Part(
        "prices",
        lambda _at: Price.objects.order_by("price_book", "gpu_model"),
        "book=price_book_id from_on=price_book__from_on gpu_model price_per_gpu_hour",
    ),
    Part(
        "burden_schedules",
        lambda _at: BurdenSchedule.objects.order_by("id"),
        "subject approved_on rates list_amount billed_amount support_amount entry=entry_id",
    ),
    Part(
        "invoices",
        lambda _at: Invoice.objects.order_by("id"),
        "id organisation=organisation_id during list_amount billed_amount support_amount usage_digest issued_on due_on "
        "entry=entry_id",
    ),
    Part(
        "invoice_lines",
        lambda _at: InvoiceLine.objects.order_by("id"),
        "id invoice=invoice_id grant=grant_id part model=gpu_model during gpu_hours rate list_amount billed_amount "
        "support_amount reverses=reverses_id counts",
    ),
    Part(
        "payments_received",
        lambda _at: PaymentReceived.objects.order_by("id"),
        "reference invoice=invoice_id amount received_on",
    ),
    Part("clawbacks", lambda _at: Clawback.objects.order_by("id"), "grant=grant_id amount entry=entry_id"),
    Part(
        "provider_statements",
        lambda _at: ProviderStatement.objects.order_by("id"),
        "provider=provider_id fee_amount deducted_amount payable_amount entry=entry_id",
    ),
    Part(
        "results",
        lambda _at: SectorResult.objects.order_by("id"),
        "period sector share counted reports_missing entry=entry_id",
    ),
)
