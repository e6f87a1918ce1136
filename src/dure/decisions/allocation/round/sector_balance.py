"""Balances of sectors, carried over to the next round in whole GPU-weeks by largest remainders (Balinski and Young 1982).

Floors and ceilings leave room around the shares; what a sector used beyond its share it borrowed, and returns in
the rounds to come: the balance is carried over as `owed`.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from dure.formats.kinds import exact
from dure.formats.stages.allocation import Sector


def balances(sectors: Sequence[Sector], used: Mapping[str, int]) -> dict[str, int]:
    """By sector: used (without what it owed) plus owed less its share of all used; sums to what was owed, 0."""
    targets = parts({sector.id: exact(sector.share) for sector in sectors}, sum(used.values()))
    return {sector.id: used[sector.id] + sector.owed - targets[sector.id] for sector in sectors}


def parts(shares: Mapping[str, Fraction], whole: int) -> dict[str, int]:
    """Whole GPU-weeks by share, the largest remainders rounded up; without shares all alike."""
    total = sum(shares.values())
    due = {name: whole * share / total if total else Fraction(whole, len(shares)) for name, share in shares.items()}
    made = {name: int(amount) for name, amount in due.items()}
    for name in sorted(due, key=lambda name: (made[name] - due[name], name))[: whole - sum(made.values())]:
        made[name] += 1
    return made
