"""The log of everything that happened: entries of the journal and acts, one leaf each, linked by hashes.

The leaf of an entry is its hash; the leaf of an act is the SHA-256 of its canonical line, which names input and result by their
digests. A link is SHA-256 of the link before, 64 zeros at first, and the leaf. So a list of leaves proves that one head of the
log extends another, and tells nobody what stands in them.
"""

import functools
import hashlib
from collections.abc import Iterable
from typing import Any

from dure.formats.canonical import digest

GENESIS = "0" * 64
ACT = ("act", "programme", "command", "about", "person", "at", "via", "input", "result", "code_version")


def act_leaf(line: dict[str, Any]) -> str:
    """The leaf of an act's line; one whose content is withheld brings its leaf."""
    return str(line["leaf"]) if "leaf" in line else _leaf(*(line[name] for name in ACT))


@functools.lru_cache(maxsize=1 << 16)
def _leaf(*values: Any) -> str:
    return digest(dict(zip(ACT, values, strict=True)))


def linked(last: str, leaf: str) -> str:
    """The next link of the chain."""
    return hashlib.sha256(bytes.fromhex(last) + bytes.fromhex(leaf)).hexdigest()


def extended(last: str, leaves: Iterable[str]) -> str:
    """The link after all of these leaves."""
    for leaf in leaves:
        last = linked(last, leaf)
    return last
