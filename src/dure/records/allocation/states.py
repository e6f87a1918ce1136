"""Which rounds and leases are in a state in which something can be done with them?"""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from dure.records.allocation.models import AllocationRound, Lease, Solve
from dure.records.allocation.queries import rounds
from dure.records.review.models import Ranked


def rounds_to_solve() -> QuerySet[AllocationRound]:
    """Rounds that can be solved now: their call is ranked, their terms are set, and no run of theirs is under way."""
    newer = Ranked.objects.filter(panel=OuterRef("panel"), entry__answer__seq__gt=OuterRef("entry__answer__seq"))
    of_it = {"panel__kind": "application", "panel__subject": OuterRef("user_call")}
    scored = Ranked.objects.filter(~Exists(newer), **of_it, passed=True, total__gt=0)
    return rounds().filter(Exists(scored)).exclude(pools=[]).exclude(sectors=[]).exclude(pk__in=rounds_being_solved())


def rounds_being_solved() -> QuerySet[AllocationRound]:
    """Rounds of which a run is under way."""
    return rounds().filter(Exists(Solve.objects.filter(round=OuterRef("pk"), finished_at=None)))


def leases_that_can_end(at: dt.datetime) -> QuerySet[Lease]:
    """Leases that run or are still to begin, and whose end is the one that was granted."""
    return Lease.objects.filter(withdrawn_at=None, ended_because="", during__endswith__gt=at)
