"""Writes the limits of requests as they were in version 1, one map a limit by GPU model, as the table that they are now."""

from collections.abc import Mapping
from typing import Any

GPUS = ("largest_gpus", "unit_gpus", "large_project_from_gpus")
GIVES = {
    "largest_gpus": {"unit": "gpus", "optional": False},
    "least_gpus": {"unit": "gpus", "optional": True},
    "unit_gpus": {"unit": "gpus", "optional": True},
    "large_project_from_gpus": {"unit": "gpus", "optional": True},
    "largest_months": {"unit": "months", "optional": False},
    "least_months": {"unit": "months", "optional": True},
}


def tabulated(rules: Mapping[str, Any]) -> dict[str, Any]:
    """The rules with `limits` as a table. A model that was not named was not on offer, and no least was set."""
    kept = dict(rules)
    months = kept.pop("largest_months")
    maps = {name: kept.pop(name) for name in GPUS}
    models = sorted(maps["largest_gpus"])
    rows = [_row(model, {"is": model}, months, {name: each.get(model) for name, each in maps.items()}) for model in models]
    others = _row(
        "others", {"other_than": models}, months, {"largest_gpus": 0, "unit_gpus": None, "large_project_from_gpus": None}
    )
    reads = {"gpu_model": {"kind": "word", "of": []}}
    return {**kept, "limits": {"reads": reads, "gives": GIVES, "rows": [*rows, others], "exceptions": [], "combine": "replace"}}


def _row(name: str, asked: Mapping[str, Any], months: int, gpus: Mapping[str, int | None]) -> dict[str, Any]:
    then = {**gpus, "largest_months": months, "least_gpus": None, "least_months": None}
    return {"id": name, "when": {"gpu_model": dict(asked)}, "then": then, "title": {}, "status": None, "source": None}
