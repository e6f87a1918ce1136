"""How far is the solving of a round, and how did the last run end?"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dure.portal.shared.journal import person_name
from dure.portal.shared.rounds.prices import MICRO
from dure.portal.shared.wording.numbers import number
from dure.records.allocation import queries
from dure.records.allocation.solves import SILENT_FOR


@dataclass(frozen=True)
class Progress:
    """What the template says of a run; `tone` and `ended` are empty while it runs."""

    running: bool
    stopping: bool
    silent: bool
    asked_by: str
    asked_at: dt.datetime
    stage: str
    figures: list[tuple[str, str]]
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
        silent=running and moment - (solve.heard_at or solve.asked_at) > SILENT_FOR,
        asked_by=person_name(solve.asked_by),
        asked_at=solve.asked_at,
        stage=_stage(solve) if running else "",
        figures=_figures(solve, (solve.finished_at or moment) - solve.asked_at),
        ended=ended,
        tone=tone,
        entry=solve.entry_id,
    )


def _stage(solve: Any) -> str:
    stages = {"": _("About to begin"), "reading": _("Reading the facts"), "prices": _("Finding the prices and the bound"),
              "plan": _("Searching for a better plan")}  # fmt: skip
    return stages.get(solve.stage, solve.stage)


def _figures(solve: Any, lasted: dt.timedelta) -> list[tuple[str, str]]:
    seconds = int(lasted.total_seconds())
    figures = [(_("Time"), f"{seconds // 60}:{seconds % 60:02}"), (_("Reports heard"), number(solve.steps))]
    if solve.stage == "prices":
        figures.append((_("Bound so far (milli-points)"), number(solve.figure // MICRO)))
    elif solve.stage == "plan":
        figures.append((_("Best plan so far (milli-points)"), number(solve.figure)))
    return figures


def _ended(solve: Any) -> tuple[str, str]:
    if solve.failure:
        return _("The last run failed: %(why)s") % {"why": solve.failure}, "bad"
    if solve.cancelled:
        return _("The last run was stopped; nothing was filed."), "warn"
    if solve.files_best:
        return _("The last run was stopped, and the best plan by then was checked and filed."), "good"
    return _("The last run was checked and filed."), "good"
