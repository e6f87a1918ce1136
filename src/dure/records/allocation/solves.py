"""Runs of a round's allocation: started, reporting, stopped, and ended in exactly one way."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from dure.formats.errors import BadInput
from dure.records.allocation.access import may_solve
from dure.records.allocation.models import AllocationRound, Solve
from dure.records.journal.models import Entry
from dure.records.parties.models import Person
from dure.records.work.models import Job

LONGEST_FAILURE = 2000
PRICES = "prices"  # the stage of a search whose figure is the bound, in micro-points


def ask(*, round: AllocationRound, by: Person, job: Job | None = None, at: dt.datetime | None = None) -> Solve:
    """Ask for a run, which that job carries out; one at a time per round."""
    if not may_solve(by):
        raise BadInput(
            f"{by} may not have a round solved.", where=f"round {round.pk}", todo="Agency and operator may.", code="not_permitted"
        )
    try:
        with transaction.atomic():
            return Solve.objects.create(round=round, asked_by=by, job=job, asked_at=at or timezone.now())
    except IntegrityError as error:
        if "round_is_solved_once_at_a_time" in str(error):
            raise BadInput(
                "is being solved already.", where=f"round {round.pk}", todo="Wait for its end, or stop it.", code="solved_already"
            ) from error
        raise


def hear(*, solve_id: int, stage: str, figure: int, steps: int, at: dt.datetime | None = None) -> bool:
    """Note what the run says of itself; whether it may go on. The last bound is kept when the search for a plan begins."""
    running = Solve.objects.filter(pk=solve_id, finished_at=None)
    bound = {"bound": figure} if stage == PRICES else {}
    running.update(stage=stage, figure=figure, steps=steps, heard_at=at or timezone.now(), **bound)
    return running.filter(cancel_asked_at=None).exists()


def files_best(*, solve_id: int) -> bool:
    """Of a run that may not go on: does anybody want what it has found so far?"""
    return Solve.objects.filter(pk=solve_id, finished_at=None, files_best=True).exists()


def cancel(*, round: AllocationRound, by: Person, files_best: bool = False, at: dt.datetime | None = None) -> bool:
    """Ask the running search to stop; `files_best`: with its best plan so far filed, otherwise with nothing."""
    if not may_solve(by):
        raise BadInput(f"{by} may not stop it.", where=f"round {round.pk}", todo="Agency and operator may.", code="not_permitted")
    running = Solve.objects.filter(round=round, finished_at=None, cancel_asked_at=None)
    return bool(running.update(cancel_asked_at=at or timezone.now(), files_best=files_best))


def lock_running(*, solve_id: int) -> Solve | None:
    """The run, locked until the end of the transaction; nothing when it has ended."""
    return Solve.objects.select_for_update().filter(pk=solve_id, finished_at=None).first()


def finish(*, solve: Solve, entry: Entry, steps: int, at: dt.datetime | None = None) -> None:
    """It ended with a recommendation in the journal, which itself says where a person stopped the search."""
    solve.entry, solve.steps, solve.finished_at = entry, steps, at or timezone.now()
    solve.save(update_fields=["entry", "steps", "finished_at"])


def finish_without(*, solve: Solve, at: dt.datetime | None = None) -> None:
    """It ended with nothing, as it was asked to."""
    solve.cancelled, solve.finished_at = True, at or timezone.now()
    solve.save(update_fields=["cancelled", "finished_at"])


def fail(*, solve_id: int, failure: str, at: dt.datetime | None = None) -> None:
    """It ended without a recommendation, for that reason."""
    words = failure.strip()[:LONGEST_FAILURE] or "no reason was given"
    Solve.objects.filter(pk=solve_id, finished_at=None).update(failure=words, finished_at=at or timezone.now())


def begin(*, solve: Solve) -> None:
    """It begins, or begins again: nothing that an earlier attempt reported counts."""
    Solve.objects.filter(pk=solve.pk, finished_at=None).update(stage="", figure=None, bound=None, steps=0)


DIED = "the process that ran it has ended"  # of runs before they were a worker's
