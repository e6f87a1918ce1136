"""Does a recommendation belong to its facts and rules, and is it right? The frame that all decisions share, then the checker."""

import importlib
from typing import Any

from dure.formats.canonical import digest, plain
from dure.formats.errors import BadInput
from dure.formats.kinds import Facts, Fault, Recommendation, Rules
from dure.formats.reading import as_struct
from dure.formats.stages import stage_format
from dure.formats.versions import upgraded


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


def filed_faults(decision: str, raw: Any, rules_raw: Any, recommendation: Any, *, version: int) -> list[Fault]:
    """Everything wrong with a decision as filed, in plain values of that format `version`, from its own documents alone."""
    try:
        kinds = stage_format(decision)
        facts = read_facts(decision, raw, where="facts")
        rules = as_struct(upgraded(decision, "rules", rules_raw, version=version, where="rules"), kinds.rules, where="rules")
        whole = upgraded(decision, "recommendation", recommendation, version=version, where="recommendation")
        made = as_struct(whole, kinds.recommendation, where="recommendation")
        belongs = _were_read(kinds.rules, rules_raw, recommendation["rules_read"])
    except (BadInput, KeyError, ValueError, TypeError, AttributeError) as error:
        return [Fault(code="unreadable", where="documents", message=str(error))]
    found = frame_faults(decision, raw, made, plain(made.rules_read))
    if not belongs:
        found.append(Fault(code="wrong_rules", where="rules", message="are not the rules that the recommendation read."))
    return found + stage_faults(decision, facts, rules, made)


def _were_read(kind: type[Rules], rules_raw: Any, readings: Any) -> bool:
    """Whether the rules, as they were filed, are those that the recommendation says it read, each once and under its topic."""
    topics = {name.partition("/")[0] for name in kind.names().values()}
    read = {reading["rule"].partition("/") for reading in readings}
    told = {reading["rule"].partition("/")[2]: reading["value"] for reading in readings}
    filed = {
        field: value for field, value in rules_raw.items() if value is not None or field not in kind.spared() or field in told
    }
    return told == filed and len(told) == len(readings) and {topic for topic, _, _ in read} <= topics
