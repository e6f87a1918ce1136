"""Every minute before a deadline: compares clocks, tells those who must know, and moves the deadline where the rule says so."""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Literal

from django.db import transaction

from dure.connectors.clocks.sntp import Source
from dure.cycle.clocks.comparing import compare
from dure.cycle.commands.rows import by_rule
from dure.cycle.commands.running import run
from dure.cycle.commands.tables.clocks import ROWS
from dure.cycle.notifying import whom
from dure.cycle.notifying.telling import Notice, tell
from dure.cycle.programme import book
from dure.formats.commands.deadlines import ExtendForClocks
from dure.formats.deadlines import DeadlineRules
from dure.formats.errors import BadInput
from dure.records.clocks import queries
from dure.records.clocks.judging import FRESH, LATE, WATCHED, Reading, judge, judge_between, watched_since
from dure.records.clocks.models import Judged
from dure.records.clocks.queries import Deadline
from dure.records.parties.models import Desk

log = logging.getLogger(__name__)
TOLD = (Desk.AGENCY, Desk.MINISTRY, Desk.OPERATOR)


def watch(sources: Sequence[Source]) -> None:
    """Look at every deadline that is near. Where no sources are named, nothing is known, nobody is told and nothing moves."""
    if not sources or not queries.deadlines(after=queries.now(), within=WATCHED + FRESH):
        return
    compare(sources)
    now = queries.now()
    known = queries.readings(until=now)
    for each in queries.deadlines(after=now, within=WATCHED):
        look_at(each, known, now)


def look_at(deadline: Deadline, known: Sequence[Reading], now: dt.datetime) -> None:
    """Tell where the clock did not agree for the whole of the last hour so far, and move the deadline where that is due."""
    since = watched_since(opened_at=deadline.opened_at, closes_at=deadline.closes_at)
    judged = judge_between(known, since=since, until=now)
    if judged == Judged.AGREED:
        return
    _tell(deadline, judged, now)
    context = by_rule(book(), queries.now)
    rules, _readings = context.book.fill(DeadlineRules, on=context.day)
    moved = queries.postponements(deadline.about).count()
    if command := due(deadline, known, judged, now=now, moved=moved, rules=rules):
        try:
            run(ROWS[0], command, context)
        except BadInput as refused:  # it has closed, or moved, or been mended meanwhile: the next look is in a minute
            log.warning("the deadline of %s did not move: %s", deadline.about, refused)


def due(
    deadline: Deadline, known: Sequence[Reading], judged: Judged, *, now: dt.datetime, moved: int, rules: DeadlineRules
) -> ExtendForClocks | None:
    """What moves a deadline that has moved so often by itself, where the hour so far is judged in that way.

    Once moved, it moves again only if the clock is still in doubt in the last minutes: one fault is no chain of extensions.
    """
    if moved:
        judged = judge(known, at=now) if deadline.closes_at - now <= LATE else Judged.AGREED
    if judged == Judged.AGREED or moved >= rules.clock_extensions_most:
        return None
    closes_at = deadline.closes_at + dt.timedelta(minutes=rules.clock_extension_minutes)
    wrong: Literal["not agreed", "not known"] = "not agreed" if judged == Judged.NOT_AGREED else "not known"
    return ExtendForClocks(about=deadline.about, closes_at=closes_at, judged=wrong)


def _tell(deadline: Deadline, judged: Judged, now: dt.datetime) -> None:
    """Tell them once for each deadline that a call has had."""
    facts = {"clocks": judged.value, "closes_at": deadline.closes_at.isoformat()}
    notice = Notice("clocks_not_agreed", whom.at_desks(*TOLD), deadline.about, facts, until=deadline.closes_at)
    with transaction.atomic():
        tell([notice], cause=f"deadline {deadline.closes_at.astimezone(dt.UTC).isoformat()}", at=now)
