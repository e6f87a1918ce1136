"""Rows: what the worker does by a rule where clocks do not agree. No person may."""

from dure.cycle.clocks import extending
from dure.cycle.commands.rows import Row, gettext_noop
from dure.formats.commands.deadlines import ExtendForClocks

ROWS = (
    Row("extend_for_clocks", ExtendForClocks, extending.extend, (), gettext_noop("Move a deadline by the outage rule"),
        about=lambda command: command.about, state=extending.STATE, while_=("open",)),
)  # fmt: skip
