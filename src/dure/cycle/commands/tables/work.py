"""Rows: work in the background."""

from dure.cycle.commands.rows import Row, at, gettext_noop, own
from dure.cycle.working import commands
from dure.formats.commands.work import CancelJob, RetryJob

_ASKERS = ("ministry", "agency", "provider", "applicant", "auditor", "reviewer")

ROWS = (
    Row("cancel_job", CancelJob, commands.cancel, (*own(*_ASKERS), *at("operator")),
        gettext_noop("Cancel work in the background"), about=lambda command: f"job/{command.job}", owners=commands.asker_of,
        state=commands.STATE, while_=("under way",)),
    Row("retry_job", RetryJob, commands.retry, (*own(*_ASKERS), *at("operator")),
        gettext_noop("Ask again for work in the background"), about=lambda command: f"job/{command.job}",
        owners=commands.asker_of, state=commands.STATE, while_=("failed or cancelled",)),
)  # fmt: skip
