"""What a page says of one job: how far it is while it is done, and how it ended."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.formats.errors import read_stated
from dure.portal.kit.refusals.saying import say
from dure.portal.kit.wording.numbers import number
from dure.portal.kit.wording.words import person_name
from dure.records.work import queries

KINDS = {
    "solve": _("Solving a round"), "explain": _("Explaining a decision"),
    "verify": _("Verifying the journal"),
    "replay": _("Replaying a decision"), "export": _("Making a file"), "import": _("Carrying out a table"),
    "invariants": _("Checking the records"),
}  # fmt: skip
STAGES = {
    "": _("Waiting for a worker"), "begun": _("Just begun"), "reading": _("Reading the facts"),
    "prices": _("Finding the prices and the bound"), "plan": _("Searching for a better plan"),
    "checking": _("Checking and filing"), "verifying": _("Going over the entries"),
    "deciding": _("Deciding again"), "comparing": _("Comparing with what was filed"),
    "explaining": _("Writing the explanation"), "looking": _("Going over the records"),
    "writing": _("Writing the rows"), "importing": _("Carrying out the rows"), "collecting": _("Collecting the evidence"),
}  # fmt: skip


OF_ROWS = frozenset({"writing", "importing"})  # stages that count rows


@dataclass(frozen=True)
class Seen:
    """One job as a page tells of it. `nobody`: it waits and no worker is there. `outcome`: plain values, once it is done."""

    id: int
    kind: str
    subject: str
    asked_by: str
    asked_at: dt.datetime
    ended_at: dt.datetime | None
    running: bool
    stopping: bool
    nobody: bool
    stage: str
    percent: int | None
    rows: str
    failure: str
    cancelled: bool
    outcome: Any

    @property
    def done(self) -> bool:
        """Did it end with an outcome?"""
        return self.ended_at is not None and not self.failure and not self.cancelled


def seen(job: Any) -> Seen:
    """That job in the reader's language."""
    running = job.finished_at is None
    percent = min(99, 100 * job.done // job.total) if running and job.total and job.done is not None else None
    return Seen(
        id=job.pk,
        kind=str(KINDS.get(job.kind, job.kind)),
        subject=job.subject,
        asked_by=person_name(job.asked_by) if job.asked_by else gettext("by the clock"),
        asked_at=job.asked_at,
        ended_at=job.finished_at,
        running=running,
        stopping=running and job.cancel_asked_at is not None,
        nobody=running and not queries.workers(),
        stage=str(STAGES.get(job.stage if job.begun_at else "", job.stage)),
        percent=percent,
        rows=_rows(job) if percent is not None and job.stage in OF_ROWS else "",
        failure=_why(job.failure),
        cancelled=job.cancelled,
        outcome=job.outcome,
    )


def _rows(job: Any) -> str:
    return gettext("%(done)s of %(total)s rows") % {"done": number(job.done), "total": number(job.total)}


def _why(failure: str) -> str:
    """The failure as a sentence; what is no refusal is a fault of ours, which the log holds."""
    if not failure:
        return ""
    refused = read_stated(failure)
    return say(refused) if refused else gettext("An error of the system. The people who run it find it in the log.")
