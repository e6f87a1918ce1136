"""Is the request a whole number of units of its GPU model?"""

from dure.decisions.eligibility.cases import Case, Finding


def finding(case: Case) -> Finding:
    """Apply the rule."""
    unit = case.terms.asked.unit_gpus
    passed = unit is None or case.application.gpus % unit == 0
    return Finding(passed, case.application.gpus, {"multiple_of": unit} if unit else None)


remedy = None  # one for all rules on size: eligibility/sizes.py
