"""Is the purpose one that the call does not refuse?"""

from dure.decisions.eligibility.cases import Case, Finding, Remedy, remedy_of


def finding(case: Case) -> Finding:
    """Apply the rule."""
    refused = case.rules.purposes_refused
    return Finding(case.application.purpose not in refused, case.application.purpose, {"none_of": sorted(refused)})


def remedy(case: Case) -> Remedy:
    """Propose the smallest change that makes it pass."""
    refused = sorted(case.rules.purposes_refused)
    return remedy_of(["purposes_refused"], "purpose", {"none_of": refused}, f"Choose a purpose other than {', '.join(refused)}.")
