"""What an invariant is: a statement, how it is held, and how a breach of it is found."""

from typing import NamedTuple


class Invariant(NamedTuple):
    """One statement, numbered as in the programme's list of them.

    `held_by`: what prevents a breach. `breaches`: SQL that returns the place of each breach as text, and no row where it holds;
    empty where no query can tell. `told_by`: the tests or the command that tell, instead of a query or besides it. `lacks`: what
    has to be built first.
    `leaves_out`: one sentence on what the programme's list says as well and is not claimed here; empty where nothing is left out.
    """

    id: str
    says: str
    held_by: str
    breaches: str = ""
    told_by: str = ""
    lacks: str = ""
    leaves_out: str = ""
