"""Is the use no longer than the longest that the call offers?"""

from dure.decisions.eligibility.cases import Case, Finding, Remedy, remedy_of


def finding(case: Case) -> Finding:
    """Apply the rule."""
    most = case.terms.asked.largest_months
    return Finding(case.application.months <= most, case.application.months, most)


def remedy(case: Case) -> Remedy:
    """Propose the smallest change that makes it pass."""
    most = case.terms.asked.largest_months
    return remedy_of(["largest_months"], "months", most, f"Ask for {most} months instead of {case.application.months}.")
