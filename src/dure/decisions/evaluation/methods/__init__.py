"""The methods of ranking, by the name that the rules `evaluation/method` and `application_method` give.

A method says which sheets count, and by which keys items stand before one another. Averages, threshold and advice are the
same for all.
"""

from collections.abc import Callable
from typing import NamedTuple

from dure.decisions.evaluation.call import Call
from dure.decisions.evaluation.methods import distributed, panel, tiers_with_draw
from dure.decisions.evaluation.methods.keys import Key
from dure.decisions.evaluation.panel import Scored
from dure.formats.stages.evaluation import EvaluationFacts, EvaluationRules


class Method(NamedTuple):
    """`keys`: one entry per key, the smaller first; `names`: what a tie was broken by, the first key's being none."""

    called: str
    open: Callable[[Call, EvaluationFacts, EvaluationRules], Call]
    names: Callable[[Call], tuple[str, ...]]
    keys: Callable[[Call, Scored], tuple[Key, ...]]


METHODS = {
    "panel": Method("mean_after_drop", panel.as_it_is, panel.names, panel.keys),
    "tiers_with_draw": Method("tiers_with_draw", tiers_with_draw.open_tiers, tiers_with_draw.names, tiers_with_draw.keys),
    "distributed": Method("distributed", distributed.open_reviews, distributed.names, distributed.keys),
}
