"""Is the request no smaller than the smallest for its GPU model?"""

from dure.decisions.eligibility.cases import Case, Finding


def finding(case: Case) -> Finding | None:
    """Apply the limit, where one is set."""
    least = case.terms.asked.least_gpus
    return None if least is None else Finding(case.application.gpus >= least, case.application.gpus, least)


remedy = None  # one for all rules on size: eligibility/sizes.py
