"""Reads surveys and applications, and the facts of the demand and eligibility decisions."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any, Literal

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from dure.records.demand.models import (
    Application,
    EligibilityOutcome,
    Survey,
    SurveyEstimate,
    SurveyFrameCell,
    SurveyResponse,
    UserCall,
)
from dure.records.journal.names import InLanguage, holds
from dure.records.parties import queries as parties
from dure.records.prepared import Prepared

SEVERAL = 5  # organisations that wrote the same word: it is a word of the field, and nobody's own
ORDERS = {
    "id": ("id",),
    "organisation": (InLanguage("organisation__name"), "id"),
    "sector": ("sector", "id"),
    "servers": ("-servers", "id"),
    "submitted": ("submitted_at", "id"),
}


def surveys() -> QuerySet[Survey]:
    """Surveys with the number of answers."""
    return Survey.objects.annotate(response_count=Count("responses"))


def survey(survey_id: str) -> Survey | None:
    """That survey, or nothing."""
    return Survey.objects.filter(pk=survey_id).first()


def user_calls() -> QuerySet[UserCall]:
    """Rounds of applications with the number of those that stand, servers asked for included."""
    stand = Q(applications__withdrawn_at=None)
    return UserCall.objects.annotate(
        application_count=Count("applications", filter=stand), servers_asked=Sum("applications__servers", filter=stand)
    )


def user_calls_alone() -> QuerySet[UserCall]:
    """Rounds of applications, without figures."""
    return UserCall.objects.order_by("opens_at", "pk")


def user_call_titles() -> list[tuple[str, str]]:
    """Id and title of every call, the one that opened last first."""
    return list(UserCall.objects.order_by("-opens_at", "-id").values_list("pk", InLanguage("title")))


def user_call(call_id: str) -> UserCall | None:
    """That round, or nothing."""
    return UserCall.objects.filter(pk=call_id).first()


def applications(
    *, user_call: UserCall | None = None, sector: str = "", search: str = "", order: str = "id"
) -> QuerySet[Application]:
    """Applications with their organisations; ask `access` who may see them, then slice a page out of it."""
    found = Application.objects.select_related("organisation", "user_call")
    if user_call is not None:
        found = found.filter(user_call=user_call)
    if sector:
        found = found.filter(sector=sector)
    if search:
        found = found.filter(Q(id__icontains=search) | Q(title__icontains=search) | holds("organisation__name", search))
    return found.order_by(*ORDERS.get(order, ORDERS["id"]))


def application(application_id: str) -> Application | None:
    """That application, or nothing."""
    return next(iter(_application(key=application_id)), None)


_application = Prepared(lambda *, key: Application.objects.select_related("organisation", "user_call").filter(pk=key), "key")


def standing(user_call: UserCall) -> QuerySet[Application]:
    """The applications to that call that nobody withdrew."""
    return applications(user_call=user_call).filter(withdrawn_at=None)


def is_application_of(call_id: str, application_id: str) -> bool:
    """Was that application handed in to that user call, and not withdrawn?"""
    return Application.objects.filter(pk=application_id, user_call=call_id, withdrawn_at=None).exists()


def matching(word: str) -> Q:
    """Applications whose id, title or organisation holds the word; initial consonants of Hangul stand for their syllables."""
    return Q(words__contains=word.lower()) | Q(organisation__in=parties.organisations_matching(word))


def sectors() -> list[str]:
    """The sectors in which anyone has applied, by skipping from value to value in the index."""
    with connection.cursor() as cursor:
        cursor.execute(_SECTORS)
        return [row[0] for row in cursor.fetchall()]


_SECTORS = """
WITH RECURSIVE each(sector) AS (
  (SELECT sector FROM demand_application ORDER BY sector LIMIT 1)
  UNION ALL
  SELECT (SELECT a.sector FROM demand_application a WHERE a.sector > each.sector ORDER BY a.sector LIMIT 1)
  FROM each WHERE each.sector IS NOT NULL
)
SELECT sector FROM each WHERE sector IS NOT NULL
"""


def organisations_of(application_ids: Iterable[str]) -> set[str]:
    """The organisations whose applications these are."""
    return set(Application.objects.filter(pk__in=list(application_ids)).values_list("organisation", flat=True))


def applicants(application_ids: Iterable[str]) -> dict[str, str]:
    """By application the organisation that applied."""
    return dict(Application.objects.filter(pk__in=list(application_ids)).values_list("pk", "organisation"))


def outcomes_of(entry_seq: int) -> QuerySet[EligibilityOutcome]:
    """What an approved eligibility decision says, application by application."""
    return EligibilityOutcome.objects.filter(entry=entry_seq).order_by("application")


def titles(ids: Iterable[str]) -> dict[str, str]:
    """What those of the ids are called that are applications."""
    return dict(Application.objects.filter(pk__in=list(ids)).values_list("pk", "title"))


def totals_by_sector(user_call: UserCall) -> list[dict[str, Any]]:
    """Applications and servers asked for, per sector."""
    found = Application.objects.filter(user_call=user_call, withdrawn_at=None).order_by("sector").values("sector")
    return [dict(row) for row in found.annotate(applications=Count("id"), servers=Sum("servers"))]


def eligibility(user_call: UserCall) -> QuerySet[EligibilityOutcome]:
    """The outcome in force of each application: that of the entry approved last."""
    newer = EligibilityOutcome.objects.filter(
        application=OuterRef("application"), entry__answer__seq__gt=OuterRef("entry__answer__seq")
    )
    found = EligibilityOutcome.objects.filter(~Exists(newer), application__user_call=user_call)
    return found.select_related("application").order_by("application")


def outcome(application: Application) -> EligibilityOutcome | None:
    """The outcome of the application's check that was approved last, or nothing."""
    return next(iter(_outcome(key=application.pk)), None)


_outcome = Prepared(lambda *, key: EligibilityOutcome.objects.filter(application=key).order_by("-entry__answer__seq")[:1], "key")


def eligible_applications(user_call: UserCall) -> QuerySet[Application]:
    """Applications whose outcome in force is that they may be judged."""
    in_force = eligibility(user_call).filter(eligible=True).values("application")
    return applications(user_call=user_call).filter(pk__in=in_force)


def estimate(survey: Survey) -> SurveyEstimate | None:
    """The estimate of the survey that was approved last."""
    return SurveyEstimate.objects.filter(survey=survey).order_by("-entry__answer__seq").first()


def demand_facts(survey: Survey) -> dict[str, Any]:
    """Facts of the demand decision: frame, answers, and what the last survey said."""
    cells = SurveyFrameCell.objects.filter(survey=survey).values("sector", "size", "organisations")
    responses = SurveyResponse.objects.filter(survey=survey).annotate(same=F("same_need_as_id")).order_by("id")
    return {
        "frame": list(cells),
        "invited": survey.invited,
        "responses": [
            {
                "id": each.pk,
                "organisation": each.organisation,
                "sector": each.sector,
                "size": each.size,
                "region": each.region,
                "use": each.use,
                "gpu_model": each.gpu_model,
                "servers": each.servers,
                "weeks": each.weeks,
                "start_on": each.start_on.isoformat(),
                "would_pay_per_gpu_hour": each.would_pay_per_gpu_hour,
                "same_need_as": each.same_need_as_id,
            }
            for each in responses
        ],
        "past": survey.past,
    }


def people_by_organisation() -> dict[str, list[str]]:
    """Account names of those who will work on clusters, by organisation, over all its applications that stand."""
    people: dict[str, set[str]] = {}
    for organisation, names in Application.objects.filter(withdrawn_at=None).order_by("id").values_list("organisation", "people"):
        people.setdefault(organisation, set()).update(names)
    return {organisation: sorted(names) for organisation, names in people.items()}


def eligibility_facts(
    user_call: UserCall,
    *,
    gpus_per_server: Mapping[str, int],
    weeks_per_month: tuple[int, int] = (12, 52),
    obligations: Mapping[str, Iterable[str]] | None = None,
) -> dict[str, Any]:
    """Facts of the eligibility decision; `gpus_per_server` by model; months are weeks x 12 / 52, rounded up."""
    months, weeks = weeks_per_month
    listed = list(standing(user_call))
    owing = obligations or {}
    organisations = {each.organisation_id: each.organisation for each in listed}
    merged = parties.merged()
    now = parties.organisations_by_id({merged.get(each, each) for each in organisations})
    return {
        "applicants": [
            {
                "id": org.pk,
                "kind": org.kind,
                "size": org.size or "any",
                "youth_led": org.youth_led,
                "domestic": org.domestic,
                "group": merged.get(owner := now[merged.get(org.pk, org.pk)].group, owner) or merged.get(org.pk),
                "open_obligations": sorted({each for pk in now[merged.get(org.pk, org.pk)].as_one for each in owing.get(pk, ())}),
            }
            for _, org in sorted(organisations.items())
        ],
        "applications": [
            {
                "id": each.pk,
                "organisation": each.organisation_id,
                "purpose": each.purpose,
                "gpu_model": best_model(each),
                "gpus": each.servers * gpus_per_server[best_model(each)],
                "months": -(-each.weeks * months // weeks),
                "large_project_plan": each.large_project_plan,
                "supported_by": sorted(each.supported_by),
            }
            for each in listed
        ],
    }


def best_model(application: Application) -> str:
    """The GPU model that the application values most; of equals the first by name."""
    values: dict[str, str] = application.gpu_models
    return min(values, key=lambda model: (-Fraction(values[model]), model))


def values_in_use(field: Literal["purpose", "use"], *, organisations: int) -> list[str]:
    """The values that applications of at least so many organisations have in that field, each once."""
    used = Application.objects.exclude(**{field: ""}).order_by(field).values(field)
    by = used.annotate(by=Count("organisation", distinct=True)).filter(by__gte=organisations)
    return list(by.values_list(field, flat=True))


def undecided_calls_of_both(some: Collection[str], others: Collection[str], *, at: dt.datetime) -> list[str]:
    """Calls in which organisations of both sides have applied, and that are open or whose applications are not checked yet."""
    standing = Application.objects.filter(user_call=OuterRef("pk"), withdrawn_at=None)
    unchecked = standing.filter(eligibility=None)
    waits = Q(closes_at__gt=at) | Exists(unchecked)
    first, second = (Exists(standing.filter(organisation__in=ids)) for ids in (some, others))
    return list(UserCall.objects.filter(waits, first, second).order_by("pk").values_list("pk", flat=True))


def user_calls_that_close_after(at: dt.datetime) -> QuerySet[UserCall]:
    """Calls that have opened, and whose deadline is still to come."""
    return UserCall.objects.filter(opens_at__lte=at, closes_at__gt=at).order_by("closes_at", "pk")


def with_own(calls: QuerySet[UserCall], organisations: Collection[str]) -> QuerySet[UserCall]:
    """User calls with `own`: how many applications of these organisations stand."""
    theirs = Q(applications__organisation__in=list(organisations), applications__withdrawn_at=None)
    return calls.annotate(own=Count("applications", filter=theirs))
