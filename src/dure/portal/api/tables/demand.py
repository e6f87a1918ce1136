"""Resources: what is wanted."""

from django.utils.translation import gettext_noop

from dure.portal.api.resource import ID, TITLE, Field, Resource, by
from dure.records.demand import access as demand
from dure.records.demand import queries as calls_for_users
from dure.records.documents import access as documents

RESOURCES: tuple[Resource, ...] = (
    Resource(
        "surveys",
        gettext_noop("Demand surveys."),
        lambda _person: calls_for_users.surveys(),
        (
            ID,
            TITLE,
            by("opened_on", "first day of answering"),
            by("closed_on", "last day of answering"),
            Field("invited", "organisations invited"),
        ),
        kind="survey",
    ),
    Resource(
        "user-calls",
        gettext_noop("Calls in which organisations apply for GPUs."),
        lambda _person: calls_for_users.user_calls(),
        (
            ID,
            TITLE,
            by("opens_at", "instant of opening"),
            by("closes_at", "deadline"),
            Field("gpus_offered", "GPUs offered; 0 when not announced"),
        ),
        kind="user_call",
    ),
    Resource(
        "applications",
        gettext_noop("Applications for GPUs: their own to applicants."),
        demand.visible_applications,
        (
            ID,
            by("call", "id of the user call", "user_call_id"),
            by("organisation", "organisation that applies", "organisation_id"),
            Field("submitted_by", "stable id of the person who handed it in; null when not recorded", "submitted_by__uid"),
            by("sector", "sector, an id of the vocabulary"),
            Field("title", "title of the project"),
            by("purpose", "purpose of use"),
            Field("use", "field of use; empty when not stated"),
            Field("models", "acceptable GPU models with their value", "gpu_models"),
            Field("servers", "servers asked for"),
            Field("minimum_servers", "fewest servers that make sense"),
            Field("weeks", "weeks of use"),
            Field("earliest_week", "earliest start, in weeks of the round"),
            Field("latest_week", "latest start, in weeks of the round"),
            Field("pod", "whether servers must share one network"),
            Field("large_project_plan", "the plan of a large project is attached"),
            Field("supported_by", "other programmes that support the project"),
            Field("synthetic", "invented for a demonstration"),
            by("submitted_at", "instant of submission"),
            Field("withdrawn_at", "instant at which its organisation withdrew it; null: it stands"),
        ),
        kind="application",
    ),
    Resource(
        "documents",
        gettext_noop("Documents of applications and grants, and those published with calls."),
        documents.visible_documents,
        (
            ID,
            by("kind", "kind of its subject: application, grant, call or user_call"),
            by("subject", "id of its subject"),
            Field("part", "of a grant, what it supports: answer, appeal or report; else empty"),
            by("organisation", "organisation whose it is; null where it is published", "organisation_id"),
            Field("title", "what it is, in a few words"),
            Field("name", "name of the file, as its sender called it"),
            Field("media", "media type, told by its first bytes"),
            Field("size", "bytes"),
            by("digest", "SHA-256 of the file"),
            by("attached_at", "instant at which it was attached"),
        ),
        order=("attached_at", "id"),
        kind="document",
    ),
)
