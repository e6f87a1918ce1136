"""An appointed panel: the total decides, then the published tie order."""

from dure.decisions.evaluation.call import Call
from dure.decisions.evaluation.methods.keys import Key, tie_keys
from dure.decisions.evaluation.panel import Scored
from dure.formats.stages.evaluation import EvaluationFacts, EvaluationRules


def as_it_is(call: Call, facts: EvaluationFacts, rules: EvaluationRules) -> Call:
    """Every sheet counts that was not set aside for a conflict of interest."""
    del facts, rules
    return call


def names(call: Call) -> tuple[str, ...]:
    """The tie order."""
    return ("", *call.tie_break)


def keys(call: Call, each: Scored) -> tuple[Key, ...]:
    """By total."""
    return (-each.total, *tie_keys(call, each))
