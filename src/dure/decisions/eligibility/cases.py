"""What does a rule look at, and what does it answer?"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dure.decisions.eligibility.limits import Aim, Terms
from dure.formats.stages.eligibility import Applicant, Change, EligibilityApplication, EligibilityRules

TOPIC = EligibilityRules.topic


class Case(NamedTuple):
    """One application with the one who applies; `ahead`: the group's otherwise eligible ones that arrived earlier.

    `terms` hold for it as it is, and `aim` once everything else is mended.
    """

    application: EligibilityApplication
    applicant: Applicant
    rules: EligibilityRules
    terms: Terms
    aim: Aim | None = None
    ahead: tuple[str, ...] = ()


class Finding(NamedTuple):
    """One rule applied to one case."""

    passed: bool
    seen: Any
    allowed: Any


class Remedy(NamedTuple):
    """One change, and the same in words."""

    change: Change
    text: str


def is_large(case: Case, gpus: int) -> bool:
    """Whether that many GPUs of the model asked for are at or above the large-project line."""
    line = case.terms.asked.large_project_from_gpus
    return line is not None and gpus >= line


def remedy_of(rules: Sequence[str], field: str, to: Any, text: str) -> Remedy:
    """Put `to` in the place of that field of the application or the applicant: it makes these rules pass."""
    return Remedy(Change(rules=tuple(f"{TOPIC}/{name}" for name in rules), field=field, to=to), text)


def duration_remedy(case: Case, rule: str) -> Remedy | None:
    """The duration closest to what was asked that passes under what is aimed at; nothing where the one asked for does."""
    limits, months = case.aim.limits if case.aim else case.terms.asked, case.application.months
    right = min(max(months, limits.least_months or 0), limits.largest_months)
    return remedy_of([rule], "months", right, f"Ask for {right} months instead of {months}.") if right != months else None
