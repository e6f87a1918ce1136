"""Who sits on the panel? A draw that anybody can repeat.

The pool's order is SHA-256 of seed and id, so neither the order of the list nor the removal of a
person moves anybody else. The walk skips conflicts of interest, takes at most one per employer,
and a decline passes the seat to the next.
"""

from collections.abc import Sequence
from typing import NamedTuple

from dure.decisions.quantities import draw_key
from dure.formats.errors import Infeasible
from dure.formats.kinds import Reason
from dure.formats.reading import require_unique


class Candidate(NamedTuple):
    """One person of the pool, under a pseudonym."""

    id: str
    employer: str = ""
    conflicted: bool = False
    declined: bool = False


class Panel(NamedTuple):
    """Those drawn, in order of the draw, and why each one before the last seat was passed over."""

    seated: tuple[str, ...]
    passed_over: tuple[Reason, ...]


def draw_panel(pool: Sequence[Candidate], *, seats: int, seed: str) -> Panel:
    """Fill the seats from the pool; raises when the chain of declines is longer than the pool."""
    require_unique((candidate.id for candidate in pool), where="$.pool")
    seated: list[str] = []
    employers: set[str] = set()
    passed_over: list[Reason] = []
    for candidate in sorted(pool, key=lambda each: draw_key(seed, each.id)):
        if len(seated) == seats:
            break
        if candidate.conflicted:
            passed_over.append(Reason(item=candidate.id, code="conflict_of_interest"))
        elif candidate.employer and candidate.employer in employers:
            passed_over.append(Reason(item=candidate.id, code="employer_already_seated", detail={"employer": candidate.employer}))
        elif candidate.declined:
            passed_over.append(Reason(item=candidate.id, code="declined"))
        else:
            seated.append(candidate.id)
            employers.add(candidate.employer)
    if len(seated) < seats:
        raise Infeasible(
            f"the pool of {len(pool)} fills {len(seated)} of {seats} seats.",
            code="pool_exhausted",
            detail={"seats": str(seats), "seated": str(len(seated)), "passed_over": str(len(passed_over))},
        )
    return Panel(tuple(seated), tuple(passed_over))
