"""A demand survey with its frame, and what it says of prices."""

import datetime as dt
from typing import Any

from reconstruction.draws import Draws
from reconstruction.words import REGIONS, USE_WEIGHTS

# Organisations in the frame, and answers, by sector and size. All are ours.
FRAME = {
    ("academia_research", "institute"): (160, 52),
    ("academia_research", "university"): (420, 118),
    ("industry", "large"): (90, 16),
    ("industry", "midsize"): (260, 26),
    ("industry", "sme"): (1500, 60),
    ("industry", "startup"): (2400, 88),
    ("national_projects", "consortium"): (60, 28),
}
SECOND_ANSWERS = 12
INVITED = 1240
SERVERS = {
    "academia_research": {0: 18, 1: 34, 2: 22, 4: 14, 8: 8, 16: 3, 32: 1},
    "industry": {0: 55, 1: 25, 2: 11, 4: 6, 8: 2, 16: 1},
    "national_projects": {4: 20, 8: 25, 16: 25, 32: 20, 64: 10},
}
# The most that they say they would pay, in won per GPU-hour of an H200; half as much again for a B200.
LIMITS = {
    "institute": (0, 600), "university": (0, 400), "large": (1200, 3600), "midsize": (600, 2600), "sme": (150, 1300),
    "startup": (50, 900), "consortium": (0, 500),
}  # fmt: skip
PAST = {"academia_research": (3900, 5200), "industry": (2100, 1850), "national_projects": (2600, 1400)}
KIND = {"institute": "research", "university": "academia", "consortium": "national_project"}


def frame() -> list[dict[str, Any]]:
    """How many organisations there are in each cell."""
    return [{"sector": sector, "size": size, "organisations": count} for (sector, size), (count, _) in FRAME.items()]


def past() -> list[dict[str, Any]]:
    """What the survey before said, and what then came."""
    return [{"sector": sector, "estimated_gpus": said, "applied_gpus": came} for sector, (said, came) in PAST.items()]


def responses() -> list[dict[str, Any]]:
    """Some 400 answers; a few organisations answered twice for one need."""
    made = [
        _response(f"{sector}/{size}/{number:03d}", sector, size)
        for (sector, size), (_, count) in FRAME.items()
        for number in range(1, count + 1)
    ]
    again = [r for r in Draws("second answers").shuffled(made) if r["servers"]][:SECOND_ANSWERS]
    made += [_second(r) for r in again]
    for number, response in enumerate(made, start=1):
        response["id"] = f"r-{number:03d}"
    ids = {response["organisation"]: response["id"] for response in reversed(made)}
    for response in made:
        if response["same_need_as"]:
            response["same_need_as"] = ids[response["organisation"]]
    return made


def _response(organisation: str, sector: str, size: str) -> dict[str, Any]:
    draws = Draws("survey", organisation)
    servers = draws.weighted(SERVERS[sector])
    model = draws.weighted({"B200": 55, "H200": 45})
    limit = draws.between(*LIMITS[size]) * (3 if model == "B200" else 2) // 20 * 10
    return {
        "id": "",
        "organisation": f"survey/{organisation}",
        "sector": sector,
        "size": size,
        "region": draws.weighted(REGIONS),
        "use": draws.weighted(USE_WEIGHTS),
        "gpu_model": model,
        "servers": servers,
        "weeks": draws.pick((8, 13, 17, 26, 39, 52)) if servers else 0,
        "start_on": dt.date(2025 + (month := draws.between(9, 20)) // 12, month % 12 + 1, 1).isoformat(),
        "would_pay_per_gpu_hour": limit if servers and draws.chance(82) else None,
        "same_need_as": None,
    }


def _second(first: dict[str, Any]) -> dict[str, Any]:
    """Another department's answer for the same need, with its own idea of the size."""
    return {**first, "servers": max(1, first["servers"] // 2), "same_need_as": "the first answer"}


def willing(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Answers with a price, as burden's design asks for them; second answers and national projects left out."""
    return [
        {
            "id": r["id"],
            "kind": KIND.get(r["size"], "industry"),
            "size": r["size"],
            "youth_led": r["size"] == "startup" and Draws("youth", r["id"]).chance(28),
            "model": r["gpu_model"],
            "gpus": r["servers"] * 8,
            "limit_price_per_gpu_hour": r["would_pay_per_gpu_hour"],
        }
        for r in answers
        if r["would_pay_per_gpu_hour"] is not None and not r["same_need_as"] and r["sector"] != "national_projects"
    ]
