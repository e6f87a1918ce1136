"""Published tiers, and a public draw within each: points say how good, and chance decides among equals.

The tier of an item is 1 + the number of bounds that its technical score does not reach. A bound is a part of the technical
maximum; the score that is compared is the published one, and exactly on a bound is in the better tier. Within a tier the
order is that of SHA-256 of the draw's seed and the id: whoever joins or leaves the tier moves nobody else in it.
"""

from dure.decisions.evaluation.call import Call
from dure.decisions.evaluation.methods.keys import Key
from dure.decisions.evaluation.panel import Scored
from dure.decisions.quantities import draw_key
from dure.formats.errors import BadInput
from dure.formats.kinds import exact
from dure.formats.stages.evaluation import EvaluationFacts, EvaluationRules


def open_tiers(call: Call, facts: EvaluationFacts, rules: EvaluationRules) -> Call:
    """The bounds in points; raises `BadInput` where they are missing or do not fall."""
    del facts
    parts = [exact(each) for each in rules.tiers or ()]
    if not parts or parts != sorted(set(parts), reverse=True) or parts[-1] == 0:
        told = ", ".join(rules.tiers or ()) or "nothing"
        raise BadInput(
            f"the tiers begin at {told}, and not each lower than the one before it and above zero.",
            where="rule evaluation/tiers",
            todo="Give at least one bound, each lower than the one before it, and the last above zero.",
        )
    return call._replace(tiers=tuple(part * call.technical_maximum for part in parts))


def names(call: Call) -> tuple[str, ...]:
    """The draw alone breaks ties."""
    del call
    return ("", "draw")


def keys(call: Call, each: Scored) -> tuple[Key, ...]:
    """By tier."""
    return (each.tier or 0, draw_key(call.draw_seed, each.proposal))
