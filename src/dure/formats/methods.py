"""The methods that a rule book may choose, and the rules that each of them alone reads.

A method is one module or folder in `dure.decisions`, with its part of the checker in `dure.checks`, its cases, and its page in
docs/reference/methods; a test holds them together.
"""

from collections.abc import Mapping

# By the rule that chooses: each method, and the rules without which it cannot be followed.
NEEDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "evaluation/method": {"panel": (), "tiers_with_draw": ("evaluation/tiers",)},
    "evaluation/application_method": {
        "panel": (),
        "tiers_with_draw": ("evaluation/tiers",),
        "distributed": ("evaluation/reviews_each", "evaluation/undelivered"),
    },
    "portfolio/method": {"rank_walk": (), "best_portfolio": (), "lowest_price_matched": ()},
}
