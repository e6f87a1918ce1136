"""Is there still a place for this application among those of its beneficial owner?"""

from dure.decisions.eligibility.cases import Case, Finding, Remedy, remedy_of


def finding(case: Case) -> Finding:
    """Apply the rule."""
    return Finding(len(case.ahead) < case.rules.applications_per_group, list(case.ahead), case.rules.applications_per_group)


def remedy(case: Case) -> Remedy:
    """Any of those ahead would do; the latest of them is named."""
    withdraw = list(case.ahead[case.rules.applications_per_group - 1 :])
    text = f"Withdraw {', '.join(withdraw)} or as many others of the group."
    return remedy_of(["applications_per_group"], "withdraw", withdraw, text)
