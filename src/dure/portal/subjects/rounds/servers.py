"""Who holds which server in which week? Every server of the plan, as a picture's data, as sums, and as a table.

The picture holds each grant once with the runs of neighbouring servers that it has, so that 10,000 servers over a
year stay small enough to send at once and to draw without asking again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from dure.portal.kit.charts.svg import element, names_width, shortened, text, text_width, title, twice
from dure.portal.kit.shown import Chart, Column, Table
from dure.portal.kit.wording.numbers import known_date, last_day_before, number, percent, week_date
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed

BROAD, LINE, MOST_LINES, LEVELS = 800, 18, 40, 10
SHUT, IDLE, HELD = 0, 1, 2


@dataclass(frozen=True)
class Holding:
    """One grant or earlier lease: who has which servers from when to when."""

    application: str
    organisation: str
    sector: str
    servers: Sequence[str]
    from_week: int
    to_week: int
    lease: bool


def server_names(pool: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """The pool's pods with their servers, in the order in which they come into service."""
    return [
        (pod["id"], _counted(pool["id"], pod) if isinstance(pod["servers"], int) else sorted(pod["servers"]))
        for pod in sorted(pool["pods"], key=lambda pod: pod["id"])
    ]


def _counted(pool: str, pod: Mapping[str, Any]) -> list[str]:
    return [f"{pool}/{pod['id']}/{place:03d}" for place in range(1, pod["servers"] + 1)]


def holdings(filed: Filed) -> Iterator[Holding]:
    """Earlier leases, then grants."""
    weeks = filed.facts["weeks"]
    for each in filed.facts.get("leases", ()):
        yield Holding(each["id"].partition("@")[0].rpartition("/")[2], each["organisation"], each["sector"], each["servers"],
                      each["from_week"], min(each["to_week"], weeks), lease=True)  # fmt: skip
    applying = {each["id"]: each for each in filed.facts["applications"]}
    for each in filed.recommendation["grants"]:
        whose = applying[each["application"]]
        yield Holding(whose["id"], whose["organisation"], whose["sector"], each["servers"],
                      each["from_week"], min(each["to_week"], weeks), lease=False)  # fmt: skip


def runs(places: Iterable[int]) -> list[int]:
    """Sorted places as runs: the first by its distance from the end of the run before, then how many."""
    found: list[int] = []
    end = 0
    for place in sorted(places):
        if found and place == end:
            found[-1] += 1
        else:
            found += [place - end, 1]
        end = place + 1
    return found


def levels(pool: Mapping[str, Any], weeks: int) -> list[int]:
    """How many of the pool's servers are in service in each week."""
    found, level = [], 0
    steps = {step["from_week"]: step["servers"] for step in pool["in_service"]}
    for week in range(weeks):
        level = steps.get(week, level)
        found.append(level)
    return found


def picture(filed: Filed) -> dict[str, Any]:
    """The data of the picture; a server is known by its place in the order of pools, pods and names."""
    sectors: dict[str, int] = {each["id"]: place for place, each in enumerate(filed.facts["sectors"])}
    organisations: dict[str, int] = {}
    place_of: dict[str, int] = {}
    pools = []
    for pool in filed.facts["pools"]:
        pods = []
        for pod, servers in server_names(pool):
            counted = servers == _counted(pool["id"], {"id": pod, "servers": len(servers)})
            pods.append([pod, len(servers), [] if counted else servers])
            place_of.update({server: place for place, server in enumerate(servers, start=len(place_of))})
        steps = [[step["from_week"], step["servers"]] for step in pool["in_service"]]
        called, outages = name(pool["id"], filed.names), _outages(pool, place_of)
        pools.append({"id": pool["id"], "name": called, "pods": pods, "in_service": steps, "outages": outages})
    held = [
        [each.application, organisations.setdefault(each.organisation, len(organisations)),
         sectors.setdefault(each.sector, len(sectors)), each.from_week, each.to_week, int(each.lease),
         *runs(place_of[server] for server in each.servers)]
        for each in holdings(filed)
    ]  # fmt: skip
    return {
        "weeks": filed.facts["weeks"],
        "start_on": known_date(filed.facts["start_on"]).isoformat(),
        "pools": pools,
        "sectors": [name(each, filed.names) for each in sectors],
        "organisations": [name(each, filed.names) for each in organisations],
        "held": held,
    }


def _outages(pool: Mapping[str, Any], place_of: Mapping[str, int]) -> list[list[int]]:
    pods = dict(server_names(pool))
    return [
        [each["from_week"], each["to_week"], *runs(place_of[server] for server in _shut(each, pods))]
        for each in pool.get("outages", ())
    ]


def _shut(outage: Mapping[str, Any], pods: Mapping[str, list[str]]) -> list[str]:
    return [outage["server"]] if outage.get("server") else pods.get(outage.get("pod") or "", [])


def grids(filed: Filed) -> Iterator[tuple[str, Any]]:
    """Each pool with its servers' weeks: not in service, idle or held."""
    weeks = filed.facts["weeks"]
    whose: dict[str, list[Holding]] = {}
    for each in holdings(filed):
        for server in each.servers:
            whose.setdefault(server, []).append(each)
    for pool in filed.facts["pools"]:
        by_pod = server_names(pool)
        order = [server for _pod, servers in by_pod for server in servers]
        at = {server: place for place, server in enumerate(order)}
        grid = (np.arange(len(order))[:, None] < np.array(levels(pool, weeks))[None, :]).astype(np.uint8)
        for outage in pool.get("outages", ()):
            for server in _shut(outage, dict(by_pod)):
                grid[at[server], outage["from_week"] : outage["to_week"]] = SHUT
        for server, place in at.items():
            for each in whose.get(server, ()):
                grid[place, each.from_week : each.to_week] = HELD
        yield pool["id"], grid


def use_chart(filed: Filed) -> Chart:
    """How much of each pool is held in each week: the picture in sums, which needs no script."""
    rows, lines = [], []
    for pool, grid in grids(filed):
        held, there = (grid == HELD).sum(axis=0).tolist(), (grid != SHUT).sum(axis=0).tolist()
        called = name(pool, filed.names)
        lines.append((called, held, there))
        rows += [
            {"pool": called, "week": week + 1, "from": week_date(filed.facts["start_on"], week).isoformat(), "there": there[week],
             "held": held[week], "idle": there[week] - held[week]}
            for week in range(len(there))
        ]  # fmt: skip
    columns = [
        Column("pool", _("Pool")),
        Column("week", _("Week"), "number"),
        Column("from", _("From"), "date"),
        Column("there", _("Servers in service"), "number"),
        Column("held", _("Servers held"), "number"),
        Column("idle", _("Servers idle"), "number"),
    ]
    says = _("The darker, the more of the pool is held in that week.")
    if len(lines) > MOST_LINES:
        says += " " + _("Drawn are the first %(n)s pools; the table has all.") % {"n": MOST_LINES}
    table = Table("use", _("Use of each pool by week"), columns, rows, public=False)
    return Chart(
        _("Use of each pool by week"),
        _heat(lines[:MOST_LINES], filed.facts["start_on"]),
        says,
        table,
        unit=_("% of servers held"),
    )


def _heat(lines: Sequence[tuple[str, list[int], list[int]]], start_on: Any) -> str:
    label = _("Part of each pool that is held, by week")
    return twice(lambda width: _pools(lines, start_on, width), label=label, wide=BROAD)


def _pools(lines: Sequence[tuple[str, list[int], list[int]]], start_on: Any, width: int) -> tuple[list[str], int]:
    """A strip of weeks for each pool, with the pool's name before it, or above it in a narrow place."""
    beside = width >= BROAD
    left = names_width((called for called, _held, _there in lines), most=width // 3) if beside else 0
    weeks = max((len(there) for _called, _held, there in lines), default=1)
    wide = (width - left) / weeks
    parts, y = [], 0
    for called, held, there in lines:
        if beside:
            parts.append(text(shortened(called, left - 12), x=left - 11, y=y + 14, class_="group-name", anchor="end"))
        else:
            parts.append(text(shortened(called, width), x=0, y=y + 15, class_="group-name"))
            y += 20
        for first, end in _alike(held, there):
            x = left + first * wide
            parts.append(
                element("rect", title(_week_words(called, start_on, first, end, held[first], there[first])),
                        x=f"{x:.1f}", y=y, width=f"{max((end - first) * wide - 1, 1):.1f}", height=LINE,
                        class_=f"heat {_level(held[first], there[first])}")
            )  # fmt: skip
        y += LINE + 4
    day = text_width("2026-10-01")
    every = max(1, -(-weeks * (day + 12) // (width - left)))
    parts += [
        text(f"{week_date(start_on, week):%Y-%m-%d}", x=f"{left + week * wide:.1f}", y=y + 14, class_="tick")
        for week in range(0, weeks, every)
        if left + week * wide + day <= width
    ]
    return parts, y + 22


def _alike(held: Sequence[int], there: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of weeks with the same numbers, from and to: one cell instead of many."""
    first = 0
    for week in range(1, len(there) + 1):
        if week == len(there) or (held[week], there[week]) != (held[first], there[first]):
            yield first, week
            first = week


def _week_words(called: str, start_on: Any, first: int, end: int, held: int, there: int) -> str:
    days = f"{week_date(start_on, first)} – {week_date(start_on, end)}"
    said = f"{called} {days} {number(held)}/{number(there)}"
    return f"{said} {percent(f'{held}/{there}')}" if there else said


def _level(held: int, there: int) -> str:
    return f"level-{-(-LEVELS * held // there)}" if there else "shut"


def holdings_table(filed: Filed) -> Table:
    """One row per server and holding: the picture's numbers."""
    start = filed.facts["start_on"]
    pool_of = {server: pool["id"] for pool in filed.facts["pools"] for _pod, servers in server_names(pool) for server in servers}
    names = {pool["id"]: name(pool["id"], filed.names) for pool in filed.facts["pools"]}
    rows = []
    for each in holdings(filed):
        shared = {
            "application": each.application,
            "organisation": name(each.organisation, filed.names),
            "sector": name(each.sector, filed.names),
            "from": week_date(start, each.from_week).isoformat(),
            "to": last_day_before(start, each.to_week).isoformat(),
            "weeks": each.to_week - each.from_week,
            "lease": each.lease,
        }
        rows += [{"server": server, "pool": names[pool_of[server]], **shared} for server in each.servers]
    columns = [
        Column("server", _("Server"), "code"),
        Column("pool", _("Pool")),
        Column("application", _("Application"), "code"),
        Column("organisation", _("Organisation")),
        Column("sector", _("Sector")),
        Column("from", _("From"), "date"),
        Column("to", _("To"), "date"),
        Column("weeks", _("Weeks"), "number"),
        Column("lease", _("Leased before"), "flag"),
    ]
    ordered = sorted(rows, key=lambda row: (row["pool"], row["server"], row["from"]))
    return Table("servers", _("Every server and who holds it"), columns, ordered, public=False, narrowed_by="pool")
