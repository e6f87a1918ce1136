"""Is the request no larger than the largest for its GPU model?"""

from dure.decisions.eligibility.cases import Case, Finding


def finding(case: Case) -> Finding:
    """A model that the rule does not name is not offered, so no request for it can pass."""
    asked, most = case.application, case.rules.largest_gpus
    seen = {"gpu_model": asked.gpu_model, "gpus": asked.gpus}
    return Finding(asked.gpus <= most.get(asked.gpu_model, 0), seen, dict(sorted(most.items())))


remedy = None  # one for all rules on size: eligibility/sizes.py
