"""Which model, size and duration closest to what was asked would pass, and does it need a large-project plan?"""

from collections.abc import Sequence

from dure.decisions.eligibility.cases import Case, Remedy, duration_remedy, remedy_of

SIZES = ("largest_gpus", "least_gpus", "unit_gpus")


def size_remedies(case: Case, failed: Sequence[str]) -> list[Remedy]:
    """At most one model, one size, one plan and one duration; none where nothing is on offer to such an applicant.

    A smaller request can bring a need for a plan, or take it away; another model can bring another longest or shortest use.
    """
    if case.aim is None:
        return []
    made: list[Remedy] = []
    asked, (model, limits) = case.application, case.aim
    sizes = [name for name in SIZES if name in failed]
    if model != asked.gpu_model:
        made.append(remedy_of(sizes, "gpu_model", model, f"Ask for a model on offer, such as {model}."))
    line, gpus = limits.large_project_from_gpus, limits.nearest(asked.gpus)
    needs_plan = line is not None and gpus >= line and not asked.large_project_plan
    if gpus != asked.gpus:
        spared = ["large_project_from_gpus"] if "large_project_from_gpus" in failed and not needs_plan else []
        text = f"Ask for {gpus} {model} GPUs instead of {asked.gpus}."
        made.append(remedy_of([*sizes, *spared], "gpus", gpus, text))
    if needs_plan:
        text = f"Hand in a large-project plan, or ask for fewer than {line} {model} GPUs."
        made.append(remedy_of(["large_project_from_gpus"], "large_project_plan", True, text))
    return made + _duration(case, failed)


def _duration(case: Case, failed: Sequence[str]) -> list[Remedy]:
    """A duration that only what else is mended makes necessary; one that failed has its own remedy."""
    if case.aim is None or {"largest_months", "least_months"} & set(failed):
        return []
    rule = "largest_months" if case.application.months > case.aim.limits.largest_months else "least_months"
    remedy = duration_remedy(case, rule)
    return [remedy] if remedy else []
