"""Small random rounds for the tests, and a brute force that knows nothing of the engine."""

import datetime as dt
import itertools
import math
import random
from fractions import Fraction

from msgspec.structs import replace

from dure.formats.stages.allocation import (
    AllocationFacts,
    AllocationRules,
    Application,
    InService,
    Lease,
    Outage,
    Pod,
    Pool,
    Sector,
)


def rules(**changes):
    values = {
        "method": "best_value",
        "score_power": 1,
        "delay_per_week": "0.01",
        "size_steps": (),
        "share_penalty": 50,
        "largest_share": "1",
        "tie_break": ("score", "arrived_at", "draw"),
    }
    return AllocationRules(**{**values, **changes})


def application(number, **changes):
    values = {
        "id": f"a{number}",
        "organisation": f"o{number}",
        "sector": "s",
        "score": "80",
        "models": {"H200": "1"},
        "servers": 1,
        "minimum_servers": 1,
        "weeks": 2,
        "earliest_week": 0,
        "latest_week": 2,
        "arrived_at": dt.datetime(2026, 1, 1 + number, tzinfo=dt.UTC),
    }
    return Application(**{**values, **changes})


def pool(name="p", model="H200", pods=(3,), **changes):
    values = {
        "id": name,
        "provider": "x",
        "gpu_model": model,
        "gpus_per_server": 8,
        "pods": tuple(Pod(id=f"{name}{n}", servers=count) for n, count in enumerate(pods)),
        "in_service": (InService(from_week=0, servers=sum(pods)),),
    }
    return Pool(**{**values, **changes})


def facts(applications, pools=None, *, weeks=6, **changes):
    values = {
        "stage": "allocation",
        "version": 1,
        "start_on": dt.date(2026, 3, 2),
        "weeks": weeks,
        "pools": tuple(pools or [pool()]),
        "applications": tuple(applications),
        "sectors": (Sector(id="s", share="1", floor="0", ceiling="1"),),
        "draw_seed": "seed",
    }
    return AllocationFacts(**{**values, **changes})


def tiny_round(seed):
    """A round small enough to try everything: two pools, pods, outages, a lease, sectors, caps."""
    mix = random.Random(seed)
    weeks = mix.randint(2, 5)
    pools = [pool("p", "H200", mix.choice([(2,), (3,), (2, 1), (1, 2)])), pool("q", "B200", mix.choice([(1,), (2,), (1, 1)]))]
    for place, made in enumerate(pools):
        total = made.in_service[0].servers
        changes = {}
        if mix.random() < 0.3:
            steps = sorted(mix.sample(range(weeks), k=2))
            changes["in_service"] = tuple(InService(from_week=week, servers=mix.randint(0, total)) for week in steps)
        if mix.random() < 0.3:
            first = mix.randrange(weeks)
            target = {"pod": made.pods[0].id} if mix.random() < 0.5 else {"server": f"{made.id}/{made.pods[-1].id}/001"}
            changes["outages"] = (Outage(from_week=first, to_week=first + 1, **target),)
        pools[place] = pool(made.id, made.gpu_model, tuple(pod.servers for pod in made.pods), **changes)
    leases = ()
    if mix.random() < 0.3 and pools[0].in_service[0].servers == sum(pod.servers for pod in pools[0].pods):
        end = mix.randint(1, weeks)
        one = f"p/{pools[0].pods[0].id}/001"
        leases = (Lease(id="l", pool="p", servers=(one,), from_week=0, to_week=end, sector="s", organisation="o0"),)
        if pools[0].in_service[0].from_week or len(pools[0].in_service) > 1:
            leases = ()
    rows = []
    for number in range(mix.randint(1, 4)):
        first, size = mix.randrange(weeks + 1), mix.randint(1, 3)
        rows.append(
            application(
                number,
                organisation=f"o{mix.randrange(3)}",
                sector=mix.choice("st"),
                score=mix.choice(["60", "80", "80", "91.37"]),
                models=mix.choice([{"H200": "1"}, {"B200": "1"}, {"H200": "0.9", "B200": "1"}]),
                servers=size,
                minimum_servers=mix.randint(1, size),
                weeks=mix.randint(1, weeks + 1),
                earliest_week=first,
                latest_week=first + mix.randrange(3),
                pod=mix.choice(["required", "preferred", "any"]),
            )
        )
    sectors = (Sector(id="s", share="0.5", floor="0.3", ceiling="0.8"), Sector(id="t", share="0.5", floor="0.1", ceiling="0.75"))
    if seed % 3 == 0:  # what one borrowed the other lent
        owed = random.Random(-seed).randint(-40, 40)
        sectors = (replace(sectors[0], owed=owed), replace(sectors[1], owed=-owed))
    made = facts(rows, pools, weeks=weeks, leases=leases, sectors=sectors, draw_seed=f"tiny-{seed}")
    return made, rules(
        share_penalty=mix.choice([0, 3, 20]),
        largest_share=mix.choice(["1", "0.6", "0.4"]),
        size_steps=mix.choice([(), (), (1, 3)]),
        delay_per_week=mix.choice(["0", "0.01", "0.125"]),
        score_power=mix.choice([0, 1, 2]),
    )


def best_by_brute_force(given, in_force):  # noqa: C901 - all of the rules in one place
    """The largest objective over all plans on named servers, found by trying every one."""
    weeks = given.weeks
    free, gpus, all_gpu_weeks = {}, {}, 0
    for one in given.pools:
        gpus[one.id] = one.gpus_per_server
        names = [
            (f"{one.id}/{p.id}/{k:03d}", p.id) for p in sorted(one.pods, key=lambda p: p.id) for k in range(1, p.servers + 1)
        ]
        for rank, (name, pod) in enumerate(names):
            usable = set()
            for week in range(weeks):
                steps = [step for step in one.in_service if step.from_week <= week]
                count = max(steps, key=lambda step: step.from_week).servers if steps else 0
                out = any(o.from_week <= week < o.to_week and (o.server == name or o.pod == pod) for o in one.outages)
                if rank < count and not out:
                    usable.add(week)
            leased = {
                w for lease in given.leases if name in lease.servers for w in range(lease.from_week, min(lease.to_week, weeks))
            }
            all_gpu_weeks += one.gpus_per_server * len(usable | leased)
            free[name] = (one.id, one.gpu_model, pod, usable - leased)
    used = {sector.id: sector.owed for sector in given.sectors}
    held = {}
    for lease in given.leases:
        amount = gpus[lease.pool] * len(lease.servers) * (min(lease.to_week, weeks) - lease.from_week)
        used[lease.sector] += amount
        held[lease.organisation] = held.get(lease.organisation, 0) + amount
    cap = math.inf if in_force.largest_share == "1" else math.floor(Fraction(in_force.largest_share) * all_gpu_weeks)

    def cost(now):
        whole = sum(now.values())
        off = 0
        for sector in given.sectors:
            off += max(0, math.ceil(Fraction(sector.floor) * whole - now[sector.id]))
            off += max(0, math.ceil(now[sector.id] - Fraction(sector.ceiling) * whole))
        return off * in_force.share_penalty

    def best(rows, taken, now, org):
        if not rows:
            return -cost(now)
        row, rest = rows[0], rows[1:]
        found = best(rest, taken, now, org)
        for start in range(row.earliest_week, min(row.latest_week, weeks - 1) + 1):
            covered = range(start, min(start + row.weeks, weeks))
            for one in given.pools:
                if one.gpu_model not in row.models:
                    continue
                can = [n for n, (p, _, _, f) in free.items() if p == one.id and set(covered) <= f - taken.get(n, set())]
                for size in range(row.minimum_servers, row.servers + 1):
                    if in_force.size_steps and size not in in_force.size_steps:
                        continue
                    amount = gpus[one.id] * size * len(covered)
                    if org.get(row.organisation, 0) + amount > cap:
                        continue
                    worth = 1000 * (Fraction(row.score) / 100) ** in_force.score_power * Fraction(row.models[one.gpu_model])
                    worth *= size * len(covered) * (1 - Fraction(in_force.delay_per_week) * (start - row.earliest_week))
                    for chosen in itertools.combinations(can, size):
                        if row.pod == "required" and len({free[name][2] for name in chosen}) > 1:
                            continue
                        then = {**taken, **{name: taken.get(name, set()) | set(covered) for name in chosen}}
                        after = {**now, row.sector: now[row.sector] + amount}
                        holding = {**org, row.organisation: org.get(row.organisation, 0) + amount}
                        found = max(found, math.floor(worth) + best(rest, then, after, holding))
        return found

    return best(sorted(given.applications, key=lambda row: row.id), {}, used, held)
