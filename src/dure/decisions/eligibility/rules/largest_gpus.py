"""Is the request no larger than the largest for its GPU model?"""

from dure.decisions.eligibility.cases import Case, Finding


def finding(case: Case) -> Finding:
    """Of a model that is not on offer nothing can be requested."""
    asked = case.application
    seen = {"gpu_model": asked.gpu_model, "gpus": asked.gpus}
    allowed = {model: limits.largest_gpus for model, limits in sorted(case.terms.offered.items())}
    return Finding(asked.gpus <= case.terms.asked.largest_gpus, seen, allowed)


remedy = None  # one for all rules on size: eligibility/sizes.py
