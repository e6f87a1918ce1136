"""How late can it be? Random days from whole numbers only, the same on every machine.

The definitions stand in `formats/stages/buildout.py`; the checker follows them in its own code.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from dure.decisions.buildout.days import Whole

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def triangle(least: int, likely: int, most: int) -> Whole:
    """Weights of the whole numbers from `least` to `most`, highest at `likely`."""
    days = np.arange(least, most + 1, dtype=np.int64)
    rising, falling = (days - least + 1) * (most - likely + 1), (most - days + 1) * (likely - least + 1)
    return np.where(days <= likely, rising, falling)


def pick(weights: Whole, draws: NDArray[np.uint64]) -> Whole:
    """For each draw of 32 bits the place whose share of the total weight it falls into."""
    running = np.cumsum(weights)
    level = (draws * np.uint64(running[-1])) >> np.uint64(32)
    return np.searchsorted(running, level.astype(np.int64), side="right").astype(np.int64)


def draws(seed: str, *names: str, runs: int) -> NDArray[np.uint64]:
    """One number of 32 bits per run: SplitMix64 in counter mode, its key from SHA-256 of seed and names."""
    key = int.from_bytes(hashlib.sha256("\x00".join((seed, *names)).encode()).digest()[:8], "big")
    return split_mix(key, runs=runs) >> np.uint64(32)


def split_mix(key: int, *, runs: int) -> NDArray[np.uint64]:
    """SplitMix64 (Steele, Lea and Flood, 2014) from that state on; unsigned numbers wrap at 2^64."""
    state = np.arange(1, runs + 1, dtype=np.uint64) * _GOLDEN + np.uint64(key)
    state = (state ^ (state >> np.uint64(30))) * _FIRST
    state = (state ^ (state >> np.uint64(27))) * _SECOND
    return state ^ (state >> np.uint64(31))
