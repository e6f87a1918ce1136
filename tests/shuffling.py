"""Shuffles every list in a value: lists in facts have no order."""

import random
from typing import Any


def shuffled(value: Any, *, seed: int, ordered: frozenset[str] = frozenset()) -> Any:
    """A deep copy with each list in another order, except under the keys named in `ordered`."""
    mix = random.Random(seed)

    def walk(item: Any, key: str = "") -> Any:
        if isinstance(item, dict):
            return {name: walk(child, name) for name, child in item.items()}
        if isinstance(item, list):
            children = [walk(child) for child in item]
            if key not in ordered:
                mix.shuffle(children)
            return children
        return item

    return walk(value)
