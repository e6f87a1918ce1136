"""Who stands before whom, and which step of the published tie order said so?"""

import itertools
from collections.abc import Mapping

from dure.decisions.evaluation.call import Call, heaviest
from dure.decisions.evaluation.panel import Scored
from dure.decisions.quantities import draw_key


def place(call: Call, scored: Mapping[str, Scored]) -> list[str]:
    """Proposals from first to last: by total, then the tie order, whose end is the public draw."""
    return sorted(scored, key=lambda name: (-scored[name].total, *ties(call, scored[name])))


def ties(call: Call, each: Scored) -> tuple[int | str | tuple[int, ...], ...]:
    """One entry per step of the tie order; smaller comes first."""
    return tuple(_step(call, each, step) for step in call.tie_break)


def tie_order(call: Call, scored: Mapping[str, Scored], order: list[str]) -> dict[str, str]:
    """For each proposal that shares its total: the last step needed to tell it from its neighbours."""
    needed: dict[str, int] = {}
    for above, below in itertools.pairwise(order):
        if scored[above].total == scored[below].total:
            pairs = zip(ties(call, scored[above]), ties(call, scored[below]), strict=True)
            step = next(number for number, (one, two) in enumerate(pairs) if one != two)
            for name in (above, below):
                needed[name] = max(needed.get(name, 0), step)
    return {name: call.tie_break[step] for name, step in needed.items()}


def _step(call: Call, each: Scored, step: str) -> int | str | tuple[int, ...]:
    if step == "draw":
        return draw_key(call.draw_seed, each.proposal)
    if step == "technical":
        return -each.technical
    if step == "heaviest_criterion":
        return tuple(-each.criteria[name] for name in heaviest(call))
    return -each.criteria[step]
