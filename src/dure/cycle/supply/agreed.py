"""What is ordered, registered and put in service is held against the agreement, and against what has come."""

import datetime as dt
from collections import Counter
from collections.abc import Collection

from dure.formats.errors import BadInput
from dure.records.procurement import queries as procurement
from dure.records.procurement.models import Agreement
from dure.records.supply import queries
from dure.records.supply.models import Cluster, Order, Pool


def require_awarded(agreement: Agreement, gpu_model: str) -> int:
    """How many servers of that model were awarded; raises `BadInput` with code `not_awarded` where none was."""
    awarded = procurement.awarded_servers(agreement)
    if gpu_model not in awarded:
        raise BadInput(
            f"agreement {agreement.pk!r} is about no server with {gpu_model}.",
            where="gpu_model",
            todo="Name a model that was awarded.",
            code="not_awarded",
            detail={"model": gpu_model, "awarded": ", ".join(sorted(awarded))},
        )
    return awarded[gpu_model]


def require_within_awards(agreement: Agreement, gpu_model: str, servers: int) -> None:
    """Raise `BadInput` with code `beyond_awards` where the orders of a model came to more than was awarded of it."""
    awarded = require_awarded(agreement, gpu_model)
    left = awarded - queries.servers_ordered(gpu_model=gpu_model, agreement_id=agreement.pk)
    if servers > left:
        raise BadInput(
            f"of {awarded} servers that were awarded, {left} are left to be ordered.",
            where="servers",
            todo="Order no more than that.",
            code="beyond_awards",
            detail={"servers": servers, "left": left, "awarded": awarded},
        )


def require_ordered(pool: Pool, servers: int) -> None:
    """Raise `BadInput` with code `not_ordered` where a provider had more servers of a model in the register than it ordered.

    Servers that left service no longer count: one that replaces another is registered as a new server.
    """
    of = {"provider_id": pool.provider_id, "gpu_model": pool.gpu_model_id}
    ordered, registered = queries.servers_ordered(**of), queries.servers_registered(**of)
    if registered + servers > ordered:
        raise BadInput(
            f"of {ordered} servers that were ordered, {registered} are registered already.",
            where="servers",
            todo="Enter the order first, or register fewer servers.",
            code="not_ordered",
            detail={"servers": servers, "registered": registered, "ordered": ordered},
        )


def require_owner(agreement: Agreement, owner: str) -> None:
    """Raise `BadInput` with code `other_owner` unless the servers belong to whom the terms in force say."""
    terms = procurement.terms_in_force(agreement)
    if terms is not None and owner != terms.owner:
        raise BadInput(
            f"servers under agreement {agreement.pk!r} belong to {terms.owner!r}.",
            where="owner",
            todo=f"Name {terms.owner!r}, or have the agreement amended first.",
            code="other_owner",
            detail={"owner": terms.owner},
        )


def require_same_servers(order: Order, cluster: Cluster) -> None:
    """Raise `BadInput`: a consignment goes to a cluster of the model that was ordered, of the provider that ordered it."""
    if order.agreement.provider_id != cluster.provider_id:
        raise BadInput(
            f"cluster {cluster.pk!r} is another provider's.",
            where="cluster",
            todo="Name a cluster of the provider that ordered.",
            code="other_provider",
        )
    if order.gpu_model_id != cluster.gpu_model_id:
        raise BadInput(
            f"the order is of {order.gpu_model_id}, the cluster of {cluster.gpu_model_id}.",
            where="cluster",
            todo="Name a cluster of the model that was ordered.",
            code="other_model",
            detail={"ordered": order.gpu_model_id, "cluster": cluster.gpu_model_id},
        )


def require_come(pool: Pool, servers: Collection[str], day: dt.date) -> None:
    """Raise `BadInput` unless these servers can have been accepted on that day: agreed upon by then, and delivered.

    Consignments go to clusters. A provider's own part of a pool stands in none: of it the agreement alone is asked.
    """
    new = Counter(queries.servers(pool_id=pool.pk).filter(pk__in=servers).order_by().values_list("cluster", flat=True))
    for cluster_id, count in sorted(new.items(), key=str):
        cluster = queries.cluster(cluster_id) if cluster_id else None
        _require_agreed(pool, cluster, day)
        if cluster is not None:
            _require_delivered(cluster, count, day)


def _require_agreed(pool: Pool, cluster: Cluster | None, day: dt.date) -> None:
    """Raise `BadInput` with code `before_the_agreement`; a pool alone is its provider's, whose first agreement counts."""
    agreements = procurement.agreements(provider_id=pool.provider_id)
    if cluster is not None and cluster.agreement_id:
        agreements = agreements.filter(pk=cluster.agreement_id)
    starts = [terms.starts_on for terms in procurement.terms_of(agreements)]
    if starts and day < min(starts):
        raise BadInput(
            f"the agreement runs from {min(starts)} on.",
            where="accepted_on",
            todo="Give a day within the agreement.",
            code="before_the_agreement",
            detail={"starts_on": min(starts).isoformat()},
        )


def _require_delivered(cluster: Cluster, count: int, day: dt.date) -> None:
    """Raise `BadInput` with code `not_delivered` where more servers were in service than had come by then."""
    came, serve = queries.servers_delivered(cluster.pk, by=day), queries.servers_in_use(cluster.pk)
    if serve + count > came:
        raise BadInput(
            f"{came} servers had been delivered by {day}, and {serve} are in service already.",
            where=f"cluster {cluster.pk}",
            todo="Record the delivery first, or put fewer servers in service.",
            code="not_delivered",
            detail={"cluster": cluster.pk, "servers": count, "delivered": came, "in_service": serve, "day": day.isoformat()},
        )
