"""Is the applicant a domestic organisation, where the call is open to no other?"""

from dure.decisions.eligibility.cases import Case, Finding, Remedy, remedy_of


def finding(case: Case) -> Finding:
    """Apply the rule."""
    passed = case.applicant.domestic or not case.rules.domestic_only
    return Finding(passed, case.applicant.domestic, [True] if case.rules.domestic_only else [False, True])


def remedy(_: Case) -> Remedy:
    """Propose the smallest change that makes it pass."""
    return remedy_of(["domestic_only"], "domestic", True, "Apply through a domestic organisation.")
