"""Is the applicant of a kind that the call is open to?"""

from dure.decisions.eligibility.cases import Case, Finding, Remedy, remedy_of


def finding(case: Case) -> Finding:
    """Apply the rule."""
    return Finding(case.applicant.kind in case.rules.kinds, case.applicant.kind, sorted(case.rules.kinds))


def remedy(case: Case) -> Remedy:
    """Propose the smallest change that makes it pass."""
    kinds = sorted(case.rules.kinds)
    return remedy_of(["kinds"], "kind", {"any_of": kinds}, f"Apply through an organisation of kind {' or '.join(kinds)}.")
