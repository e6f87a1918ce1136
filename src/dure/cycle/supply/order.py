"""Providers order the servers; each becomes an asset with serial number, owner and place."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dure.cycle.lookup import found
from dure.records.procurement import queries as procurement
from dure.records.procurement.models import Agreement
from dure.records.supply import actions, queries
from dure.records.supply.models import Cluster, Order, Pool

LEVELS = ("power_kw", "cooling_kw", "racks", "network_ports", "crews")


def enter(
    *,
    call_id: str,
    sites: Mapping[str, Mapping[str, Any]],
    clusters: Iterable[Mapping[str, Any]],
    owner: str,
    ordered_on: dt.date,
) -> dict[str, int]:
    """Enter orders, sites, clusters, deliveries and servers; returns how many servers and GPUs."""
    call = found(procurement.call(call_id), "call", call_id)
    made = {"servers": 0, "gpus": 0}
    listed = list(clusters)
    for agreement in procurement.agreements(call=call):
        awards = [each.award for each in agreement.agreed_awards.all()]
        order = actions.place_order(
            id=f"{agreement.pk}-1",
            agreement=agreement,
            gpu_model=awards[0].gpu_model,
            servers=sum(a.servers for a in awards),
            ordered_on=ordered_on,
        )
        mine = [each for each in listed if each["provider"] == agreement.provider_id]
        for cluster, pod in zip(_enter_clusters(agreement, mine, sites, order), _pods(mine), strict=True):
            _register(cluster.pool, cluster=cluster, pod=pod, owner=owner, count=cluster.servers_planned)
        own = _pool(
            f"{awards[0].proposal.provider_id.partition('-')[0]}-own", agreement, awards[0].gpu_model, awards[0].gpus_per_server
        )
        _register(own, pod="a", owner=owner, count=sum(award.own_use_servers for award in awards))
        made["servers"] += order.servers
        made["gpus"] += sum(award.gpus for award in awards)
    return made


def _enter_clusters(
    agreement: Agreement, clusters: list[Mapping[str, Any]], sites: Mapping[str, Mapping[str, Any]], order: Order
) -> Iterator[Cluster]:
    for site_id in sorted({each["site"] for each in clusters}):
        levels = [{"resource": name, **level} for name in LEVELS for level in sites[site_id][name]]
        site = actions.add_site(id=site_id, name_ko=site_id, provider=agreement.provider_id, readiness=levels)
        sites = {**sites, site_id: {**sites[site_id], "record": site}}
    for each, pool_id in zip(clusters, _pools(clusters), strict=True):
        pool = _pool(pool_id, agreement, each["gpu_model"], each["gpus_per_server"])
        cluster = actions.add_cluster(
            id=each["id"], pool=pool, site=sites[each["site"]]["record"], provider=agreement.provider_id, agreement=agreement,
            gpu_model=each["gpu_model"], servers=each["servers"], promised_on=dt.date.fromisoformat(each["promised_on"]),
            **{name: each[name] for name in ("gpus_per_server", "servers_per_rack", "ports_per_server", "power_w_per_server")},
        )  # fmt: skip
        for one in each["deliveries"]:
            days = {name: dt.date.fromisoformat(one[name]) for name in ("earliest_on", "likely_on", "latest_on")}
            delivery = actions.expect_delivery(id=one["id"], order=order, cluster=cluster, servers=one["servers"], **days)
            if one.get("actual_on"):
                actions.record_delivery(delivery=delivery, actual_on=dt.date.fromisoformat(one["actual_on"]))
        yield cluster


def _pools(clusters: list[Mapping[str, Any]]) -> list[str]:
    """A provider's clusters of one model are leased alike: one pool, named as they are but for the last part, their size."""
    return [each["id"].rpartition("-")[0] for each in clusters]


def _pods(clusters: list[Mapping[str, Any]]) -> list[str]:
    """Each cluster of a pool is one pod of it, lettered in the order given."""
    seen: dict[str, int] = defaultdict(int)
    letters = []
    for pool in _pools(clusters):
        letters.append(chr(ord("a") + seen[pool]))
        seen[pool] += 1
    return letters


def _pool(pool_id: str, agreement: Agreement, gpu_model: str, gpus_per_server: int) -> Pool:
    """The pool of that id, entered when it is first met."""
    known = queries.pool(pool_id)
    return known or actions.add_pool(
        id=pool_id, provider=agreement.provider_id, gpu_model=gpu_model, gpus_per_server=gpus_per_server
    )


def _register(pool: Pool, *, pod: str, owner: str, count: int, cluster: Cluster | None = None) -> None:
    """Public servers stand in a cluster; the provider's own part (no cluster given) is in a pool that is not leased."""
    servers = [
        {
            "id": f"{pool.pk}/{pod}/{number:03d}",
            "pod": pod,
            "serial": f"{pool.pk}-{pod}-{number:05d}".upper(),
            "owner": owner,
            "own_use": cluster is None,
        }
        for number in range(1, count + 1)
    ]
    actions.register_servers(pool=pool, cluster=cluster, servers=servers)
