"""Is the use no shorter than the shortest that the call offers?"""

from dure.decisions.eligibility.cases import Case, Finding, Remedy, duration_remedy


def finding(case: Case) -> Finding | None:
    """Apply the limit, where one is set."""
    least = case.terms.asked.least_months
    return None if least is None else Finding(case.application.months >= least, case.application.months, least)


def remedy(case: Case) -> Remedy | None:
    """Propose the duration closest to what was asked; none where what else is mended already makes it pass."""
    return duration_remedy(case, "least_months")
