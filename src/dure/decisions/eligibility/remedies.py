"""What is the smallest change that would make the application eligible?"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from dure.decisions.eligibility.applied import TOPIC, Case
from dure.formats.stages.eligibility import Change


class Remedy(NamedTuple):
    """One change, and the same in words."""

    change: Change
    text: str


def remedies(case: Case, failed: Sequence[str]) -> list[Remedy]:
    """What to change for the failed rules; a smaller request can bring a need for a plan, or take it away."""
    made = [SIMPLE_REMEDIES[name](case) for name in failed if name in SIMPLE_REMEDIES]
    asked, rules = case.application, case.rules
    model, gpus, sizes = asked.gpu_model, asked.gpus, [name for name in ("largest_gpus", "unit_gpus") if name in failed]
    if sizes and model not in rules.largest_gpus:
        offered = {name: _nearest_size(gpus, unit=rules.unit_gpus[name], most=most) for name, most in rules.largest_gpus.items()}
        model = min(sorted(offered), key=lambda name: (abs(offered[name] - gpus), name))
        made.append(_remedy(sizes, "gpu_model", model, f"Ask for a model on offer, such as {model}."))
    if sizes:
        gpus = _nearest_size(asked.gpus, unit=rules.unit_gpus[model], most=rules.largest_gpus[model])
    if gpus != asked.gpus:
        made.append(_remedy(sizes, "gpus", gpus, f"Ask for {gpus} {model} GPUs instead of {asked.gpus}."))
    line = rules.large_project_from_gpus[model]
    if gpus >= line and not asked.large_project_plan:
        text = f"Hand in a large-project plan, or ask for fewer than {line} {model} GPUs."
        made.append(_remedy(["large_project_from_gpus"], "large_project_plan", True, text))
    elif "large_project_from_gpus" in failed:
        made[-1] = _remedy([*sizes, "large_project_from_gpus"], "gpus", gpus, made[-1].text)
    return made


def _nearest_size(asked: int, *, unit: int, most: int) -> int:
    """The multiple of the unit, no larger than `most`, that is closest to what was asked; the smaller of two."""
    below = max(unit, min(asked, most) // unit * unit)
    above = below + unit
    return above if above <= most and abs(above - asked) < abs(below - asked) else below


def _remedy(rules: Sequence[str], field: str, to: Any, text: str) -> Remedy:
    return Remedy(Change(rules=tuple(f"{TOPIC}/{name}" for name in rules), field=field, to=to), text)


def _kind_remedy(case: Case) -> Remedy:
    kinds = sorted(case.rules.kinds)
    return _remedy(["kinds"], "kind", {"any_of": kinds}, f"Apply through an organisation of kind {' or '.join(kinds)}.")


def _domestic_remedy(_: Case) -> Remedy:
    return _remedy(["domestic_only"], "domestic", True, "Apply through a domestic organisation.")


def _purpose_remedy(case: Case) -> Remedy:
    refused = sorted(case.rules.purposes_refused)
    return _remedy(["purposes_refused"], "purpose", {"none_of": refused}, f"Choose a purpose other than {', '.join(refused)}.")


def _months_remedy(case: Case) -> Remedy:
    most = case.rules.largest_months
    return _remedy(["largest_months"], "months", most, f"Ask for {most} months instead of {case.application.months}.")


def _obligations_remedy(case: Case) -> Remedy:
    overdue = sorted(case.applicant.open_obligations)
    kept = overdue[len(overdue) - case.rules.open_obligations_allowed :]
    close = [name for name in overdue if name not in kept]
    return _remedy(["open_obligations_allowed"], "open_obligations", kept, f"Settle {', '.join(close)}.")


def _support_remedy(case: Case) -> Remedy:
    refused = set(case.rules.double_support_refused)
    support = sorted(case.application.supported_by)
    end = ", ".join(name for name in support if name in refused)
    kept = [name for name in support if name not in refused]
    return _remedy(["double_support_refused"], "supported_by", kept, f"End the support by {end} for the same work.")


def _group_remedy(case: Case) -> Remedy:
    """Any of those ahead would do; the latest of them is named."""
    withdraw = list(case.ahead[case.rules.applications_per_group - 1 :])
    text = f"Withdraw {', '.join(withdraw)} or as many others of the group."
    return _remedy(["applications_per_group"], "withdraw", withdraw, text)


SIMPLE_REMEDIES: dict[str, Callable[[Case], Remedy]] = {
    "kinds": _kind_remedy,
    "domestic_only": _domestic_remedy,
    "purposes_refused": _purpose_remedy,
    "largest_months": _months_remedy,
    "open_obligations_allowed": _obligations_remedy,
    "double_support_refused": _support_remedy,
    "applications_per_group": _group_remedy,
}
