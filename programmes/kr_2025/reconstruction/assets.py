"""What the providers ordered and built under their agreements, down to each server with its serial."""

from typing import Any

OWNER, BUILT = "nipa", "2026-03-03"
LEVELS = ("power_kw", "cooling_kw", "racks", "network_ports", "crews")
CLUSTER = (
    "id", "site", "gpu_model", "gpus_per_server", "servers", "servers_per_rack", "ports_per_server", "power_w_per_server",
    "promised_on",
)  # fmt: skip
DELIVERY = ("id", "servers", "earliest_on", "likely_on", "latest_on")


def assets(call: dict[str, Any], proposals: dict[str, Any], orders: dict[str, Any], sites: dict[str, Any]) -> dict[str, Any]:
    """Rows of each, provider by provider; clusters of one model are pods of one pool, lettered in order."""
    clusters = next(each for each in orders["known"] if each["as_of"] == BUILT)["clusters"]
    halls = {each["id"]: each for each in next(each for each in sites["known"] if each["as_of"] == BUILT)["sites"]}
    made: dict[str, list[dict[str, Any]]] = {key: [] for key in ("orders", "sites", "clusters", "deliveries", "servers")}
    for proposal in sorted(proposals["proposals"], key=lambda each: each["provider"]):
        lot, provider = proposal["lots"][0], proposal["provider"]
        if lot["declined"]:
            continue
        step, agreement = lot["steps"][-1], f"{call['call']['id']}-{provider}"
        model = {"gpu_model": lot["gpu_model"], "gpus_per_server": lot["gpus_per_server"]}
        built = [each for each in clusters if each["provider"] == provider]
        order = {"id": f"{agreement}-1", "agreement": agreement, "gpu_model": lot["gpu_model"], "servers": step["servers"]}
        made["orders"].append(order)
        for site in sorted({each["site"] for each in built}):
            levels = {name: halls[site][name] for name in LEVELS}
            made["sites"].append({"id": site, "name": site, "provider": provider, **levels})
        pods: dict[str, int] = {}
        for each in built:
            pool = each["id"].rpartition("-")[0]
            pods[pool] = pods.get(pool, -1) + 1
            made["clusters"].append({"agreement": agreement, "pool": pool, **{key: each[key] for key in CLUSTER}})
            made["deliveries"] += [
                {
                    "order": f"{agreement}-1",
                    "cluster": each["id"],
                    **{key: one[key] for key in (*DELIVERY, "actual_on") if key in one},
                }
                for one in each["deliveries"]
            ]
            place = {"agreement": agreement, "pool": pool, "pod": chr(ord("a") + pods[pool]), "cluster": each["id"]}
            made["servers"].append({**place, "owner": OWNER, **model, "servers": _servers(place, each["servers"])})
        place = {"agreement": agreement, "pool": f"{provider.partition('-')[0]}-own", "pod": "a"}  # in no cluster, never leased
        made["servers"].append({**place, "owner": OWNER, **model, "servers": _servers(place, step["own_use_servers"])})
    return made


def _servers(place: dict[str, str], count: int) -> list[dict[str, str]]:
    """Numbered from 1."""
    pool, pod = place["pool"], place["pod"]
    return [{"id": f"{pool}/{pod}/{n:03d}", "serial": f"{pool}-{pod}-{n:05d}".upper()} for n in range(1, count + 1)]
