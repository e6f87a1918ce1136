"""Rows: the programme's money."""

from dure.cycle.commands.rows import Row, at, gettext_noop
from dure.cycle.supply import budget
from dure.formats.commands.funding import Appropriate, PayCommitment

ROWS = (
    Row(
        "appropriate",
        Appropriate,
        budget.appropriate,
        by=at("ministry"),
        label=gettext_noop("Record or correct an appropriation"),
        about=lambda command: f"appropriation/{command.appropriated_on.isoformat()}",
        step_up=True,
    ),
    Row(
        "pay_commitment",
        PayCommitment,
        budget.pay,
        by=at("agency"),
        label=gettext_noop("Pay an instalment"),
        about=lambda command: f"commitment/{command.commitment}",
        step_up=True,
    ),
)
