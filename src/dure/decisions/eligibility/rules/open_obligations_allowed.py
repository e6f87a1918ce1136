"""Has the applicant handed in and paid what it owes from earlier projects?"""

from dure.decisions.eligibility.cases import Case, Finding, Remedy, remedy_of


def finding(case: Case) -> Finding:
    """Apply the rule."""
    overdue = sorted(case.applicant.open_obligations)
    return Finding(len(overdue) <= case.rules.open_obligations_allowed, overdue, case.rules.open_obligations_allowed)


def remedy(case: Case) -> Remedy:
    """Propose the smallest change that makes it pass."""
    overdue = sorted(case.applicant.open_obligations)
    kept = overdue[len(overdue) - case.rules.open_obligations_allowed :]
    close = [name for name in overdue if name not in kept]
    return remedy_of(["open_obligations_allowed"], "open_obligations", kept, f"Settle {', '.join(close)}.")
