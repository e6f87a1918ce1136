"""Is the use no shorter than the shortest that the call offers?"""

from dure.decisions.eligibility.cases import Case, Finding, Remedy, remedy_of


def finding(case: Case) -> Finding | None:
    """Apply the limit, where one is set."""
    least = case.terms.asked.least_months
    return None if least is None else Finding(case.application.months >= least, case.application.months, least)


def remedy(case: Case) -> Remedy:
    """Propose the smallest change that makes it pass."""
    least = case.terms.asked.least_months
    return remedy_of(["least_months"], "months", least, f"Ask for {least} months instead of {case.application.months}.")
