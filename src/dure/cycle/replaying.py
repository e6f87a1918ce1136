"""Does today's code still decide as it was filed? Runs a recommendation again from its own facts and rules."""

import datetime as dt
import importlib
import itertools
from collections.abc import Iterator
from typing import Any

import msgspec

from dure.cycle.deciding import Progress
from dure.evidence.checking import read_facts
from dure.formats.canonical import digest, plain
from dure.formats.kinds import Recommendation
from dure.formats.reading import as_struct
from dure.formats.stages import stage_format
from dure.formats.versions import upgraded, version_of


def decide_again(stage: str, raw: Any, rules_raw: Any, filed: Any, *, version: int | None = None) -> Any:
    """The recommendation as today's code makes it, in the frame of the one filed; plain values.

    Documents of an earlier format `version` are upgraded first; without one they are of the present.

    Where the one filed says that a person stopped its search, the search is stopped at the same report again.
    """
    kinds, version = stage_format(stage), version or version_of(stage)
    facts = read_facts(stage, raw, where="facts")
    rules = as_struct(upgraded(stage, "rules", rules_raw, version=version, where="rules"), kinds.rules, where="rules")
    frame = as_struct(as_today(stage, filed, version=version), kinds.recommendation, where="recommendation")
    stopped = getattr(frame, "stopped_after", None)
    told = {"progress": stop_at(stopped.stage, stopped.reports)} if stopped else {}
    made: Recommendation = importlib.import_module(f"dure.decisions.{stage}").recommend(facts, rules, **told)
    day = dt.date.fromisoformat(filed["on"]) if filed.get("on") else None
    return plain(msgspec.structs.replace(made, stage=stage, on=day, facts_digest=digest(raw), rules_read=frame.rules_read))


def as_today(stage: str, filed: Any, *, version: int) -> Any:
    """A recommendation of that format version as the present one has it: what `decide_again` is compared with."""
    return upgraded(stage, "recommendation", filed, version=version, where="recommendation")


def stop_at(stage: str, reports: int) -> Progress:
    """Progress that stops a search at that report from that stage, as a person did."""
    heard = itertools.count(1)
    return lambda told, _figure: told != stage or next(heard) < reports


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
