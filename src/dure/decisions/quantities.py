"""Exact quantities: splitting without loss, and a random stream that is the same everywhere."""

import hashlib
from collections.abc import Iterator, Mapping
from fractions import Fraction


def split_by_largest_remainder(total: int, weights: Mapping[str, Fraction]) -> dict[str, int]:
    """`total` whole units in proportion to the weights; the parts sum to `total` exactly.

    Units left over after rounding down go to the largest remainders (Hamilton's method), equal
    remainders in order of name, so the answer does not depend on the order of the mapping.
    """
    whole = sum(weights.values(), Fraction(0))
    if whole <= 0:
        raise ValueError("weights sum to nothing")
    quotas = {name: total * weight / whole for name, weight in weights.items()}
    parts = {name: quota.numerator // quota.denominator for name, quota in quotas.items()}
    left = total - sum(parts.values())
    for name in sorted(parts, key=lambda n: (parts[n] - quotas[n], n))[:left]:
        parts[name] += 1
    return parts


def draw_key(seed: str, item: str) -> str:
    """Place of an item in the public draw: SHA-256 of seed and id, so removing one moves nobody."""
    return hashlib.sha256(f"{seed}\x00{item}".encode()).hexdigest()


def stream(seed: str, *names: str) -> Iterator[int]:
    """Endless 64-bit integers from SHA-256 in counter mode: the same on every machine."""
    prefix = "\x00".join((seed, *names)).encode()
    counter = 0
    while True:
        block = hashlib.sha256(prefix + counter.to_bytes(8, "big")).digest()
        for start in range(0, 32, 8):
            yield int.from_bytes(block[start : start + 8], "big")
        counter += 1
