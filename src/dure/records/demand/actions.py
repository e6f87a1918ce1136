"""Runs surveys and calls for users, takes in applications, and records who may be judged."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from dure.formats.errors import BadInput
from dure.formats.stages.demand import DemandRecommendation
from dure.records.demand.models import (
    Application,
    EligibilityOutcome,
    Survey,
    SurveyEstimate,
    SurveyFrameCell,
    SurveyResponse,
    UserCall,
)
from dure.records.journal.approved import require_approved
from dure.records.journal.models import Entry


@transaction.atomic
def open_survey(
    *,
    id: str,
    title: Mapping[str, str],
    opened_on: dt.date,
    closed_on: dt.date,
    invited: int,
    frame: Iterable[Mapping[str, Any]],
    past: Iterable[Mapping[str, Any]] = (),
) -> Survey:
    """Begin a survey; `frame` is `{sector, size, organisations}` per cell."""
    survey = Survey.objects.create(
        id=id, title=dict(title), opened_on=opened_on, closed_on=closed_on, invited=invited, past=list(past)
    )
    SurveyFrameCell.objects.bulk_create(SurveyFrameCell(survey=survey, **cell) for cell in frame)
    return survey


@transaction.atomic
def record_responses(*, survey: Survey, responses: Iterable[Mapping[str, Any]]) -> list[SurveyResponse]:
    """Take in many answers; fields as in the demand facts. An answer may repeat the need of one given before it."""
    made = []
    for each in responses:
        fields = dict(each)
        fields["same_need_as_id"] = fields.pop("same_need_as", None)
        made.append(SurveyResponse(survey=survey, **fields))
    # Those that repeat another's need come after it.
    return SurveyResponse.objects.bulk_create(
        sorted(made, key=lambda each: (each.same_need_as_id is not None, each.pk)), batch_size=2000
    )


def open_user_call(
    *,
    id: str,
    title: Mapping[str, str],
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    gpus_offered: int = 0,
) -> UserCall:
    """Open a round of applications."""
    return UserCall.objects.create(id=id, title=dict(title), opens_at=opens_at, closes_at=closes_at, gpus_offered=gpus_offered)


def hold_user_call(call_id: str) -> None:
    """Keep the call's deadline as it is until the transaction ends. A share lock: those who apply do not wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM demand_usercall WHERE id = %s FOR SHARE", [call_id])


def submit_application(
    *, user_call: UserCall, at: dt.datetime | None = None, submitted_by: Any = None, **fields: Any
) -> Application:
    """Take in one application before the deadline; fields as in `Application`, `organisation` by id."""
    listed = [{"submitted_at": at or timezone.now(), "submitted_by": submitted_by, **fields}]
    return submit_applications(user_call=user_call, applications=listed)[0]


@transaction.atomic
def submit_applications(*, user_call: UserCall, applications: Iterable[Mapping[str, Any]]) -> list[Application]:
    """Take in many, each with its `submitted_at`: all, or none with the reason."""
    made = []
    for each in applications:
        fields = dict(each)
        fields["organisation_id"] = getattr(fields["organisation"], "pk", fields["organisation"])
        del fields["organisation"]
        if not user_call.opens_at <= fields["submitted_at"] < user_call.closes_at:
            raise BadInput(
                f"applications are taken from {user_call.opens_at} until before {user_call.closes_at}.",
                where=f"application {fields['id']}",
                code="not_now",
            )
        made.append(Application(user_call=user_call, **fields))
    return Application.objects.bulk_create(made, batch_size=2000)


def withdraw(*, application: Application, at: dt.datetime) -> None:
    """From now on the application counts no more; refused by the database after the deadline."""
    Application.objects.filter(pk=application.pk).update(withdrawn_at=at)


def record_estimate(*, survey: Survey, made: DemandRecommendation, entry: Entry) -> SurveyEstimate:
    """Carry out an approved demand estimate; `made` is its recommendation."""
    require_approved(entry, "demand")
    total = made.total
    return SurveyEstimate.objects.create(
        survey=survey,
        gpus=total.gpus,
        low=total.low,
        high=total.high,
        response_rate=made.response_rate,
        shares=made.shares,
        entry=entry,
    )


@transaction.atomic
def record_eligibility(*, entry: Entry, results: Iterable[Mapping[str, Any]]) -> list[EligibilityOutcome]:
    """Carry out an approved eligibility decision; `results` as in its recommendation."""
    require_approved(entry, "eligibility")
    return EligibilityOutcome.objects.bulk_create(
        [
            EligibilityOutcome(
                entry=entry,
                application_id=each["application"],
                eligible=each["eligible"],
                large_project=each["large_project"],
                outcomes=each["outcomes"],
                remedies=each["remedies"],
            )
            for each in results
        ],
        batch_size=2000,
    )
