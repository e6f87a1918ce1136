"""What was a server's state at one instant? Recomputed at every instant at which anything changes."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from itertools import pairwise
from typing import NamedTuple

from dure.formats.stages.metering import MeteredServer, MeteringFacts


class Moment(NamedTuple):
    """From `start` to `end` nothing about the server changes. `state` is empty when it is out of service."""

    start: int
    end: int
    state: str
    lease: str
    claimed: bool
    gap: bool


class Timeline(NamedTuple):
    """A server's moments, gapless over the period."""

    server: MeteredServer
    starts: list[int]
    moments: list[Moment]

    def between(self, start: int, end: int) -> list[Moment]:
        """The moments within [start, end), the first and last cut to it; outside the period there are none."""
        found = []
        for place in range(max(0, bisect_right(self.starts, start) - 1), len(self.moments)):
            moment = self.moments[place]
            if moment.start >= end:
                break
            if moment.end > start:
                found.append(moment._replace(start=max(start, moment.start), end=min(end, moment.end)))
        return found


def second(instant: dt.datetime) -> int:
    """Seconds since 1970."""
    return int(instant.timestamp())


def timelines(facts: MeteringFacts) -> dict[str, Timeline]:
    """One timeline per server."""
    period = second(facts.from_at), second(facts.to_at)
    laid: dict[str, list[tuple[int, int, str, str]]] = defaultdict(list)
    for name in ("maintenance", "own_use", "gaps"):
        for row in getattr(facts, name):
            laid[row.server].append((second(row.from_at), second(row.to_at), name, ""))
    for lease in facts.leases:
        for held in lease.servers:
            laid[held].append((second(lease.from_at), second(lease.to_at), "lease", lease.id))
    made = {}
    for server in facts.servers:
        until = period[1] if server.in_service_to is None else second(server.in_service_to)
        service = (second(server.in_service_from), until, "service", "")
        moments = _moments([service, *laid[server.id]], period)
        made[server.id] = Timeline(server, [moment.start for moment in moments], moments)
    return made


def _moments(laid: list[tuple[int, int, str, str]], period: tuple[int, int]) -> list[Moment]:
    edges = {edge for start, end, _, _ in laid for edge in (start, end) if period[0] < edge < period[1]}
    return [_moment(laid, start, end) for start, end in pairwise(sorted(edges | set(period)))]


def _moment(laid: list[tuple[int, int, str, str]], at: int, end: int) -> Moment:
    here = {kind: lease for start, stop, kind, lease in laid if start <= at < stop}
    if "service" not in here:
        state = ""
    else:
        ranked = (("own_use", "own_use"), ("maintenance", "maintenance"), ("lease", "leased"))
        state = next((name for kind, name in ranked if kind in here), "idle")
    return Moment(at, end, state, here.get("lease", ""), "lease" in here, "gaps" in here)
