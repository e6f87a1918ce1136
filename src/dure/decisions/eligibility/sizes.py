"""Which model and size closest to what was asked would pass, and does it need a large-project plan?"""

from collections.abc import Sequence

from dure.decisions.eligibility.cases import Case, Remedy, remedy_of


def size_remedies(case: Case, failed: Sequence[str]) -> list[Remedy]:
    """At most one model, one size and one plan; a smaller request can bring a need for a plan, or take it away."""
    made: list[Remedy] = []
    asked, rules = case.application, case.rules
    model, gpus, sizes = asked.gpu_model, asked.gpus, [name for name in ("largest_gpus", "unit_gpus") if name in failed]
    if sizes and model not in rules.largest_gpus:
        offered = {name: _nearest_size(gpus, unit=rules.unit_gpus[name], most=most) for name, most in rules.largest_gpus.items()}
        model = min(sorted(offered), key=lambda name: (abs(offered[name] - gpus), name))
        made.append(remedy_of(sizes, "gpu_model", model, f"Ask for a model on offer, such as {model}."))
    if sizes:
        gpus = _nearest_size(asked.gpus, unit=rules.unit_gpus[model], most=rules.largest_gpus[model])
    if gpus != asked.gpus:
        made.append(remedy_of(sizes, "gpus", gpus, f"Ask for {gpus} {model} GPUs instead of {asked.gpus}."))
    line = rules.large_project_from_gpus[model]
    if gpus >= line and not asked.large_project_plan:
        text = f"Hand in a large-project plan, or ask for fewer than {line} {model} GPUs."
        made.append(remedy_of(["large_project_from_gpus"], "large_project_plan", True, text))
    elif "large_project_from_gpus" in failed:
        made[-1] = remedy_of([*sizes, "large_project_from_gpus"], "gpus", gpus, made[-1].text)
    return made


def _nearest_size(asked: int, *, unit: int, most: int) -> int:
    """The multiple of the unit, no larger than `most`, that is closest to what was asked; the smaller of two."""
    below = max(unit, min(asked, most) // unit * unit)
    above = below + unit
    return above if above <= most and abs(above - asked) < abs(below - asked) else below
