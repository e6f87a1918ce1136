"""The files of each stage: facts, rules and recommendation."""

import importlib
from typing import NamedTuple

from dure.formats.errors import BadInput
from dure.formats.kinds import Facts, Recommendation, Rules

DECISIONS = (
    "budget", "evaluation", "portfolio", "buildout", "demand", "shares", "eligibility", "allocation",
    "provisioning", "metering", "reclaim", "burden", "settlement", "outcomes",
)  # fmt: skip


class StageFormat(NamedTuple):
    """The three structs of one stage."""

    facts: type[Facts]
    rules: type[Rules]
    recommendation: type[Recommendation]


def stage_format(stage: str) -> StageFormat:
    """The structs of that stage; they are named after it."""
    if stage not in DECISIONS:
        raise BadInput(f"there is no stage {stage!r}.", todo=f"Stages: {', '.join(DECISIONS)}.")
    module = importlib.import_module(f"dure.formats.stages.{stage}")
    name = stage.capitalize()
    return StageFormat(*(getattr(module, name + part) for part in ("Facts", "Rules", "Recommendation")))
