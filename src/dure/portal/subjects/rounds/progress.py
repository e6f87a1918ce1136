"""How far is the solving of a round, and how did the last run end?"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dure.formats.errors import read_stated
from dure.portal.kit.refusals.saying import say
from dure.portal.kit.wording.numbers import number, percent
from dure.portal.kit.wording.words import person_name
from dure.portal.subjects.rounds.charts.prices import MICRO
from dure.records.allocation import queries
from dure.records.allocation.solves import DIED
from dure.records.work import queries as work


@dataclass(frozen=True)
class Progress:
    """What the template says of a run; `tone` and `ended` are empty while it runs. `nobody`: it waits, and no worker is there."""

    running: bool
    stopping: bool
    nobody: bool
    asked_by: str
    asked_at: dt.datetime
    stage: str
    figures: list[tuple[str, str]]
    percent: int | None = None
    ended: str = ""
    tone: str = ""
    entry: int | None = None


def progress_of(round_: Any, *, now: dt.datetime | None = None) -> Progress | None:
    """The run asked for last, or nothing where nobody has asked for one."""
    solve = queries.latest_solve(round_)
    if solve is None:
        return None
    moment = now or timezone.now()
    running = solve.finished_at is None
    ended, tone = ("", "") if running else _ended(solve)
    return Progress(
        running=running,
        stopping=running and solve.cancel_asked_at is not None,
        nobody=running and not work.workers(),
        asked_by=person_name(solve.asked_by),
        asked_at=solve.asked_at,
        stage=_stage(solve) if running else "",
        figures=_figures(solve, moment - solve.asked_at) if running else [],
        percent=_part_done(round_, solve) if running else None,
        ended=ended,
        tone=tone,
        entry=solve.entry_id,
    )


def _stage(solve: Any) -> str:
    stages = {"": _("Waiting for a worker"), "reading": _("Reading the facts"), "prices": _("Finding the prices and the bound"),
              "plan": _("Searching for a better plan"), "checking": _("Checking and filing")}  # fmt: skip
    return str(stages.get(solve.stage, solve.stage))


def _part_done(round_: Any, solve: Any) -> int | None:
    """Per cent of the reports that the round's last whole run gave; nothing where none has run to its end."""
    usual = queries.usual_steps(round_)
    return min(99, 100 * solve.steps // usual) if usual else None


def _figures(solve: Any, lasted: dt.timedelta) -> list[tuple[str, str]]:
    seconds = int(lasted.total_seconds())
    figures = [(_("Time"), f"{seconds // 60}:{seconds % 60:02}"), (_("Reports heard"), number(solve.steps))]
    bound = None if solve.bound is None else solve.bound // MICRO
    if bound is not None:
        figures.append((_("Bound so far (milli-points)"), number(bound)))
    if solve.stage == "plan":
        figures.append((_("Best plan so far (milli-points)"), number(solve.figure)))
        if bound and solve.figure <= bound:
            figures.append((_("Gap so far"), percent(f"{bound - solve.figure}/{bound}", 2)))
    return figures


def why_not(round_: Any) -> str:
    """Why a round cannot be solved now, where that is known; else empty."""
    solve = queries.latest_solve(round_)
    if solve is not None and solve.finished_at is None:
        return _("it is being solved already. Wait for its end, or stop it.")
    return ""


def _ended(solve: Any) -> tuple[str, str]:
    if solve.failure == DIED:
        return _("The process of the last run ended before it was done, and nothing was filed. Solve again."), "bad"
    if solve.failure:
        refused = read_stated(solve.failure)
        said = say(refused) if refused else _("An error of the system. The people who run it find it in the log.")
        return _("The last run failed: %(why)s") % {"why": said}, "bad"
    if solve.cancelled:
        return _("The last run was stopped; nothing was filed."), "warn"
    if solve.files_best:
        return _("The last run was stopped, and the best plan by then was checked and filed."), "good"
    return _("The last run was checked and filed."), "good"
