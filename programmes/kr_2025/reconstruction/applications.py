"""What is asked for: 514 applications whose counts and sums are the published ones, and whose detail is drawn.

Sizes are heavy-tailed and within the caps; then single servers are added or taken until the sums are exact.
"""

import datetime as dt
from typing import Any

from reconstruction.draws import Draws
from reconstruction.words import FORMS, PURPOSES, SUBJECTS, USE_WEIGHTS

# Published: 514 projects, 1,714 servers, 8,600 GPUs (1,075 servers) by academia. The other splits are ours.
PROJECTS = {"academia": 300, "research": 40, "industry": 174}
SERVERS = {"academia": 1075, "research": 127, "industry": 512}
CAP = {"H200": 32, "B200": 16}
LARGE_FROM_SERVERS = {"H200": 8, "B200": 4}
GPUS_PER_SERVER = 8
SECTOR = {"academia": "academia_research", "research": "academia_research", "industry": "industry"}
SIZES = {1: 40, 2: 23, 3: 7, 4: 12, 5: 2, 6: 4, 8: 7, 10: 1, 12: 1, 16: 2, 24: 1, 32: 1}
MONTHS = {3: 8, 4: 6, 6: 30, 8: 6, 9: 12, 10: 4, 12: 34}
OPENS = dt.datetime.fromisoformat("2025-12-22T10:00:00+09:00")
DAYS_OPEN = 37
LAST_WEEK = 51


def applications(organisations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All applications in order of arrival; their ids are numbered so."""
    made = []
    for kind in PROJECTS:
        sizes = _sizes(kind)
        holders = _holders(kind, [o["id"] for o in organisations if o["kind"] == kind])
        made += [
            _application(kind, holder, servers, Draws("application", kind, str(place)))
            for place, (holder, servers) in enumerate(zip(holders, sizes, strict=True))
        ]
    _titles(made)
    made.sort(key=lambda application: (application["arrived_at"], application["organisation"], application["title"]))
    for number, application in enumerate(made, start=1):
        application["id"] = f"uc1-{number:04d}"
    _break_rules(made, {o["id"]: o for o in organisations})
    return made


def _sizes(kind: str) -> list[int]:
    """Servers per application: drawn, then evened out to the published sum."""
    draws = Draws("sizes", kind)
    sizes = [draws.weighted(SIZES) for _ in range(PROJECTS[kind])]
    while (short := SERVERS[kind] - sum(sizes)) != 0:
        place, step = draws.below(len(sizes)), 1 if short > 0 else -1
        if 1 <= sizes[place] + step <= CAP["H200"]:
            sizes[place] += step
    return sizes


def _holders(kind: str, ids: list[str]) -> list[str]:
    """Which organisation each application is from: every one applies at least once, none more than three times."""
    draws = Draws("holders", kind)
    held = dict.fromkeys(ids, 1)
    while sum(held.values()) < PROJECTS[kind]:
        one = draws.pick(ids)
        if held[one] < 3:
            held[one] += 1
    return draws.shuffled([one for one in ids for _ in range(held[one])])


def _application(kind: str, holder: str, servers: int, draws: Draws) -> dict[str, Any]:
    model = "H200" if servers > CAP["B200"] or draws.chance(44) else "B200"
    other = "B200" if model == "H200" else "H200"
    models = {model: "1"}
    if servers <= CAP["B200"] and draws.chance(62):
        models[other] = draws.pick(("0.6", "0.7", "0.8", "0.9"))
    months = draws.weighted(MONTHS)
    earliest = 0 if draws.chance(62) else draws.between(1, 26)
    least = servers if servers == 1 or draws.chance(48) else max(1, servers * draws.pick((2, 3)) // 4)
    return {
        "id": "",
        "organisation": holder,
        "sector": SECTOR[kind],
        "title": "",
        "use": draws.weighted(USE_WEIGHTS),
        "purpose": draws.weighted(PURPOSES[kind]),
        "gpu_model": model,
        "gpus": servers * GPUS_PER_SERVER,
        "months": months,
        "large_project_plan": any(servers >= LARGE_FROM_SERVERS[each] for each in models),
        "supported_by": [],
        "models": dict(sorted(models.items())),
        "servers": servers,
        "minimum_servers": least,
        "weeks": months * 13 // 3,
        "earliest_week": earliest,
        "latest_week": min(LAST_WEEK, earliest + draws.pick((0, 2, 4, 8, 13, 26))),
        "pod": "required" if servers >= 8 and draws.chance(30) else draws.pick(("preferred", "any")),
        "arrived_at": _arrival(draws),
        "people": 1 + min(3, servers // 4 + draws.below(2)),
    }


def _arrival(draws: Draws) -> str:
    """Most come in the last three days, between nine in the morning and the closing hour of the last day."""
    day = DAYS_OPEN - draws.below(3) if draws.chance(62) else draws.between(0, DAYS_OPEN)
    least = 3600 if day == 0 else 0
    at = OPENS.replace(hour=9) + dt.timedelta(days=day, seconds=draws.between(least, 9 * 3600 - 60))
    return at.isoformat()


def _titles(made: list[dict[str, Any]]) -> None:
    """Each its own subject and form, from a shuffled deck per use."""
    decks = {use: Draws("titles", use).shuffled([f.format(s) for f in FORMS for s in SUBJECTS[use]]) for use in SUBJECTS}
    for application in made:
        application["title"] = decks[application["use"]].pop()


def _break_rules(made: list[dict[str, Any]], organisations: dict[str, dict[str, Any]]) -> None:
    """A handful that eligibility refuses, one rule each; counts, sizes and sums stay as they are."""
    draws = Draws("ineligible")
    held: dict[str, list[dict[str, Any]]] = {}
    for application in made:
        held.setdefault(application["organisation"], []).append(application)
    alone = draws.shuffled([mine[0] for _, mine in sorted(held.items()) if len(mine) == 1])

    def take(kind: str, least: int = 1) -> dict[str, Any]:
        found = next(
            a for a in alone if organisations[a["organisation"]]["kind"] == kind and a["servers"] >= least and a["months"] <= 12
        )
        alone.remove(found)
        return found

    long = take("industry")
    long["months"], long["weeks"] = 15, 65
    take("academia")["supported_by"] = ["nipa_hpc"]
    take("industry")["supported_by"] = ["specialised_foundation_model"]
    organisations[take("academia")["organisation"]]["open_obligations"] = ["final_report_2024"]
    organisations[take("industry")["organisation"]]["open_obligations"] = ["unpaid_burden_2024"]
    take("industry")["purpose"] = "commercial_service"
    take("academia", least=8)["large_project_plan"] = False
    _group(held, organisations, alone)


def _group(held: dict[str, list[dict[str, Any]]], organisations: dict[str, dict[str, Any]], alone: list[dict[str, Any]]) -> None:
    """A parent with three applications and a daughter with one: the last to arrive is one too many."""
    parent = next(one for one, mine in sorted(held.items()) if organisations[one]["kind"] == "industry" and len(mine) == 3)
    daughter = next(a["organisation"] for a in alone if organisations[a["organisation"]]["kind"] == "industry")
    organisations[daughter]["group"] = parent
