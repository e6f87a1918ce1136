"""Seeded rounds for measuring: heavy-tailed sizes, long and short projects, more demand than supply."""

import datetime as dt
import random

from msgspec.structs import replace

from dure.formats.stages.allocation import AllocationFacts, AllocationRules, Application, InService, Pod, Pool, Sector

CLUSTERS_2025 = (("nhn-1", "B200", 510), ("nhn-2", "B200", 255), ("kakao", "B200", 255), ("naver-1", "H200", 255),
                 ("naver-2", "H200", 32), ("reserve", "B200", 335))  # fmt: skip
POD = 32


def rules(**changes: object) -> AllocationRules:
    """The packaged figures, so that a round can be measured without a rule book."""
    values = {
        "method": "best_value", "score_power": 1, "delay_per_week": "0.01", "size_steps": (), "share_penalty": 50,
        "largest_share": "0.10", "tie_break": ("score", "arrived_at", "draw"),
    }  # fmt: skip
    return AllocationRules(**{**values, **changes})


def clusters(servers: int) -> list[tuple[str, str, int]]:
    """The clusters of 2025, or the plan's 120."""
    if servers <= 1642:
        return [(name, model, max(1, size * servers // 1642)) for name, model, size in CLUSTERS_2025]
    count = 120
    return [(f"c{n:03d}", "B200" if n % 3 else "H200", servers // count + (n < servers % count)) for n in range(count)]


def pool(name: str, model: str, servers: int) -> Pool:
    """A cluster in pods of 32."""
    pods, left = [], servers
    while left:
        pods.append(Pod(id=f"p{len(pods) + 1:02d}", servers=min(POD, left)))
        left -= pods[-1].servers
    return Pool(
        id=name, provider=name.split("-", maxsplit=1)[0], gpu_model=model, gpus_per_server=8, pods=tuple(pods),
        in_service=(InService(from_week=0, servers=servers),),
    )  # fmt: skip


def make_round(
    *,
    applications: int,
    servers: int = 1642,
    demand: float = 2.5,
    seed: int = 1,
    required: float = 0.0,
    weeks: int = 52,
    arrive_over_the_year: bool = False,
) -> AllocationFacts:
    """A round in which server-weeks asked for are about `demand` times those in service."""
    mix = random.Random(seed)
    pools = [pool(*cluster) for cluster in clusters(servers)]
    wanted = demand * weeks * sum(p.in_service[0].servers for p in pools)
    durations = [2, 4, 8, 12, 13, 16, 20, 26, 26, 39, 52]
    while len(durations) > 2 and applications * sum(durations) / len(durations) > 0.6 * wanted:
        durations.pop()  # one server each would already be more than is wanted
    drawn = [(mix.choice(durations), mix.paretovariate(1.2)) for _ in range(applications)]
    scale, step = 1.0, 2.0
    for _ in range(60):  # the scale at which sizes, once cut at 1 and 256, add up to what is wanted
        over = sum(min(d, weeks) * _size(tail, scale) for d, tail in drawn) > wanted
        scale, step = (scale / step, step**0.9) if over else (scale * step, step)
    rows = [
        _application(mix, number, duration=min(d, weeks), size=_size(tail, scale), weeks=weeks, required=required)
        for number, (d, tail) in enumerate(drawn)
    ]
    if arrive_over_the_year:  # four weeks before the earliest start, so in order of start
        begin = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
        rows = [
            replace(row, arrived_at=begin + dt.timedelta(weeks=max(0, row.earliest_week - mix.randint(0, 8)), minutes=number))
            for number, row in enumerate(rows)
        ]
    return AllocationFacts(
        stage="allocation", version=1, start_on=dt.date(2026, 3, 2), weeks=weeks, pools=tuple(pools),
        applications=tuple(rows), draw_seed=f"round-{seed}",
        sectors=tuple(Sector(id=i, share=s, floor=f, ceiling=c) for i, s, f, c in (
            ("industry", "0.30", "0.20", "0.45"), ("academia_research", "0.20", "0.15", "0.45"),
            ("national_projects", "0.50", "0.20", "0.60"))),
    )  # fmt: skip


def _size(tail: float, scale: float) -> int:
    return max(1, min(256, round(tail * scale)))


def _application(mix: random.Random, number: int, *, duration: int, size: int, weeks: int, required: float) -> Application:
    least = max(1, -(-size * mix.choice((4, 4, 3, 2, 1)) // 4))
    earliest = mix.randint(0, max(0, weeks - min(duration, weeks - 1) - 1)) if mix.random() < 0.7 else 0
    models = mix.choice(({"B200": "1", "H200": "0.8"}, {"B200": "1"}, {"H200": "1", "B200": "1"}, {"H200": "1"}, {"B200": "1"}))
    return Application(
        id=f"a{number:06d}", organisation=f"o{mix.randrange(max(2, number + 1) // 2 + 1):05d}",
        sector=mix.choices(("industry", "academia_research", "national_projects"), (4, 4, 2))[0],
        score=f"{min(99.9, max(40.0, mix.gauss(78, 9))):.1f}", priority=mix.choice(("1", "1", "1", "1.1", "1.2")),
        models=models, servers=size, minimum_servers=least, weeks=duration, earliest_week=earliest,
        latest_week=min(weeks - 1, earliest + mix.choice((0, 2, 4, 8, 12))),
        pod="required" if size <= POD and mix.random() < required else "preferred",
        arrived_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=7 * number),
    )  # fmt: skip
