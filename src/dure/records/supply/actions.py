"""Prepares sites, places orders, records deliveries, registers servers, sets milestones and capacity."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from dure.formats.errors import BadInput
from dure.records.journal.approved import require_approved
from dure.records.journal.models import Entry
from dure.records.procurement.models import Agreement
from dure.records.supply.models import (
    CapacityWeek,
    Cluster,
    Delivery,
    Gpu,
    GpuModel,
    Milestone,
    Order,
    Pool,
    Server,
    Site,
    SiteReadiness,
)


def add_gpu_model(*, id: str, relative_compute: str, gpus_per_server: int) -> GpuModel:
    """Add a kind of accelerator."""
    return GpuModel.objects.create(id=id, relative_compute=relative_compute, gpus_per_server=gpus_per_server)


@transaction.atomic
def add_site(
    *,
    id: str,
    name: Mapping[str, str],
    provider: Any,
    readiness: Iterable[Mapping[str, Any]] = (),
    **fields: Any,
) -> Site:
    """Add a site with what it can carry, each `{resource, from_on, value}`."""
    site = Site.objects.create(id=id, name=dict(name), provider_id=getattr(provider, "pk", provider), **fields)
    SiteReadiness.objects.bulk_create(SiteReadiness(site=site, **level) for level in readiness)
    return site


def add_pool(*, id: str, provider: Any, gpu_model: Any, gpus_per_server: int) -> Pool:
    """Add a pool: what is leased alike."""
    return Pool.objects.create(
        id=id,
        provider_id=getattr(provider, "pk", provider),
        gpu_model_id=getattr(gpu_model, "pk", gpu_model),
        gpus_per_server=gpus_per_server,
    )


def add_cluster(
    *, id: str, pool: Pool, site: Site, provider: Any, gpu_model: Any, servers: int, promised_on: dt.date, **fields: Any
) -> Cluster:
    """Add a cluster; it is a pod of its pool."""
    return Cluster.objects.create(
        id=id,
        pool=pool,
        site=site,
        provider_id=getattr(provider, "pk", provider),
        gpu_model_id=getattr(gpu_model, "pk", gpu_model),
        servers_planned=servers,
        promised_on=promised_on,
        **fields,
    )


def place_order(*, id: str, agreement: Agreement, gpu_model: Any, servers: int, ordered_on: dt.date) -> Order:
    """Order servers; the database refuses more than the agreement's awards."""
    return Order.objects.create(
        id=id, agreement=agreement, gpu_model_id=getattr(gpu_model, "pk", gpu_model), servers=servers, ordered_on=ordered_on
    )


def expect_delivery(
    *,
    id: str,
    order: Order,
    cluster: Cluster,
    servers: int,
    earliest_on: dt.date,
    likely_on: dt.date,
    latest_on: dt.date,
) -> Delivery:
    """Announce a consignment; the database refuses more than was ordered."""
    return Delivery.objects.create(
        id=id, order=order, cluster=cluster, servers=servers, earliest_on=earliest_on, likely_on=likely_on, latest_on=latest_on
    )


@transaction.atomic
def record_delivery(*, delivery: Delivery, actual_on: dt.date) -> Delivery:
    """A consignment came; a day once recorded stays."""
    locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if locked.actual_on not in {None, actual_on}:
        raise BadInput(f"came on {locked.actual_on} already.", where=f"delivery {delivery.pk}", code="answered")
    locked.actual_on = actual_on
    locked.save(update_fields=["actual_on"])
    return locked


@transaction.atomic
def register_servers(*, pool: Pool, cluster: Cluster | None = None, servers: Iterable[Mapping[str, Any]]) -> list[Server]:
    """Enter many servers into the register.

    Each is `{id, pod, serial, owner, in_service_from?, in_service_to?, accepted_on?, own_use?, delivery?, gpu_uuids?}`.
    """
    made, gpus = [], []
    for each in servers:
        fields = dict(each)
        uuids = fields.pop("gpu_uuids", ())
        made.append(Server(pool=pool, cluster=cluster, **fields))
        gpus += [Gpu(uuid=uuid, server_id=fields["id"]) for uuid in uuids]
    created = Server.objects.bulk_create(made, batch_size=1000)
    Gpu.objects.bulk_create(gpus, batch_size=5000)
    return created


@transaction.atomic
def put_in_service(*, servers: Iterable[str], from_at: dt.datetime, accepted_on: dt.date | None = None) -> int:
    """Servers enter service at that moment; returns how many."""
    locked = Server.objects.select_for_update().filter(pk__in=list(servers)).order_by("id")
    ids = [server.pk for server in locked]
    return Server.objects.filter(pk__in=ids).update(in_service_from=from_at, accepted_on=accepted_on)


def set_milestone(*, programme: str, key: str, **dates: Any) -> Milestone:
    """Set what is known of a milestone: promised_on, forecast_on, actual_on, cause."""
    return Milestone.objects.update_or_create(programme=programme, key=key, defaults=dates)[0]


@transaction.atomic
def record_capacity(*, cluster: Cluster, weeks: Iterable[Mapping[str, Any]], entry: Entry | None = None) -> int:
    """Enter capacity by week, each `{week_on, plan?, p50?, p90?, actual?}`; forecasts come from an approved build-out."""
    listed = [dict(week) for week in weeks]
    if entry is not None:
        require_approved(entry, "buildout")
    elif any(week.get(name) is not None for week in listed for name in ("p50", "p90")):
        raise BadInput("a forecast needs the approved build-out it comes from.", where=f"capacity of {cluster.pk}")
    changed = sorted({name for week in listed for name in week} - {"week_on"})
    rows = [CapacityWeek(cluster=cluster, entry=entry, **week) for week in listed]
    CapacityWeek.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["cluster", "week_on"],
        update_fields=[*changed, *(["entry"] if entry else [])],
        batch_size=2000,
    )
    return len(rows)
