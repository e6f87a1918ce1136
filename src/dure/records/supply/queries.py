"""Reads sites, clusters, servers and capacity, and the facts of the build-out decision."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from dure.records.supply.models import (
    CapacityWeek,
    Cluster,
    Delivery,
    GpuModel,
    Milestone,
    Order,
    Pool,
    Server,
    Site,
    SiteReadiness,
)


def gpu_models() -> dict[str, GpuModel]:
    """Kinds of accelerator by id."""
    return {model.pk: model for model in GpuModel.objects.order_by("id")}


def sites() -> QuerySet[Site]:
    """Sites with their providers."""
    return Site.objects.select_related("provider")


def clusters(*, provider_id: str | None = None) -> QuerySet[Cluster]:
    """Clusters with the number of servers registered, delivered and in service so far.

    A server is registered by its serial number, which the agreement allows from the order on: it may not have been delivered.
    """
    of_it = {"cluster": OuterRef("pk")}
    came = Delivery.objects.filter(**of_it, actual_on__isnull=False).order_by().values("cluster")
    # Counted cluster by cluster: of joined servers each would ask for the deliveries of its cluster.
    servers = Server.objects.filter(**of_it).order_by().values("cluster")
    serving = servers.filter(in_service_from__isnull=False)
    found = Cluster.objects.select_related("site", "provider", "gpu_model", "pool").annotate(
        registered=Coalesce(Subquery(servers.annotate(number=Count("pk")).values("number")), 0),
        delivered=Coalesce(Subquery(came.annotate(total=Sum("servers")).values("total")), 0),
        taken_into_service=Coalesce(Subquery(serving.annotate(number=Count("pk")).values("number")), 0),
    )
    return (found if provider_id is None else found.filter(provider=provider_id)).order_by("id")


def cluster(cluster_id: str) -> Cluster | None:
    """That cluster, or nothing."""
    return Cluster.objects.select_related("site", "provider", "gpu_model").filter(pk=cluster_id).first()


def pools(*, provider_id: str | None = None) -> QuerySet[Pool]:
    """Pools with their providers."""
    found = Pool.objects.select_related("provider", "gpu_model").order_by("id")
    return found if provider_id is None else found.filter(provider=provider_id)


def pool(pool_id: str) -> Pool | None:
    """That pool, or nothing."""
    return pools().filter(pk=pool_id).first()


def orders(*, agreement_id: str | None = None, provider_id: str | None = None) -> QuerySet[Order]:
    """Orders with their agreements."""
    found = Order.objects.select_related("agreement__provider", "gpu_model")
    if agreement_id is not None:
        found = found.filter(agreement=agreement_id)
    return found if provider_id is None else found.filter(agreement__provider=provider_id)


def order(order_id: str) -> Order | None:
    """That order, or nothing."""
    return orders().filter(pk=order_id).first()


def delivery(delivery_id: str) -> Delivery | None:
    """That consignment with its order, or nothing."""
    return Delivery.objects.select_related("order__agreement").filter(pk=delivery_id).first()


def deliveries(*, provider_id: str | None = None, cluster_id: str | None = None) -> QuerySet[Delivery]:
    """Consignments by the day they are likely to come."""
    found = Delivery.objects.select_related("order", "cluster__provider")
    if provider_id is not None:
        found = found.filter(cluster__provider=provider_id)
    return found if cluster_id is None else found.filter(cluster=cluster_id)


def servers(*, pool_id: str | None = None, in_service_at: dt.datetime | None = None, search: str = "") -> QuerySet[Server]:
    """Servers in pod order; `in_service_at`: only those in service at that moment."""
    found = Server.objects.select_related("pool__gpu_model", "cluster")
    if pool_id is not None:
        found = found.filter(pool=pool_id)
    if in_service_at is not None:
        still = Q(in_service_to=None) | Q(in_service_to__gt=in_service_at)
        found = found.filter(still, in_service_from__lte=in_service_at)
    if search:
        found = found.filter(Q(id__icontains=search) | Q(serial__icontains=search))
    return found.order_by("pool", "pod", "id")


def servers_ordered(*, gpu_model: str, agreement_id: str | None = None, provider_id: str | None = None) -> int:
    """How many servers of that model were ordered, under one agreement or by one provider."""
    found = orders(agreement_id=agreement_id, provider_id=provider_id).filter(gpu_model=gpu_model)
    return found.aggregate(total=Sum("servers"))["total"] or 0


def servers_registered(*, provider_id: str, gpu_model: str) -> int:
    """How many servers of that model the register holds of the provider, without those that left service."""
    return Server.objects.filter(pool__provider=provider_id, pool__gpu_model=gpu_model, in_service_to=None).count()


def servers_delivered(cluster_id: str, *, by: dt.date) -> int:
    """How many servers had come to the cluster by that day."""
    return Delivery.objects.filter(cluster=cluster_id, actual_on__lte=by).aggregate(total=Sum("servers"))["total"] or 0


def servers_in_use(cluster_id: str) -> int:
    """How many servers of the cluster have entered service and not left it."""
    return Server.objects.filter(cluster=cluster_id, in_service_from__isnull=False, in_service_to=None).count()


def servers_matching(word: str) -> Q:
    """Servers whose id or serial number holds the word."""
    return Q(id__icontains=word) | Q(serial__icontains=word)


def public_servers(pool_id: str) -> QuerySet[Server]:
    """Public servers of the pool in pod order: what allocation places grants on."""
    return Server.objects.filter(pool=pool_id, own_use=False).order_by("pod", "id")


def providers_of_servers(server_ids: Iterable[str]) -> set[str]:
    """The organisations whose servers these are."""
    return set(Server.objects.filter(pk__in=list(server_ids)).order_by().values_list("pool__provider", flat=True).distinct())


def providers_of_clusters(cluster_ids: Iterable[str]) -> set[str]:
    """The organisations whose clusters these are."""
    return set(Cluster.objects.filter(pk__in=list(cluster_ids)).order_by().values_list("pool__provider", flat=True).distinct())


def milestones(*, programme: str) -> QuerySet[Milestone]:
    """The programme's calendar: promised, forecast, actual."""
    return Milestone.objects.filter(programme=programme)


def capacity(*, cluster_id: str | None = None) -> QuerySet[CapacityWeek]:
    """Capacity by cluster and week."""
    found = CapacityWeek.objects.select_related("cluster__gpu_model")
    return found if cluster_id is None else found.filter(cluster=cluster_id)


def capacity_by_week() -> list[dict[str, Any]]:
    """Servers in service over all clusters, one dict per week: week_on, plan, p50, p90, actual."""
    totals = {name: Sum(name) for name in ("plan", "p50", "p90", "actual")}
    return [dict(row) for row in CapacityWeek.objects.order_by("week_on").values("week_on").annotate(**totals)]


def buildout_facts(
    *, as_of: dt.date, start_on: dt.date, weeks: int, seed: str, causes: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """What the build-out decision is told, as it was known on `as_of`: later deliveries still count as expected."""
    levels: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for level in SiteReadiness.objects.order_by("site", "resource", "from_on"):
        levels[level.site_id][level.resource].append({"from_on": level.from_on.isoformat(), "value": level.value})
    consignments: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in Delivery.objects.order_by("id"):
        known = each.actual_on if each.actual_on and each.actual_on <= as_of else None
        consignments[each.cluster_id].append(
            {
                "id": each.pk,
                "servers": each.servers,
                "earliest_on": each.earliest_on.isoformat(),
                "likely_on": each.likely_on.isoformat(),
                "latest_on": each.latest_on.isoformat(),
                "actual_on": known.isoformat() if known else None,
            }
        )
    counted: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for week in CapacityWeek.objects.filter(actual__isnull=False).order_by("cluster", "week_on"):
        sunday = week.week_on + dt.timedelta(days=6)  # servers are counted at the end of the week
        if sunday <= as_of:
            counted[week.cluster_id].append({"from_on": sunday.isoformat(), "value": week.actual})
    return {
        "as_of": as_of.isoformat(),
        "start_on": start_on.isoformat(),
        "weeks": weeks,
        "seed": seed,
        "sites": [
            {"id": site.pk, **{str(name): levels[site.pk][name] for name in SiteReadiness.Resource.values}}
            for site in Site.objects.order_by("id")
        ],
        "clusters": [_cluster_facts(each, consignments[each.pk], counted[each.pk]) for each in Cluster.objects.order_by("id")],
        "causes": list(causes),
    }


def _cluster_facts(cluster: Cluster, deliveries: list[dict[str, Any]], counted: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": cluster.pk,
        "provider": cluster.provider_id,
        "site": cluster.site_id,
        "gpu_model": cluster.gpu_model_id,
        "gpus_per_server": cluster.gpus_per_server,
        "servers": cluster.servers_planned,
        "servers_per_rack": cluster.servers_per_rack,
        "ports_per_server": cluster.ports_per_server,
        "power_w_per_server": cluster.power_w_per_server,
        "promised_on": cluster.promised_on.isoformat(),
        "deliveries": deliveries,
        "actual_service": counted,
    }
