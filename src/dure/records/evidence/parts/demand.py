"""Demand: estimates, calls for users, who applied for how much, who may be judged, and what each sector's part is."""

import datetime as dt

from django.db.models import QuerySet

from dure.records.allocation.models import AllocationRound, SectorShare
from dure.records.demand.models import Application, EligibilityOutcome, SurveyEstimate, UserCall
from dure.records.documents.models import Document
from dure.records.evidence.parts.kinds import Part


def _documents(at: dt.datetime) -> QuerySet[Document]:
    """Those of an application that is left out are, too."""
    left_out = Application.objects.filter(user_call__closes_at__gt=at).values("pk")
    return Document.objects.exclude(kind="application", subject__in=left_out).order_by("id")


PARTS = (
    Part(
        "estimates",
        lambda _at: SurveyEstimate.objects.order_by("id"),
        "survey=survey_id gpus low high response_rate shares entry=entry_id",
    ),
    Part(
        "shares",
        lambda _at: SectorShare.objects.order_by("share_set_id", "sector"),
        "from_on=share_set__from_on sector share entry=share_set__entry_id",
    ),
    Part("user_calls", lambda _at: UserCall.objects.order_by("id"), "id opens_at closes_at gpus_offered"),
    Part(
        "applications",
        lambda at: Application.objects.filter(user_call__closes_at__lte=at).order_by("id"),
        "id call=user_call_id organisation=organisation_id sector purpose models=gpu_models servers minimum_servers weeks "
        "earliest_week latest_week pod large_project_plan supported_by submitted_at withdrawn_at",
    ),
    Part("documents", _documents, "id organisation=organisation_id size digest attached_at removed_at"),
    Part(
        "eligibility",
        lambda _at: EligibilityOutcome.objects.order_by("id"),
        "application=application_id eligible large_project entry=entry_id",
    ),
    Part(
        "rounds",
        lambda _at: AllocationRound.objects.order_by("id"),
        "id call=user_call_id start_on weeks opened_at pools sectors draw_seed",
    ),
)
