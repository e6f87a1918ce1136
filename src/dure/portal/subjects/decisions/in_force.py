"""Which filed decisions belong to which of the sixteen stages? Two decisions serve two stages each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dure.cycle.stages import STAGES, Stage
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.journal import latest, organisation_names

# `evaluation` judges proposals (stage 3) and applications (10); `shares` is set (9) and moved again (16).
TWICE = {"evaluation": ("evaluation", "application"), "shares": ("shares", "rebalancing")}


def by_stage(entries: Iterable[Any]) -> dict[str, list[Any]]:
    """Recommendations in the order of filing, by the key of their stage."""
    found: dict[str, list[Any]] = {stage.key: [] for stage in STAGES}
    seen: dict[str, list[str]] = {name: [] for name in TWICE}
    for entry in entries:
        found[_stage_of(entry, seen)].append(entry)
    return found


def _stage_of(entry: Any, seen: dict[str, list[str]]) -> str:
    if entry.stage in TWICE:
        subjects = seen[entry.stage]
        if entry.subject not in subjects:
            subjects.append(entry.subject)
        return TWICE[entry.stage][min(subjects.index(entry.subject), 1)]
    return next(stage.key for stage in STAGES if entry.stage in stage.decisions)


def approved_of(entries: Sequence[Any]) -> list[Any]:
    """Those in force or once in force, the latest approval last."""
    return sorted((entry for entry in entries if entry.is_approved), key=lambda entry: entry.answered.seq)


def stages_of_arm(arm: str) -> list[Stage]:
    """The stages of one arm of the Y, in order."""
    return [stage for stage in STAGES if stage.arm == arm]


def decisions_in_force(names: Mapping[str, str] | None = None) -> dict[str, Filed]:
    """The latest approved decision of each kind, in the order of the stages."""
    known = organisation_names() if names is None else names
    found = {}
    for decision in dict.fromkeys(each for stage in STAGES for each in stage.decisions):
        one = latest(decision, known)
        if one is not None:
            found[decision] = one
    return found
