"""Is the use no longer than the longest that the call offers?"""

from dure.decisions.eligibility.cases import Case, Finding, Remedy, duration_remedy


def finding(case: Case) -> Finding:
    """Apply the rule."""
    most = case.terms.asked.largest_months
    return Finding(case.application.months <= most, case.application.months, most)


def remedy(case: Case) -> Remedy | None:
    """Propose the duration closest to what was asked; none where what else is mended already makes it pass."""
    return duration_remedy(case, "largest_months")
