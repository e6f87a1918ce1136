"""Explains a filed decision to a person: one module per decision, a pure function of the journal entry."""

import importlib
from types import ModuleType

from dure.portal.kit.shown import Shown
from dure.portal.subjects.decisions.filed import Filed

# The room of the noun that explains each decision. Loaded by name, because those rooms stand above this one.
ROOMS = {
    "budget": "budget.explanation",
    "evaluation": "evaluation.explanation",
    "portfolio": "portfolio.explanation",
    "buildout": "buildout.explanation",
    "demand": "survey.explanation",
    "shares": "shares.explanation",
    "eligibility": "applications.explanation",
    "allocation": "rounds.explanation",
    "provisioning": "provisioning.explanation",
    "metering": "metering.explanation",
    "reclaim": "reclaim.explanation",
    "burden": "settlement.burden",
    "settlement": "settlement.explanation",
    "outcomes": "outcomes.explanation",
}


def explain(filed: Filed) -> Shown:
    """The decision as figures, charts and tables."""
    shown: Shown = _explanation(filed.decision).show(filed)
    return shown


def load_all() -> None:
    """Import the explanation of every decision."""
    for decision in ROOMS:
        _explanation(decision)


def _explanation(decision: str) -> ModuleType:
    return importlib.import_module(f"dure.portal.subjects.{ROOMS[decision]}")
