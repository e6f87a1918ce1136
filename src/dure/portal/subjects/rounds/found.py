"""Which round does the address name, and which of its recommendations is looked at?"""

from collections.abc import Sequence
from typing import Any

from django.http import Http404

from dure.records.allocation import queries as rounds
from dure.records.journal.queries import filed_on

LATEST = "latest"


def round_or_404(round_id: str) -> Any:
    """The round of that id."""
    found = rounds.allocation_round(round_id)
    if found is None:
        raise Http404
    return found


def recommendations(round_id: str) -> list[Any]:
    """All recommendations filed for the round, the last first."""
    return filed_on(decision="allocation", subject=round_id)


def chosen(entries: Sequence[Any], plan: str = LATEST) -> Any:
    """Of recommendations the one of that number, or the one filed last, if any; 404 for a number that is not theirs."""
    if plan != LATEST:
        entries = [each for each in entries if str(each.seq) == plan]
        if not entries:
            raise Http404
    return entries[0] if entries else None


def chosen_or_404(round_id: str, plan: str = LATEST) -> Any:
    """As `chosen`, where the page is nothing without one."""
    found = chosen(recommendations(round_id), plan)
    if found is None:
        raise Http404
    return found
