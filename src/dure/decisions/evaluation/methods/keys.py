"""The keys of the published tie order, which every method may end in."""

from dure.decisions.evaluation.call import Call, heaviest
from dure.decisions.evaluation.panel import Scored
from dure.decisions.quantities import draw_key

Key = int | str | tuple[int, ...]


def tie_keys(call: Call, each: Scored) -> tuple[Key, ...]:
    """One entry per step of the tie order; smaller comes first."""
    return tuple(_step(call, each, step) for step in call.tie_break)


def _step(call: Call, each: Scored, step: str) -> Key:
    if step == "draw":
        return draw_key(call.draw_seed, each.proposal)
    if step == "technical":
        return -each.technical
    if step == "heaviest_criterion":
        return tuple(-each.criteria[name] for name in heaviest(call))
    return -each.criteria[step]
