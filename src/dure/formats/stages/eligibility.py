"""eligibility: an application is eligible or not, with every rule read."""

from typing import Any, ClassVar

from dure.formats.kinds import Count, Facts, Id, Instant, Part, Positive, Recommendation, Rules, Text


class Applicant(Part, frozen=True, kw_only=True):
    """`open_obligations`: reports or payments overdue.

    `group`: the beneficial owner, when several apply as one; without it the organisation is its own
    group, so a parent and the firms that name it as their group count together.
    """

    id: Id
    kind: Id
    size: Id
    youth_led: bool = False
    domestic: bool = True
    group: Id | None = None
    open_obligations: tuple[Id, ...] = ()


class EligibilityApplication(Part, frozen=True, kw_only=True):
    """`supported_by`: programmes that support the same work. `arrived_at`: places of a group go in this order."""

    id: Id
    organisation: Id
    purpose: Id
    gpu_model: Id
    gpus: Positive
    months: Positive
    large_project_plan: bool = False
    supported_by: tuple[Id, ...] = ()
    arrived_at: Instant | None = None


class EligibilityFacts(Facts, frozen=True, kw_only=True):
    applicants: tuple[Applicant, ...]
    applications: tuple[EligibilityApplication, ...]


class EligibilityRules(Rules, frozen=True, kw_only=True):
    """GPUs per model: largest request, unit of request, and the line from which a plan is asked for.

    `applications_per_group`: how many otherwise eligible applications one beneficial owner may have.
    """

    topic: ClassVar[str] = "eligibility"
    kinds: tuple[Id, ...]
    domestic_only: bool
    purposes_refused: tuple[Id, ...]
    largest_gpus: dict[str, Positive]
    unit_gpus: dict[str, Positive]
    large_project_from_gpus: dict[str, Positive]
    largest_months: Positive
    open_obligations_allowed: Count
    double_support_refused: tuple[Id, ...]
    applications_per_group: Positive


class RuleOutcome(Part, frozen=True, kw_only=True):
    """One rule applied: what was seen, what the rule allows."""

    rule: Id
    passed: bool
    seen: Any
    allowed: Any


class Change(Part, frozen=True, kw_only=True):
    """The smallest change that makes these rules pass: put `to` in the place of `field`.

    `field` is one of the application's or the applicant's; where several values would do, `to` lists
    them under `any_of` or `none_of`; `withdraw` lists applications of the same group.
    """

    rules: tuple[Id, ...]
    field: Id
    to: Any


class Eligibility(Part, frozen=True, kw_only=True):
    """`large_project`: at or above the line. `outcomes`: every rule, in published order.

    `remedies`: in words, what to do about the failed rules; `changes`: the same, one for one, in
    terms of the facts. All of them together make the application eligible.
    """

    application: Id
    eligible: bool
    large_project: bool
    outcomes: tuple[RuleOutcome, ...]
    remedies: tuple[Text, ...]
    changes: tuple[Change, ...]


class EligibilityRecommendation(Recommendation, frozen=True, kw_only=True):
    results: tuple[Eligibility, ...]
    eligible: Count
    refused: Count
