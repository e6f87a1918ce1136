"""The facts of a round as its decisions read them: leases, applications, pools and waiting lists, in weeks of the round."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from dure.records.allocation.models import (
    AllocationRound,
    Lease,
)
from dure.records.allocation.queries import leases, waiting
from dure.records.allocation.weeks import week_at, week_start
from dure.records.demand.models import Application
from dure.records.parties import queries as parties
from dure.records.supply import queries as supply
from dure.records.supply.models import Server


def lease_facts(round_: AllocationRound) -> list[dict[str, Any]]:
    """Leases on the round's pools that reach into it: fixed servers in weeks, one entry per grant and period.

    A part of a week counts as the whole week: nobody is moved in while somebody is still there.
    """
    together: dict[tuple[str, int, int], list[Lease]] = defaultdict(list)
    horizon = (week_start(round_, 0), week_start(round_, round_.weeks))
    merged = parties.merged()
    for lease in leases(overlapping=horizon).filter(grant__pool__in=round_.pools):
        first = max(0, week_at(round_, lease.during.lower))
        last = week_at(round_, lease.during.upper - dt.timedelta(microseconds=1)) + 1
        together[lease.grant_id, first, last].append(lease)
    return [
        {
            "id": f"{grant_id}@{first}-{last}",
            "pool": held[0].grant.pool_id,
            "servers": sorted(lease.server_id for lease in held),
            "from_week": first,
            "to_week": last,
            "sector": held[0].grant.application.sector,
            "organisation": merged.get(applied := held[0].grant.application.organisation_id, applied),
        }
        for (grant_id, first, last), held in sorted(together.items())
    ]


def application_facts(
    applications: Iterable[Application], *, scores: Mapping[str, str], priorities: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Applications as allocation is told them; those without a score are left out.

    An organisation that turned out to be another is that other one, so that the cap counts both.
    """
    merged = parties.merged()
    return [
        {
            "id": each.pk,
            "organisation": merged.get(each.organisation_id, each.organisation_id),
            "sector": each.sector,
            "score": scores[each.pk],
            "priority": (priorities or {}).get(each.pk, "1"),
            "models": each.gpu_models,
            "servers": each.servers,
            "minimum_servers": each.minimum_servers,
            "weeks": each.weeks,
            "earliest_week": each.earliest_week,
            "latest_week": each.latest_week,
            "pod": each.pod,
            "arrived_at": each.submitted_at.isoformat(),
        }
        for each in applications
        if each.pk in scores
    ]


def pool_facts(round_: AllocationRound, *, outages: Mapping[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The round's pools with their public servers that are in service in some week, and when; `outages` by pool.

    Where the servers enter in pod order, `in_service` is a step function; otherwise each late or leaving server has an outage.
    """
    found = []
    for each in supply.pools().filter(pk__in=round_.pools):
        spans = [span for server in supply.public_servers(each.pk) if (span := _weeks_in_service(round_, server))]
        pods: dict[str, list[str]] = defaultdict(list)
        for pod, server_id, _, _ in spans:
            pods[pod].append(server_id)
        steps, absent = _in_service(spans, round_.weeks)
        found.append(
            {
                "id": each.pk,
                "provider": each.provider_id,
                "gpu_model": each.gpu_model_id,
                "gpus_per_server": each.gpus_per_server,
                "pods": [{"id": pod, "servers": ids} for pod, ids in sorted(pods.items())],
                "in_service": steps,
                "outages": [*absent, *outages.get(each.pk, [])],
            }
        )
    return found


def _weeks_in_service(round_: AllocationRound, server: Server) -> tuple[str, str, int, int] | None:
    """Pod, server, and the whole weeks [first, end) of the round in which it serves; nothing where there is none."""
    if server.in_service_from is None:
        return None
    first = max(0, week_at(round_, server.in_service_from - dt.timedelta(microseconds=1)) + 1)
    end = round_.weeks if server.in_service_to is None else min(round_.weeks, week_at(round_, server.in_service_to))
    return (server.pod, server.pk, first, end) if first < end else None


def _in_service(spans: list[tuple[str, str, int, int]], weeks: int) -> tuple[list[dict[str, int]], list[dict[str, Any]]]:
    """Steps of how many servers, in pod order, are in service from which week; and the weeks that single servers are absent."""
    firsts = [first for _, _, first, _ in spans]
    in_order = firsts == sorted(firsts)
    if in_order:
        steps = [{"from_week": week, "servers": sum(first <= week for first in firsts)} for week in sorted(set(firsts))]
    else:
        steps = [{"from_week": 0, "servers": len(spans)}]
    absent: list[dict[str, Any]] = []
    for _, server_id, first, end in spans:
        if first and not in_order:
            absent.append({"server": server_id, "from_week": 0, "to_week": first})
        if end < weeks:
            absent.append({"server": server_id, "from_week": end, "to_week": weeks})
    return steps, absent


def waiting_facts(round_: AllocationRound) -> list[dict[str, Any]]:
    """The waiting list as reclaim is told it."""
    return [
        {
            "application": each.application_id,
            "place": each.place,
            "gpu_models": sorted(each.application.gpu_models),
            "servers": each.application.servers,
            "minimum_servers": each.application.minimum_servers,
            "weeks": each.application.weeks,
        }
        for each in waiting(round_)
    ]
