"""In which state was each server at each second?

Where records overlap the first of these counts: own use, maintenance, leased, idle. Own use comes
first so that it cannot hide behind maintenance; both come before the lease, because a user holds
only what could be used.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from dure.decisions.metering.intervals import Span, Spans, common, merged, second_of, seconds, without
from dure.formats.errors import BadInput
from dure.formats.stages.metering import Interval, MeteredServer, MeteringFacts, ServerStates


class ServerTime(NamedTuple):
    """One server's seconds within the period. `held`: leased, by lease; `measured`: of these, with records.

    `claimed`: what the leases say, before own use, maintenance and service are taken off.
    """

    server: MeteredServer
    in_service: Spans
    own_use: Spans
    maintenance: Spans
    claimed: dict[str, Spans]
    held: dict[str, Spans]
    measured: dict[str, Spans]
    gaps: Spans


def server_times(facts: MeteringFacts, window: Span) -> dict[str, ServerTime]:
    """Each server's time, divided by state and lease."""
    claims = _claims(facts)
    laid = {name: _by_server(getattr(facts, name)) for name in ("maintenance", "own_use", "gaps")}
    return {
        server.id: _time(server, window, claims[server.id], {name: rows[server.id] for name, rows in laid.items()})
        for server in sorted(facts.servers, key=lambda one: one.id)
    }


def server_states(time: ServerTime) -> ServerStates:
    """Seconds by state; they add up because each is what the earlier states left."""
    in_service, own_use, maintenance = seconds(time.in_service), seconds(time.own_use), seconds(time.maintenance)
    leased = sum(seconds(spans) for spans in time.held.values())
    return ServerStates(
        server=time.server.id,
        in_service=in_service,
        leased=leased,
        idle=in_service - own_use - maintenance - leased,
        maintenance=maintenance,
        own_use=own_use,
    )


def _time(server: MeteredServer, window: Span, claims: dict[str, Span], laid: dict[str, Spans]) -> ServerTime:
    since = second_of(server.in_service_from, where=f"server {server.id}")
    until = window[1] if server.in_service_to is None else second_of(server.in_service_to, where=f"server {server.id}")
    if server.in_service_to is not None and until <= since:
        raise BadInput("goes out of service before it comes in.", where=f"server {server.id}", todo="Correct the dates.")
    in_service = common([window], merged([(since, until)]))
    own = common(in_service, laid["own_use"])
    down = without(common(in_service, laid["maintenance"]), own)
    free = without(without(in_service, own), down)
    claimed = {lease: common([window], [span]) for lease, span in claims.items()}
    held = {lease: common(free, spans) for lease, spans in claimed.items()}
    measured = {lease: without(spans, laid["gaps"]) for lease, spans in held.items()}
    return ServerTime(server, in_service, own, down, claimed, held, measured, common([window], laid["gaps"]))


def _claims(facts: MeteringFacts) -> dict[str, dict[str, Span]]:
    """Server to lease to span; two leases never hold one server at once."""
    claims: dict[str, dict[str, Span]] = defaultdict(dict)
    for lease in facts.leases:
        span = second_of(lease.from_at, where=f"lease {lease.id}"), second_of(lease.to_at, where=f"lease {lease.id}")
        for server in lease.servers:
            claims[server][lease.id] = span
    for server, spans in claims.items():
        last, holder = None, ""
        for lease_id, (start, end) in sorted(spans.items(), key=lambda one: (one[1], one[0])):
            if last is not None and start < last:
                raise BadInput(
                    f"leases {holder!r} and {lease_id!r} hold it at once.",
                    where=f"server {server}",
                    todo="End one of the leases where the other begins.",
                )
            last, holder = end, lease_id
    return claims


def _by_server(rows: Iterable[Interval]) -> dict[str, Spans]:
    found: dict[str, Spans] = defaultdict(list)
    for row in rows:
        where = f"interval of server {row.server}"
        span = second_of(row.from_at, where=where), second_of(row.to_at, where=where)
        if span[1] <= span[0]:
            raise BadInput("ends before it begins.", where=where, todo="Correct the interval.")
        found[row.server].append(span)
    return defaultdict(list, {server: merged(spans) for server, spans in found.items()})
