"""eligibility: an application is eligible or not, with every rule read."""

from typing import Any, ClassVar

from dure.formats.kinds import Count, Facts, Id, Part, Positive, Recommendation, Rules, Text


class Applicant(Part, frozen=True, kw_only=True):
    """`open_obligations`: reports or payments overdue; `group`: beneficial owner, when several apply as one."""

    id: Id
    kind: Id
    size: Id
    youth_led: bool = False
    domestic: bool = True
    group: Id | None = None
    open_obligations: tuple[Id, ...] = ()


class EligibilityApplication(Part, frozen=True, kw_only=True):
    id: Id
    organisation: Id
    purpose: Id
    gpu_model: Id
    gpus: Positive
    months: Positive
    large_project_plan: bool = False
    supported_by: tuple[Id, ...] = ()


class EligibilityFacts(Facts, frozen=True, kw_only=True):
    applicants: tuple[Applicant, ...]
    applications: tuple[EligibilityApplication, ...]


class EligibilityRules(Rules, frozen=True, kw_only=True):
    """GPUs per model: largest request, unit of request, and the line from which a plan is asked for."""

    topic: ClassVar[str] = "eligibility"
    kinds: tuple[Id, ...]
    purposes_refused: tuple[Id, ...]
    largest_gpus: dict[str, Positive]
    unit_gpus: dict[str, Positive]
    large_project_from_gpus: dict[str, Positive]
    largest_months: Positive
    double_support_refused: tuple[Id, ...]
    applications_per_group: Positive


class RuleOutcome(Part, frozen=True, kw_only=True):
    """One rule applied: what was seen, what the rule allows."""

    rule: Id
    passed: bool
    seen: Any
    allowed: Any


class Eligibility(Part, frozen=True, kw_only=True):
    """`remedies`: for each failed rule, the smallest change that would make it pass."""

    application: Id
    eligible: bool
    large_project: bool
    outcomes: tuple[RuleOutcome, ...]
    remedies: tuple[Text, ...]


class EligibilityRecommendation(Recommendation, frozen=True, kw_only=True):
    results: tuple[Eligibility, ...]
    eligible: Count
    refused: Count
