"""Which model and size closest to what was asked would pass, and does it need a large-project plan?"""

from collections.abc import Sequence

from dure.decisions.eligibility.cases import Case, Remedy, remedy_of
from dure.decisions.eligibility.limits import Limits

SIZES = ("largest_gpus", "least_gpus", "unit_gpus")


def size_remedies(case: Case, failed: Sequence[str]) -> list[Remedy]:
    """At most one model, one size and one plan; a smaller request can bring a need for a plan, or take it away."""
    made: list[Remedy] = []
    asked, offered = case.application, case.terms.offered
    model, gpus, sizes = asked.gpu_model, asked.gpus, [name for name in SIZES if name in failed]
    if sizes and not case.terms.asked.largest_gpus:
        nearest = {name: _nearest_size(gpus, limits) for name, limits in offered.items()}
        model = min(sorted(nearest), key=lambda name: (abs(nearest[name] - gpus), name))
        made.append(remedy_of(sizes, "gpu_model", model, f"Ask for a model on offer, such as {model}."))
    limits = offered.get(model, case.terms.asked)
    if sizes:
        gpus = _nearest_size(asked.gpus, limits)
    if gpus != asked.gpus:
        made.append(remedy_of(sizes, "gpus", gpus, f"Ask for {gpus} {model} GPUs instead of {asked.gpus}."))
    line = limits.large_project_from_gpus
    if line is not None and gpus >= line and not asked.large_project_plan:
        text = f"Hand in a large-project plan, or ask for fewer than {line} {model} GPUs."
        made.append(remedy_of(["large_project_from_gpus"], "large_project_plan", True, text))
    elif "large_project_from_gpus" in failed:
        made[-1] = remedy_of([*sizes, "large_project_from_gpus"], "gpus", gpus, made[-1].text)
    return made


def _nearest_size(asked: int, limits: Limits) -> int:
    """The permitted size that is closest to what was asked; the smaller of two."""
    unit, most = limits.unit_gpus or 1, limits.largest_gpus
    below = max(limits.smallest_size, min(asked, most) // unit * unit)
    above = below + unit
    return above if above <= most and abs(above - asked) < abs(below - asked) else below
