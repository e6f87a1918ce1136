"""How is a round solved while people go on working? A worker does it: it reports, can be stopped, and files its plan.

The run stands in the records from the moment at which it is asked for. If its process ends, another one begins it again, and
exactly one plan is filed, in the transaction in which the run and its job end.
"""

import time
from collections.abc import Callable

from django.utils import timezone

from dure.cycle.commands.rows import Context, State
from dure.cycle.filing import file_prepared, prepare_decision
from dure.cycle.lookup import found
from dure.cycle.programme import book
from dure.cycle.stem.allocation import facts, require_solvable
from dure.cycle.working.asking import ask
from dure.cycle.working.kinds import Ending
from dure.cycle.working.reporting import Cancelled, Report
from dure.formats.commands.demand import SolveRound, StopSolving
from dure.records.allocation import queries, solves
from dure.records.allocation.models import Solve
from dure.records.work import actions as work
from dure.records.work.models import Job

EVERY = 0.5  # seconds between two notes in the records


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
    """Ask for the run; returns its number."""
    opened = require_solvable(request.round)
    running = queries.latest_solve(opened)
    job = None
    if running is None or running.finished_at is not None:
        job = ask("solve", f"round/{opened.pk}", by=context.person, via=context.via, at=context.at)
    return solves.ask(round=opened, by=context.person, job=job, at=context.at).pk


def again(job: Job, context: Context) -> int:
    """Ask for a run of the same round; returns the number of its job."""
    start(SolveRound(round=job.subject.removeprefix("round/")), context)
    return found(queries.latest_solve(require_solvable(job.subject.removeprefix("round/"))), "run", job.subject).job_id or 0


def stop(request: StopSolving, context: Context) -> bool:
    """Ask the running search to stop; returns whether there was one."""
    opened = found(queries.allocation_round(request.round), "round", request.round)
    running = queries.latest_solve(opened)
    if running is not None and running.job is not None and not request.file_best:
        work.cancel(job=running.job)  # before the run, as whoever ends them locks them
    stopped = solves.cancel(round=opened, by=context.person, files_best=request.file_best)
    if stopped and running is not None and running.job is not None and work.has_ended(job=running.job):  # nobody had begun it
        ended_without(running.job, "")
    return stopped


def _state(request: StopSolving, context: Context) -> str:
    del context
    last = queries.latest_solve(found(queries.allocation_round(request.round), "round", request.round))
    return "being solved" if last is not None and last.finished_at is None else "not being solved"


STATE = State(("being solved", "not being solved"), _state)


def solve(job: Job, report: Report) -> Ending:
    """Solve and check, from the records as they are when this attempt begins; the ending files the plan."""
    run = Solve.objects.select_related("round", "asked_by").get(job=job)
    context = Context(book(), run.asked_by, run.asked_at, via="page")
    solves.begin(solve=run)
    heard = Listener(lambda stage, figure, steps: _note(run, report, stage, figure, steps))
    heard("reading", 0)
    prepared = prepare_decision(
        "allocation", "allocation", run.round_id, facts(run.round_id, context), context=context, progress=heard
    )

    def ending() -> dict[str, int]:
        entry = file_prepared(prepared, context=context._replace(at=timezone.now()))
        solves.finish(solve=run, entry=entry, steps=heard.steps)
        return {"entry": entry.seq}

    return ending


def _note(run: Solve, report: Report, stage: str, figure: int, steps: int) -> bool:
    """One report noted: whether the search goes on, or ends with its best plan so far; otherwise `Cancelled` is raised."""
    report(stage, steps)
    if solves.hear(solve_id=run.pk, stage=stage, figure=figure, steps=steps):
        return True
    if not solves.files_best(solve_id=run.pk):
        raise Cancelled
    return False


def ended_without(job: Job, failure: str) -> None:
    """The job ends without a plan, and the run with it: for that reason, or because it was cancelled."""
    run = Solve.objects.filter(job=job, finished_at=None).first()
    if run is None:
        return
    if failure:
        solves.fail(solve_id=run.pk, failure=failure)
        return
    run.cancel_asked_at, run.files_best = run.cancel_asked_at or timezone.now(), False
    run.save(update_fields=["cancel_asked_at", "files_best"])
    solves.finish_without(solve=run)
