"""Asks for a job: queued with the transaction that asks, and left to the workers; scripts need none, and do it right after."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from dure.cycle.commands.rows import Door
from dure.cycle.working.doing import do_here
from dure.cycle.working.kinds import kind_of
from dure.records.parties.models import Person
from dure.records.work import actions, queries
from dure.records.work.models import Job


def ask(
    kind: str,
    subject: str,
    *,
    by: Person | None = None,
    via: Door = "page",
    inputs: Mapping[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> Job:
    """The job, which is there for the workers when this transaction ends well.

    A script does it itself, right after the transaction: it plays the past, and each of its commands builds on those before. So
    does a command line where no worker lives: its process may take as long as it likes. A page and the API never do.
    """
    job = actions.ask(kind=kind, subject=subject, queue=kind_of(kind).queue, by=by, inputs=inputs, at=at)
    if via == "script" or (via in {"command line", "import"} and not queries.workers()):
        transaction.on_commit(lambda: do_here(job.pk))
    return job
