"""Explains a filed decision to a person: one module per decision, a pure function of the journal entry."""

import importlib

from dure.formats.stages import DECISIONS
from dure.portal.shared.filed import Filed
from dure.portal.shared.shown import Shown


def explain(filed: Filed) -> Shown:
    """The decision as figures, charts and tables."""
    shown: Shown = importlib.import_module(f"dure.portal.shared.explain.{filed.decision}").show(filed)
    return shown


def load_all() -> None:
    """Import the explanation of every decision."""
    for decision in DECISIONS:
        importlib.import_module(f"dure.portal.shared.explain.{decision}")
