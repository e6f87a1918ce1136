"""Does this application pass each rule? One function per rule, in published order."""

from collections.abc import Callable
from typing import Any, NamedTuple

from dure.formats.stages.eligibility import Applicant, EligibilityApplication, EligibilityRules

TOPIC = EligibilityRules.topic


class Case(NamedTuple):
    """One application with the one who applies; `ahead`: the group's otherwise eligible ones that arrived earlier."""

    application: EligibilityApplication
    applicant: Applicant
    rules: EligibilityRules
    ahead: tuple[str, ...] = ()


class Finding(NamedTuple):
    """One rule applied to one case."""

    passed: bool
    seen: Any
    allowed: Any


def is_large(case: Case, gpus: int) -> bool:
    """Whether that many GPUs of the model asked for are at or above the large-project line."""
    line = case.rules.large_project_from_gpus.get(case.application.gpu_model)
    return line is not None and gpus >= line


def _kinds(case: Case) -> Finding:
    return Finding(case.applicant.kind in case.rules.kinds, case.applicant.kind, sorted(case.rules.kinds))


def _domestic_only(case: Case) -> Finding:
    passed = case.applicant.domestic or not case.rules.domestic_only
    return Finding(passed, case.applicant.domestic, [True] if case.rules.domestic_only else [False, True])


def _purposes_refused(case: Case) -> Finding:
    refused = case.rules.purposes_refused
    return Finding(case.application.purpose not in refused, case.application.purpose, {"none_of": sorted(refused)})


def _largest_gpus(case: Case) -> Finding:
    """A model that the rule does not name is not offered, so no request for it can pass."""
    asked, most = case.application, case.rules.largest_gpus
    seen = {"gpu_model": asked.gpu_model, "gpus": asked.gpus}
    return Finding(asked.gpus <= most.get(asked.gpu_model, 0), seen, dict(sorted(most.items())))


def _unit_gpus(case: Case) -> Finding:
    unit = case.rules.unit_gpus.get(case.application.gpu_model)
    passed = unit is None or case.application.gpus % unit == 0
    return Finding(passed, case.application.gpus, {"multiple_of": unit} if unit else None)


def _large_project_from_gpus(case: Case) -> Finding:
    asked = case.application
    line = case.rules.large_project_from_gpus.get(asked.gpu_model)
    seen = {"gpus": asked.gpus, "large_project_plan": asked.large_project_plan}
    passed = asked.large_project_plan or not is_large(case, asked.gpus)
    return Finding(passed, seen, {"gpus_below": line, "or_large_project_plan": True} if line else None)


def _largest_months(case: Case) -> Finding:
    return Finding(case.application.months <= case.rules.largest_months, case.application.months, case.rules.largest_months)


def _open_obligations_allowed(case: Case) -> Finding:
    overdue = sorted(case.applicant.open_obligations)
    return Finding(len(overdue) <= case.rules.open_obligations_allowed, overdue, case.rules.open_obligations_allowed)


def _double_support_refused(case: Case) -> Finding:
    support = sorted(case.application.supported_by)
    refused = sorted(case.rules.double_support_refused)
    return Finding(not set(support) & set(refused), support, {"none_of": refused})


def _applications_per_group(case: Case) -> Finding:
    return Finding(len(case.ahead) < case.rules.applications_per_group, list(case.ahead), case.rules.applications_per_group)


OWN_RULES: dict[str, Callable[[Case], Finding]] = {
    "kinds": _kinds,
    "domestic_only": _domestic_only,
    "purposes_refused": _purposes_refused,
    "largest_gpus": _largest_gpus,
    "unit_gpus": _unit_gpus,
    "large_project_from_gpus": _large_project_from_gpus,
    "largest_months": _largest_months,
    "open_obligations_allowed": _open_obligations_allowed,
    "double_support_refused": _double_support_refused,
}
ALL_RULES = {**OWN_RULES, "applications_per_group": _applications_per_group}
