"""Does a request at or above the large-project line come with a plan?"""

from dure.decisions.eligibility.cases import Case, Finding, is_large


def finding(case: Case) -> Finding:
    """Apply the rule."""
    asked = case.application
    line = case.terms.asked.large_project_from_gpus
    seen = {"gpus": asked.gpus, "large_project_plan": asked.large_project_plan}
    passed = asked.large_project_plan or not is_large(case, asked.gpus)
    return Finding(passed, seen, {"gpus_below": line, "or_large_project_plan": True} if line else None)


remedy = None  # one for all rules on size: eligibility/sizes.py
