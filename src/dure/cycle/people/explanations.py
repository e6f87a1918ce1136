"""Keeps what pages show of a filed recommendation, from the moment at which it is filed. No act of the programme: no command.

What is short is explained right after it is filed; what is long, by a worker.
"""

from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from dure.cycle.commands.rows import Door
from dure.cycle.working.asking import ask
from dure.cycle.working.kinds import Ending
from dure.cycle.working.reporting import Report
from dure.records.explanations import actions, queries
from dure.records.explanations.actions import Kept, LongTable
from dure.records.explanations.models import Explanation
from dure.records.journal import queries as journal
from dure.records.work import queries as work
from dure.records.work.models import Job

__all__ = [
    "Kept",
    "LongTable",
    "being_explained",
    "explain_at_the_end",
    "explain_filed",
    "forget",
    "have_explained",
    "keep",
    "name_providers",
]
EXPLAIN = "explain"
LONG = 4_000_000  # bytes of documents from which explaining them takes some seconds


def explain_at_the_end(entry: int, *, via: Door = "script") -> None:
    """Have the recommendation explained when this transaction has ended well; what goes wrong then is logged and undoes nothing.

    The portal explains. It stands above the cycle, and is therefore called by the name in `settings.DURE_EXPLAINS`. What is long
    is a worker's, unless a script files it, which waits for nobody.
    """

    @transaction.atomic
    def explain() -> None:
        import_string(settings.DURE_EXPLAINS)(entry)

    if via != "script" and is_long(entry):
        have_explained(entry)
    else:
        transaction.on_commit(explain, robust=True)


def is_long(entry: int) -> bool:
    """Does explaining that recommendation take longer than a page may?"""
    return journal.documents_size(entry) > LONG


def have_explained(entry: int) -> None:
    """Ask for it, unless somebody has."""
    if not being_explained(entry):
        ask(EXPLAIN, _subject(entry))


def being_explained(entry: int) -> bool:
    """Has it been asked for, and has not ended?"""
    return work.unfinished(EXPLAIN, _subject(entry)) is not None


def explain_filed(job: Job, report: Report) -> Ending:
    """Explain it; everything is made in the transaction that ends the job, so that no page sees a part of it."""
    report("explaining")
    entry = int(job.subject.removeprefix("entry/"))
    return lambda: import_string(settings.DURE_EXPLAINS)(entry)


def _subject(entry: int) -> str:
    return f"entry/{entry}"


def name_providers(proposals: Collection[str]) -> None:
    """Have whatever shows these proposals by their number explained again: their providers have just been named."""
    for entry in queries.entries_without_names(proposals):
        forget(entry=entry)  # with the award itself: what then fails to be explained is explained on the next visit
        explain_at_the_end(entry)


def keep(*, entry: int, part: str, language: str, made_with: str, kept: Kept) -> Explanation:
    """Keep one part of what is shown of that recommendation in that language."""
    return actions.keep(entry=entry, part=part, language=language, made_with=made_with, kept=kept)


def forget(*, entry: int) -> None:
    """Have that recommendation explained again when somebody asks for it next."""
    actions.forget(entry=entry)
