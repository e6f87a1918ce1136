"""The four moves of every hand-off: read, rules, decide, file. Nothing is filed that its checker refuses."""

import datetime as dt
from typing import Any, NamedTuple

from dure.cycle.deciding import Progress, decide, read_facts, stage_faults
from dure.formats.canonical import plain
from dure.records.journal import actions
from dure.records.journal.models import Entry
from dure.records.parties.models import Person
from dure.rules.book import Book


class CheckFailed(Exception):
    """The independent checker found faults, so the recommendation was not filed: a defect of ours."""


class Desk(NamedTuple):
    """Who acts, when, and under which rules."""

    book: Book
    person: Person
    at: dt.datetime


class Prepared(NamedTuple):
    """Decided and found without fault, in plain values, but not yet filed."""

    stage: str
    subject: str
    facts: dict[str, Any]
    rules: Any
    recommendation: Any


def prepare_decision(stage: str, subject: str, raw: dict[str, Any], *, desk: Desk, progress: Progress | None = None) -> Prepared:
    """Decide from plain facts and have it checked; `progress` hears of a search, and may stop it."""
    facts = {"stage": stage, "version": 1, **raw}
    decided = decide(stage, facts, book=desk.book, on=desk.at.date(), where=f"facts of {stage} {subject}", progress=progress)
    if progress:
        progress("checking", 0)  # the search is over: its answer stops nothing
    faults = stage_faults(stage, read_facts(stage, facts, where="facts"), decided.rules, decided.recommendation)
    if faults:
        raise CheckFailed(f"{stage} {subject}: " + "; ".join(f"{fault.code} at {fault.where}" for fault in faults[:5]))
    return Prepared(stage, subject, facts, plain(decided.rules), plain(decided.recommendation))


def file_prepared(prepared: Prepared, *, desk: Desk) -> Entry:
    """File it for approval."""
    return actions.file_recommendation(**prepared._asdict(), filed_by=desk.person, at=desk.at)


def file_decision(stage: str, subject: str, raw: dict[str, Any], *, desk: Desk) -> Entry:
    """Decide from plain facts, have it checked, and file it for approval."""
    return file_prepared(prepare_decision(stage, subject, raw, desk=desk), desk=desk)
