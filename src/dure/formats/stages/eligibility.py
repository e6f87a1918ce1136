"""eligibility: an application is eligible or not, with every rule read."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from dure.formats.kinds import Count, Facts, Id, Instant, Part, Positive, Recommendation, Rules, Text
from dure.formats.rule_tables import Shape, Table


class Applicant(Part, frozen=True, kw_only=True):
    """An organisation that applies."""

    id: Annotated[Id, Meta(description="unique in the file; applications refer to it")]
    kind: Annotated[Id, Meta(description="type of organisation, such as academia or industry")]
    size: Annotated[Id, Meta(description="class of firm, as rates and limits name it")]
    youth_led: Annotated[bool, Meta(description="led by young founders")] = False
    domestic: Annotated[bool, Meta(description="whether it is established in the programme's own country")] = True
    group: Annotated[
        Id | None, Meta(description="beneficial owner whose limit on applications it shares; null: it is its own group")
    ] = None
    open_obligations: Annotated[tuple[Id, ...], Meta(description="overdue reports or payments, by id")] = ()


class EligibilityApplication(Part, frozen=True, kw_only=True):
    """One request in the call."""

    id: Annotated[Id, Meta(description="unique in the file")]
    organisation: Annotated[Id, Meta(description="id in `applicants`")]
    purpose: Annotated[Id, Meta(description="declared use of the GPUs, by its code")]
    gpu_model: Annotated[Id, Meta(description="type requested, as named in the rules")]
    gpus: Annotated[Positive, Meta(description="GPUs requested, counted singly")]
    months: Annotated[Positive, Meta(description="duration requested")]
    large_project_plan: Annotated[bool, Meta(description="whether the plan that large requests need is attached")] = False
    supported_by: Annotated[tuple[Id, ...], Meta(description="programmes that already support the same work, by id")] = ()
    arrived_at: Annotated[
        Instant | None, Meta(description="time of receipt; a group's places go in this order; null: after all others")
    ] = None


class EligibilityFacts(Facts, frozen=True, kw_only=True):
    applicants: Annotated[tuple[Applicant, ...], Meta(description="every organisation that an application names")]
    applications: Annotated[tuple[EligibilityApplication, ...], Meta(description="all requests of the call")]


class EligibilityRules(Rules, frozen=True, kw_only=True):
    topic: ClassVar[str] = "eligibility"
    tables: ClassVar[Mapping[str, Any]] = {
        "limits": Shape(
            knows={"kind": "word", "size": "word", "youth_led": "flag", "gpu_model": "word"},
            gives={
                "largest_gpus": "gpus",
                "least_gpus": "gpus or none",
                "unit_gpus": "gpus or none",
                "large_project_from_gpus": "gpus or none",
                "largest_months": "months",
                "least_months": "months or none",
            },
            combine=("replace", "min"),
            whole=True,  # every application is judged, also one of a kind that may not apply
        )
    }
    kinds: Annotated[tuple[Id, ...], Meta(description="types of organisation that may apply")]
    domestic_only: Annotated[bool, Meta(description="whether organisations from abroad are refused")]
    purposes_refused: Annotated[tuple[Id, ...], Meta(description="declared uses that are not supported")]
    limits: Annotated[
        Table, Meta(description="sizes and durations that may be requested; null: none is set; 0 GPUs at most: not on offer")
    ]
    open_obligations_allowed: Annotated[Count, Meta(description="overdue reports or payments that do not yet bar an applicant")]
    double_support_refused: Annotated[
        tuple[Id, ...], Meta(description="programmes whose support for the same work excludes this one, by id")
    ]
    applications_per_group: Annotated[
        Positive, Meta(description="otherwise eligible applications that one beneficial owner may have")
    ]


class RuleOutcome(Part, frozen=True, kw_only=True):
    """One rule applied to one application."""

    rule: Annotated[Id, Meta(description="its name as `topic/name`")]
    passed: Annotated[bool, Meta(description="whether the application meets it")]
    seen: Annotated[Any, Meta(description="value found in the facts")]
    allowed: Annotated[
        Any,
        Meta(description="value, list or condition (such as `none_of`) that the rule accepts; null: no limit for this model"),
    ]


class Change(Part, frozen=True, kw_only=True):
    """The smallest change that makes some failed rules pass."""

    rules: Annotated[tuple[Id, ...], Meta(description="names of the rules that then pass, as `topic/name`")]
    field: Annotated[
        Id, Meta(description="field of application or applicant to set, or `withdraw` for other applications of the group")
    ]
    to: Annotated[
        Any, Meta(description="new value; a choice stands under `any_of` or `none_of`; for `withdraw` the applications' ids")
    ]


class Eligibility(Part, frozen=True, kw_only=True):
    """The result for one application."""

    application: Annotated[Id, Meta(description="id in `applications` of the facts")]
    eligible: Annotated[bool, Meta(description="whether every rule is met")]
    large_project: Annotated[bool, Meta(description="whether the request is at or above the large-project line of its model")]
    outcomes: Annotated[tuple[RuleOutcome, ...], Meta(description="every rule, in published order")]
    remedies: Annotated[tuple[Text, ...], Meta(description="steps open to the applicant for the failed rules, in sentences")]
    changes: Annotated[
        tuple[Change, ...],
        Meta(description="the same as `remedies`, entry for entry, in terms of the facts; together they make it eligible"),
    ]


class EligibilityRecommendation(Recommendation, frozen=True, kw_only=True):
    results: Annotated[tuple[Eligibility, ...], Meta(description="every application, in order of id")]
    eligible: Annotated[Count, Meta(description="applications that meet every rule")]
    refused: Annotated[Count, Meta(description="applications that fail at least one")]
