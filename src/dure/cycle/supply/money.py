"""Out of which budget lines a call is paid, and what they have left for it."""

import datetime as dt
from collections.abc import Mapping

from django.utils import timezone

from dure.formats.errors import BadInput
from dure.records.funding import queries
from dure.records.funding.models import BudgetLine


def lines_that_pay(programme: str, opened_at: dt.datetime) -> dict[str, BudgetLine]:
    """The lines of the last appropriation that had been made when the call opened; none where no budget divides it yet."""
    appropriation = queries.appropriation_at(programme=programme, on=timezone.localdate(opened_at))
    return {line.name: line for line in queries.lines(appropriation=appropriation)} if appropriation else {}


def room_amount(lines: Mapping[str, BudgetLine]) -> int:
    """The most that all of them together can still bear, each its part by its size: the fullest line sets the bound."""
    whole = sum(line.amount for line in lines.values())
    return min((line.room_amount * whole // line.amount for line in lines.values() if line.amount), default=0)


def require_room(programme: str, opened_at: dt.datetime, amount: int, *, where: str) -> None:
    """Raise `BadInput` with code `beyond_lines` for more than the lines have left; where there are none, nobody knows yet."""
    lines = lines_that_pay(programme, opened_at)
    if lines and amount > (left := room_amount(lines)):
        raise BadInput(
            f"{amount:,} is more than the {left:,} that the budget lines which pay the call have left.",
            where=where,
            todo="Ask for less, or have a new budget approved first.",
            code="beyond_lines",
            detail={"amount": amount, "left": left},
        )
