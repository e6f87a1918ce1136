"""Introduces rules to decisions: facts in, a complete recommendation out; and its checker."""

import datetime as dt
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dure.formats.approvals import ApprovalRules
from dure.formats.canonical import digest, plain
from dure.formats.errors import BadInput
from dure.formats.intake import IntakeRules
from dure.formats.kinds import Facts, Fault, Recommendation, Rules
from dure.formats.programme import ProgrammeRules
from dure.formats.reading import as_struct
from dure.formats.registration import RegistrationRules
from dure.formats.stages import DECISIONS, stage_format
from dure.formats.versions import upgraded
from dure.rules.book import Book, check_readers, read_book


class Decided(NamedTuple):
    """What the journal keeps of one decision."""

    facts: Any
    rules: Rules
    recommendation: Recommendation


def open_book(folder: Path) -> Book:
    """A rule book in which every rule has a reader and every reader its rule."""
    book = read_book(folder)
    read = (ProgrammeRules, ApprovalRules, IntakeRules, RegistrationRules)
    check_readers(book, [*read, *(stage_format(stage).rules for stage in DECISIONS)])
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


def stage_faults(stage: str, facts: Facts, rules: Rules, recommendation: Recommendation) -> list[Fault]:
    """What the stage's checker finds, the frame apart."""
    found: list[Fault] = importlib.import_module(f"dure.checks.{stage}").faults(facts, rules, recommendation)
    return found


def frame_faults(stage: str, raw: Any, recommendation: Recommendation, readings: Any) -> list[Fault]:
    """Does the recommendation belong to these facts and these rules?"""
    found = []
    if recommendation.stage != stage:
        found.append(Fault(code="wrong_stage", where="$.stage", message=f"is {recommendation.stage!r}, not {stage!r}."))
    if recommendation.facts_digest != digest(raw):
        found.append(Fault(code="wrong_facts", where="$.facts_digest", message="the recommendation was made from other facts."))
    if plain(recommendation.rules_read) != readings:
        found.append(Fault(code="wrong_rules", where="$.rules_read", message="the rules read are not the rules in force."))
    return found


def read_facts(stage: str, raw: Any, *, where: str) -> Facts:
    """Plain values as the stage's facts."""
    if isinstance(raw, dict) and raw.get("stage") != stage:
        raise BadInput(
            f"is for stage {raw.get('stage')!r}, not {stage!r}.",
            where=f"{where} at $.stage",
            todo="Give the facts of this stage.",
        )
    if isinstance(raw, dict) and isinstance(raw.get("version"), int):
        raw = upgraded(stage, "facts", raw, version=raw["version"], where=f"{where} at $.version")
    return as_struct(raw, stage_format(stage).facts, where=where)
