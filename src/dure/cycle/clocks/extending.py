"""Moves a deadline by the outage rule."""

from dure.cycle.commands.rows import Context, State
from dure.formats.commands.deadlines import ExtendForClocks
from dure.records.clocks import actions, queries


def extend(request: ExtendForClocks, context: Context) -> str:
    """Move it; returns the new deadline. What must be so for it the database looks at, under the call's lock."""
    return actions.postpone(
        about=request.about, closes_at=request.closes_at, judged=request.judged, at=context.at
    ).isoformat()  # fmt: skip


def _state(request: ExtendForClocks, context: Context) -> str:
    found = queries.deadline(request.about)
    if found is None or context.at >= found.closes_at:
        return "closed"
    return "open" if context.at >= found.opened_at else "not open yet"


def _hold(request: ExtendForClocks) -> None:
    actions.hold(request.about)


STATE = State(("not open yet", "open", "closed"), _state, _hold)
