"""Does today's code still decide as it was filed? Runs a recommendation again from its own facts and rules."""

import datetime as dt
import importlib
import itertools
from collections.abc import Iterator
from typing import Any

import msgspec

from dure.cycle.deciding import Progress, read_facts
from dure.formats.canonical import digest, plain
from dure.formats.kinds import Recommendation
from dure.formats.reading import as_struct
from dure.formats.stages import stage_format


def decide_again(stage: str, raw: Any, rules_raw: Any, filed: Any, *, stopped_step: int | None = None) -> Any:
    """The recommendation as today's code makes it, in the frame of the one filed; plain values.

    `stopped_step`: the report at which a person stopped the search, which is then stopped there again.
    """
    kinds = stage_format(stage)
    facts = read_facts(stage, raw, where="facts")
    rules = as_struct(rules_raw, kinds.rules, where="rules")
    told = {} if stopped_step is None else {"progress": stop_at(stopped_step)}
    made: Recommendation = importlib.import_module(f"dure.decisions.{stage}").recommend(facts, rules, **told)
    frame = as_struct(filed, kinds.recommendation, where="recommendation")
    day = dt.date.fromisoformat(filed["on"]) if filed.get("on") else None
    return plain(msgspec.structs.replace(made, stage=stage, on=day, facts_digest=digest(raw), rules_read=frame.rules_read))


def stop_at(step: int) -> Progress:
    """Progress that lets a search go on until its report number `step`, and never after."""
    reports = itertools.count(1)
    return lambda _stage, _figure: next(reports) < step


def differences(filed: Any, again: Any, where: str = "$") -> Iterator[str]:
    """Each place where two plain values differ, with both values."""
    if isinstance(filed, dict) and isinstance(again, dict):
        for key in sorted(set(filed) | set(again)):
            yield from differences(filed.get(key), again.get(key), f"{where}.{key}")
    elif isinstance(filed, list) and isinstance(again, list) and len(filed) == len(again):
        for place, (left, right) in enumerate(zip(filed, again, strict=True)):
            yield from differences(left, right, f"{where}[{place}]")
    elif filed != again:
        yield f"{where}: filed {str(filed)[:80]}, now {str(again)[:80]}"
