"""Introduces rules to decisions: facts in, a complete recommendation out; and its checker."""

import datetime as dt
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dure.evidence.checking import frame_faults, read_facts, stage_faults
from dure.formats.approvals import ApprovalRules
from dure.formats.canonical import digest, plain
from dure.formats.deadlines import DeadlineRules
from dure.formats.folder.stages import decisions_of
from dure.formats.intake import IntakeRules
from dure.formats.kinds import Fault, Recommendation, Rules
from dure.formats.methods import NEEDS
from dure.formats.programme import ProgrammeRules
from dure.formats.reading import as_struct
from dure.formats.registration import RegistrationRules
from dure.formats.stages import DECISIONS, stage_format
from dure.rules.book import Book, check_readers, read_book
from dure.rules.consistency import check_consistency
from dure.rules.methods import check_methods


class Decided(NamedTuple):
    """What the journal keeps of one decision."""

    facts: Any
    rules: Rules
    recommendation: Recommendation


def open_book(folder: Path) -> Book:
    """A rule book in which every rule has a reader, every reader its rule, and rules agree with each other.

    Rules of stages that the programme does not have are read by nobody.
    """
    book = read_book(folder)
    decisions = [each for each in DECISIONS if each in decisions_of(book.manifest.stages)]
    read = (ProgrammeRules, ApprovalRules, DeadlineRules, IntakeRules, RegistrationRules)
    check_readers(book, [*read, *(stage_format(stage).rules for stage in decisions)])
    check_methods(book, NEEDS)
    check_consistency(book, decisions)
    return book


Progress = Callable[[str, int], bool]


def decide(
    stage: str, raw: Any, *, book: Book, on: dt.date | None = None, where: str = "facts", progress: Progress | None = None
) -> Decided:
    """Run one decision purely, from plain JSON values; `on` overrides the day for which rules are read.

    `progress`: only for a decision that searches; called with (stage, figure); False stops the search.
    """
    kinds = stage_format(stage)
    facts = read_facts(stage, raw, where=where)
    day = on or facts.on or book.reference_on
    rules, readings = book.fill(kinds.rules, on=day)
    told = {} if progress is None else {"progress": progress}
    recommendation = importlib.import_module(f"dure.decisions.{stage}").recommend(facts, rules, **told)
    complete = msgspec.structs.replace(recommendation, stage=stage, on=day, facts_digest=digest(raw), rules_read=readings)
    return Decided(raw, rules, complete)


def check(stage: str, raw: Any, raw_recommendation: Any, *, book: Book, where: str = "recommendation") -> list[Fault]:
    """Everything that the independent checker finds wrong with a recommendation."""
    kinds = stage_format(stage)
    facts = read_facts(stage, raw, where="facts")
    recommendation = as_struct(raw_recommendation, kinds.recommendation, where=where)
    rules, readings = book.fill(kinds.rules, on=recommendation.on or facts.on or book.reference_on)
    return frame_faults(stage, raw, recommendation, plain(readings)) + stage_faults(stage, facts, rules, recommendation)
