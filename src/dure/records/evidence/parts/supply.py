"""The supply arm: money, calls, digests of proposals, awards, agreements, orders and servers."""

from dure.records.evidence.parts.kinds import Part
from dure.records.funding.models import Appropriation, BudgetLine, Commitment, Payment
from dure.records.procurement.models import AgreedAward, Agreement, AgreementVersion, Award, Call, Proposal
from dure.records.review.models import Panel, Ranked, Recusal, ScoreSheet, Seat, SiteVisit
from dure.records.supply.models import Cluster, Delivery, GpuModel, Order, Pool, Server

PARTS = (
    Part("appropriations", lambda _at: Appropriation.objects.order_by("id"), "amount appropriated_on"),
    Part(
        "budget_lines",
        lambda _at: BudgetLine.objects.order_by("id"),
        "appropriated_on=appropriation__appropriated_on line=name amount committed_amount paid_amount entry=entry_id",
    ),
    Part(
        "commitments",
        lambda _at: Commitment.objects.order_by("id"),
        "reference appropriated_on=line__appropriation__appropriated_on line=line__name amount gpus committed_on entry=entry_id",
    ),
    Part("payments", lambda _at: Payment.objects.order_by("id"), "reference commitment=commitment__reference amount paid_on"),
    Part("calls", lambda _at: Call.objects.order_by("id"), "id budget_amount awarded_amount opened_at closes_at"),
    Part(
        "proposals",
        lambda at: Proposal.objects.filter(call__closes_at__lte=at).order_by("id"),
        "id call=call_id provider=provider_id version submitted_at digest",
    ),
    Part(
        "panels",
        lambda at: Panel.objects.filter(locked_at__lte=at).order_by("id"),
        "id kind subject seated_at locked_at criteria draw_seed",
    ),
    Part(
        "seats",
        lambda at: Seat.objects.filter(panel__locked_at__lte=at).order_by("panel_id", "code"),
        "panel=panel_id code left_at",
    ),
    Part(
        "recusals",
        lambda at: Recusal.objects.filter(seat__panel__locked_at__lte=at).order_by("id"),
        "panel=seat__panel_id evaluator=seat__code item",
    ),
    Part(
        "sheets",
        lambda at: ScoreSheet.objects.filter(panel__locked_at__lte=at).order_by("id"),
        "panel=panel_id evaluator=seat__code item version points submitted_at",
    ),
    Part(
        "site_visits",
        lambda at: SiteVisit.objects.filter(panel__locked_at__lte=at).order_by("id"),
        "panel=panel_id item points visited_on",
    ),
    Part(
        "rankings",
        lambda _at: Ranked.objects.order_by("id"),
        "panel=panel_id item rank total technical passed criteria entry=entry_id",
    ),
    Part(
        "awards",
        lambda _at: Award.objects.order_by("id"),
        "call=call_id proposal=proposal_id lot gpu_model gpus_per_server servers own_use_servers price_amount "
        "awarded_on entry=entry_id",
    ),
    Part("agreements", lambda _at: Agreement.objects.order_by("id"), "id call=call_id provider=provider_id signed_on"),
    Part(
        "agreed_awards",
        lambda _at: AgreedAward.objects.order_by("id"),
        "agreement=agreement_id proposal=award__proposal_id lot=award__lot",
    ),
    Part(
        "agreement_versions",
        lambda _at: AgreementVersion.objects.order_by("id"),
        "agreement=agreement_id version agreed_on starts_on ends_on owner user_right own_use_share",
    ),
    Part("gpu_models", lambda _at: GpuModel.objects.order_by("id"), "id relative_compute gpus_per_server"),
    Part(
        "orders", lambda _at: Order.objects.order_by("id"), "id agreement=agreement_id gpu_model=gpu_model_id servers ordered_on"
    ),
    Part("pools", lambda _at: Pool.objects.order_by("id"), "id provider=provider_id gpu_model=gpu_model_id gpus_per_server"),
    Part(
        "clusters",
        lambda _at: Cluster.objects.order_by("id"),
        "id pool=pool_id agreement=agreement_id gpu_model=gpu_model_id gpus_per_server servers=servers_planned promised_on",
    ),
    Part(
        "deliveries",
        lambda _at: Delivery.objects.order_by("id"),
        "id order=order_id cluster=cluster_id servers earliest_on likely_on latest_on actual_on",
    ),
    Part(
        "servers",
        lambda _at: Server.objects.order_by("id"),
        "id pool=pool_id cluster=cluster_id owner own_use accepted_on in_service_from in_service_to",
    ),
)
