"""How is a round solved while people go on working? A thread of its own reports, can be stopped, and files its plan.

A thread needs no further service besides the portal. Its reports stand in the records, so every process sees them;
if its process ends, nothing is filed, and the run is declared dead when it has been silent for too long.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from dure.cycle.commands.rows import Context, State
from dure.cycle.filing import CheckFailed, Prepared, file_prepared, prepare_decision
from dure.cycle.lookup import found
from dure.cycle.stem.allocation import facts as round_facts
from dure.formats.commands.demand import SolveRound, StopSolving
from dure.formats.errors import BadInput, Infeasible, stated
from dure.records.allocation import queries, solves
from dure.records.allocation.models import Solve

EVERY = 0.5  # seconds between two notes in the records


class Abandoned(Exception):
    """Nobody wants what this run would find: it was stopped with nothing, or has been declared dead."""


class Listener:
    """Takes every report of a run, records few of them, and says whether the run may go on."""

    def __init__(self, note: Callable[[str, int, int], bool], *, clock: Callable[[], float] = time.monotonic) -> None:
        self.note, self.clock = note, clock
        self.steps, self.goes_on = 0, True
        self.noted_at, self.noted_stage = 0.0, ""

    def __call__(self, stage: str, figure: int) -> bool:
        """One report; the answer is the last one noted."""
        self.steps += 1
        if stage != self.noted_stage or self.clock() - self.noted_at >= EVERY:
            self.noted_at, self.noted_stage = self.clock(), stage
            self.goes_on = self.note(stage, figure, self.steps)
        return self.goes_on


def start(request: SolveRound, context: Context) -> int:
    """Ask for the run, and start it once the asking is in the records; returns its number."""
    opened = found(queries.allocation_round(request.round), "round", request.round)
    facts = round_facts(opened.pk, context)
    solve = solves.ask(round=opened, by=context.person)
    thread = threading.Thread(
        target=_run_apart, args=(solve.pk, facts), kwargs={"context": context}, daemon=True, name=f"solve-{solve.pk}"
    )
    transaction.on_commit(thread.start)
    return solve.pk


def stop(request: StopSolving, context: Context) -> bool:
    """Ask the running search to stop; returns whether there was one."""
    opened = found(queries.allocation_round(request.round), "round", request.round)
    return solves.cancel(round=opened, by=context.person, files_best=request.file_best)


def _state(request: StopSolving, context: Context) -> str:
    del context
    last = queries.latest_solve(found(queries.allocation_round(request.round), "round", request.round))
    return "being solved" if last is not None and last.finished_at is None else "not being solved"


STATE = State(("being solved", "not being solved"), _state)


def _run_apart(solve_id: int, facts: Mapping[str, Any], *, context: Context) -> None:
    """The thread: whatever happens, the run ends in the records, and the connection is closed."""
    try:
        run(solve_id, facts, context=context)
    finally:
        connection.close()


def run(solve_id: int, facts: Mapping[str, Any], *, context: Context) -> None:
    """Solve, check and file; or stop with nothing; or say why it failed."""
    solve = Solve.objects.select_related("round").get(pk=solve_id)

    def note(stage: str, figure: int, steps: int) -> bool:
        if solves.hear(solve_id=solve_id, stage=stage, figure=figure, steps=steps):
            return True
        if not solves.files_best(solve_id=solve_id):
            raise Abandoned
        return False

    heard = Listener(note)
    try:
        heard("reading", 0)
        prepared = prepare_decision("allocation", "allocation", solve.round_id, dict(facts), context=context, progress=heard)
        _end(solve_id, prepared, heard, context=context)
    except Abandoned:
        _end_with_nothing(solve_id)
    except (BadInput, Infeasible, CheckFailed) as error:
        solves.fail(solve_id=solve_id, failure=stated(error))
    except Exception as error:
        solves.fail(solve_id=solve_id, failure=f"{type(error).__name__}: {error}")
        raise


@transaction.atomic
def _end(solve_id: int, prepared: Prepared, heard: Listener, *, context: Context) -> None:
    """File what was found, unless a person wanted it stopped with nothing, or it has been declared dead."""
    solve = solves.lock_running(solve_id=solve_id)
    if solve is None:
        return
    if solve.cancel_asked_at is not None and not solve.files_best:
        solves.finish_without(solve=solve)
        return
    entry = file_prepared(prepared, context=context._replace(at=timezone.now()))
    solves.finish(solve=solve, entry=entry, steps=heard.steps)


@transaction.atomic
def _end_with_nothing(solve_id: int) -> None:
    """Stopped as asked; one that has been declared dead has ended already."""
    if (solve := solves.lock_running(solve_id=solve_id)) is not None:
        solves.finish_without(solve=solve)
