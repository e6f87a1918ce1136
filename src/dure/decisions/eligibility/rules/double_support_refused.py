"""Does no other programme support the same work that excludes this one?"""

from dure.decisions.eligibility.cases import Case, Finding, Remedy, remedy_of


def finding(case: Case) -> Finding:
    """Apply the rule."""
    support = sorted(case.application.supported_by)
    refused = sorted(case.rules.double_support_refused)
    return Finding(not set(support) & set(refused), support, {"none_of": refused})


def remedy(case: Case) -> Remedy:
    """Propose the smallest change that makes it pass."""
    refused = set(case.rules.double_support_refused)
    support = sorted(case.application.supported_by)
    end = ", ".join(name for name in support if name in refused)
    kept = [name for name in support if name not in refused]
    return remedy_of(["double_support_refused"], "supported_by", kept, f"End the support by {end} for the same work.")
