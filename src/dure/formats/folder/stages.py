"""Names of the stages and of what is handed off at each, as a programme's files write them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

StageKey = Literal[
    "budget", "call", "evaluation", "portfolio", "agreement", "order", "buildout", "survey", "shares", "application",
    "allocation", "provisioning", "metering", "settlement", "outcomes", "rebalancing",
]  # fmt: skip
HandOffName = Literal[
    "", "budget", "evaluation", "portfolio", "buildout", "demand", "shares", "eligibility", "ranking", "allocation",
    "provisioning", "metering", "burden", "settlement", "outcomes", "reclaim", "new_shares",
]  # fmt: skip
STAGE_KEYS: tuple[str, ...] = get_args(StageKey)
HANDOFF_NAMES: tuple[str, ...] = get_args(HandOffName)[1:]
DECISIONS_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "budget": ("budget",),
        "call": (),
        "evaluation": ("evaluation",),
        "portfolio": ("portfolio",),
        "agreement": (),
        "order": (),
        "buildout": ("buildout",),
        "survey": ("demand",),
        "shares": ("shares",),
        "application": ("eligibility", "evaluation"),
        "allocation": ("allocation",),
        "provisioning": ("provisioning",),
        "metering": ("metering",),
        "settlement": ("burden", "settlement"),
        "outcomes": ("outcomes",),
        "rebalancing": ("reclaim", "shares"),
    }
)


def decisions_of(stages: tuple[str, ...]) -> frozenset[str]:
    """What is decided in a programme that has these stages; of none named, in one that has all."""
    return frozenset(decision for stage in stages or STAGE_KEYS for decision in DECISIONS_OF[stage])
