"""Resources: calls for providers, what was agreed and committed, and what is built."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from dure.portal.api.resource import ENTRY, ID, TITLE, Field, Resource, by
from dure.records.funding import access as funding_access
from dure.records.funding import queries as funding
from dure.records.procurement import access as procurement
from dure.records.procurement import queries as calls
from dure.records.review import access as review
from dure.records.supply import access as supply
from dure.records.supply import queries as built


def _commitments(person: Any) -> QuerySet[Any]:
    found = funding.commitments()
    return found if funding_access.may_see_payments(person) else found.none()


def _instalments(person: Any) -> QuerySet[Any]:
    found = funding.payments()
    return found if funding_access.may_see_payments(person) else found.none()


RESOURCES: tuple[Resource, ...] = (
    Resource(
        "calls",
        gettext_noop("Calls that select providers."),
        lambda _person: calls.calls(),
        (
            ID,
            TITLE,
            Field("budget_amount", "budget in the smallest unit"),
            Field("awarded_amount", "awarded so far, in the smallest unit"),
            by("opened_at", "instant of opening"),
            by("closes_at", "deadline of proposals"),
            Field("briefing_at", "instant of the briefing; null where there is none"),
        ),
        kind="call",
    ),
    Resource(
        "proposals",
        gettext_noop("What providers proposed: their own to providers, others once the call has closed."),
        procurement.visible_proposals,
        (
            ID,
            by("call", "id of the call", "call_id"),
            by("provider", "organisation that proposes", "provider_id"),
            by("version", "1 for the first; a later one supersedes it"),
            Field("submitted_at", "instant of submission"),
            Field("digest", "SHA-256 of the content"),
            Field("content", "what was handed in"),
        ),
        kind="proposal",
    ),
    Resource(
        "questions",
        gettext_noop("Questions about calls with their answers; those without an answer to offices and to the person who asked."),
        procurement.visible_questions,
        (
            Field("id", "number that it got when it was asked"),
            by("call", "id of the call", "call_id"),
            by("asked_at", "instant of asking"),
            Field("question", "question as it is published"),
            Field("answer", "answer as it is published; empty before"),
            by("answered_at", "instant of the answer; null before"),
        ),
        kind="question",
        order=("id",),
    ),
    Resource(
        "panels",
        gettext_noop("Expert panels; evaluators see those on which they sit."),
        review.visible_panels,
        (
            ID,
            by("kind", "proposal or application"),
            by("subject", "call whose items it assesses"),
            Field("seated_at", "instant of seating"),
            Field("locked_at", "instant of locking; null while scores may change"),
        ),
        kind="panel",
    ),
    Resource(
        "agreements",
        gettext_noop("Agreements with providers."),
        procurement.visible_agreements,
        (
            ID,
            by("call", "id of the call", "call_id"),
            by("provider", "organisation that agreed", "provider_id"),
            by("signed_on", "day of signature"),
        ),
        kind="agreement",
    ),
    Resource(
        "commitments",
        gettext_noop("Money committed out of the budget."),
        _commitments,
        (
            Field("id", "reference of the commitment", "reference"),
            by("appropriated_on", "day of the appropriation whose line it is on", "line__appropriation__appropriated_on"),
            by("line", "name of the budget line", "line__name"),
            Field("amount", "committed amount in the smallest unit"),
            Field("gpus", "GPUs that it buys; 0 where it buys none"),
            by("committed_on", "day of the commitment"),
            ENTRY,
        ),
        kind="commitment",
        order=("reference",),
    ),
    Resource(
        "instalments",
        gettext_noop("Money paid on commitments."),
        _instalments,
        (
            Field("id", "reference of the payment", "reference"),
            by("commitment", "reference of the commitment", "commitment__reference"),
            Field("amount", "paid amount in the smallest unit"),
            by("paid_on", "day of the payment"),
        ),
        order=("reference",),
    ),
    Resource(
        "clusters",
        gettext_noop("Clusters that are planned, built or in service."),
        lambda _person: built.clusters(),
        (
            ID,
            by("pool", "pool of which it is a pod", "pool_id"),
            by("site", "data centre", "site_id"),
            by("provider", "organisation that runs it", "provider_id"),
            by("gpu_model", "model of its GPUs", "gpu_model_id"),
            Field("gpus_per_server", "GPUs in one server"),
            Field("servers_planned", "servers planned"),
            by("promised_on", "day on which service was promised"),
        ),
        kind="cluster",
    ),
    Resource(
        "servers",
        gettext_noop("The register of servers."),
        supply.visible_servers,
        (
            ID,
            by("pool", "pool of the server", "pool_id"),
            by("cluster", "cluster; null for own use outside of one", "cluster_id"),
            by("pod", "pod of the pool"),
            Field("serial", "maker's serial number"),
            by("owner", "organisation that owns it"),
            by("own_use", "kept by the provider for itself"),
            Field("accepted_on", "day of acceptance; null before"),
            Field("in_service_from", "first instant in service; null before"),
            Field("in_service_to", "first instant out of service again; null while none is known"),
        ),
        kind="server",
    ),
)
