"""Who stands before whom by the method in force, and which key said so?"""

import itertools
from collections.abc import Mapping

from dure.decisions.evaluation.call import Call
from dure.decisions.evaluation.methods import METHODS
from dure.decisions.evaluation.panel import Scored


def place(call: Call, scored: Mapping[str, Scored]) -> list[str]:
    """Proposals from first to last."""
    keys = METHODS[call.method].keys
    return sorted(scored, key=lambda name: keys(call, scored[name]))


def tie_order(call: Call, scored: Mapping[str, Scored], order: list[str]) -> dict[str, str]:
    """For each proposal that shares its first key with a neighbour: the last key needed to tell them apart."""
    method, needed = METHODS[call.method], dict.fromkeys(order, 0)
    for above, below in itertools.pairwise(order):
        pairs = zip(method.keys(call, scored[above]), method.keys(call, scored[below]), strict=True)
        step = next(number for number, (one, two) in enumerate(pairs) if one != two)
        for name in (above, below):
            needed[name] = max(needed[name], step)
    return {name: method.names(call)[step] for name, step in needed.items()}
