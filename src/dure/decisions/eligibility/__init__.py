"""May this application be considered, and if not, what is the smallest change that would let it in?

Every rule is read for every application, whether or not an earlier one has failed, so that nobody
corrects one thing only to learn of the next. One beneficial owner's places go to its otherwise eligible
applications in order of arrival; a defective one takes no place.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

import msgspec

from dure.decisions.eligibility.cases import TOPIC, Case, Remedy, is_large
from dure.decisions.eligibility.limits import Aim, Table, aim_of
from dure.decisions.eligibility.rules import ALL_RULES, OWN_RULES
from dure.decisions.eligibility.sizes import size_remedies
from dure.formats.errors import BadInput
from dure.formats.kinds import Reason
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.eligibility import (
    Eligibility,
    EligibilityFacts,
    EligibilityRecommendation,
    EligibilityRules,
    RuleOutcome,
)

METHOD = "every_rule_read"
NEVER = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)


def recommend(facts: EligibilityFacts, rules: EligibilityRules) -> EligibilityRecommendation:
    """Recommend which applications go on to review."""
    _refuse_nonsense(facts, rules)
    applicants = {applicant.id: applicant for applicant in facts.applicants}
    limits, who = Table(rules), applicants
    cases = {a.id: Case(a, who[a.organisation], rules, limits.terms(who[a.organisation], a)) for a in facts.applications}
    ahead = _ahead(cases)
    results = tuple(_judge(cases[name]._replace(ahead=ahead[name]), limits) for name in sorted(cases))
    refused = [result for result in results if not result.eligible]
    return EligibilityRecommendation(
        method=METHOD,
        results=results,
        eligible=len(results) - len(refused),
        refused=len(refused),
        reasons=tuple(_reason(result) for result in refused),
    )


def _ahead(cases: Mapping[str, Case]) -> dict[str, tuple[str, ...]]:
    """For each application, those of its group that pass every other rule and arrived before it."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases.values():
        groups[case.applicant.group or case.applicant.id].append(case)
    ahead = {}
    for members in groups.values():
        holding: list[str] = []
        for case in sorted(members, key=lambda c: (c.application.arrived_at or NEVER, c.application.id)):
            ahead[case.application.id] = tuple(holding)
            if all(found.passed for rule in OWN_RULES.values() if (found := rule.finding(case))):
                holding.append(case.application.id)
    return ahead


def _judge(case: Case, limits: Table) -> Eligibility:
    found = {name: finding for name, rule in ALL_RULES.items() if (finding := rule.finding(case))}
    failed = [name for name, finding in found.items() if not finding.passed]
    proposed = _remedies(case._replace(aim=_aim(case, failed, limits)), failed) if failed else []
    return Eligibility(
        application=case.application.id,
        eligible=not failed,
        large_project=is_large(case, case.application.gpus),
        outcomes=tuple(RuleOutcome(rule=f"{TOPIC}/{name}", **finding._asdict()) for name, finding in found.items()),
        remedies=tuple(remedy.text for remedy in proposed),
        changes=tuple(remedy.change for remedy in proposed),
    )


def _aim(case: Case, failed: list[str], limits: Table) -> Aim | None:
    """Of a kind that may not apply the first that may is supposed, as its remedy proposes."""
    if "kinds" not in failed:
        return aim_of(case.terms, case.application)
    admitted = msgspec.structs.replace(case.applicant, kind=min(case.rules.kinds))
    return aim_of(limits.terms(admitted, case.application), case.application)


def _remedies(case: Case, failed: list[str]) -> list[Remedy]:
    """Together they make it eligible. What another kind or model makes pass by itself is named with that change."""
    own = [made for name in failed if ALL_RULES[name].remedy and (made := ALL_RULES[name].remedy(case))]
    proposed: list[Remedy] = own + size_remedies(case, failed)
    named = {rule for remedy in proposed for rule in remedy.change.rules}
    passing = [rule for name in failed if (rule := f"{TOPIC}/{name}") not in named]
    place = next((n for n, each in enumerate(proposed) if each.change.field in {"kind", "gpu_model"}), None)
    if passing and place is not None:
        whole = msgspec.structs.replace(proposed[place].change, rules=(*proposed[place].change.rules, *passing))
        proposed[place] = proposed[place]._replace(change=whole)
    return proposed


def _reason(result: Eligibility) -> Reason:
    """The first failed rule names the reason; the detail shows all that failed."""
    failed = [outcome for outcome in result.outcomes if not outcome.passed]
    detail = {o.rule.partition("/")[2]: {"seen": o.seen, "allowed": o.allowed} for o in failed}
    return Reason(item=result.application, code=failed[0].rule.partition("/")[2], detail=detail)


def _refuse_nonsense(facts: EligibilityFacts, rules: EligibilityRules) -> None:
    require_unique((applicant.id for applicant in facts.applicants), where="$.applicants")
    require_unique((application.id for application in facts.applications), where="$.applications")
    known = [applicant.id for applicant in facts.applicants]
    require_known((application.organisation for application in facts.applications), known, where="$.applications")
    for applicant in facts.applicants:
        require_unique(applicant.open_obligations, where=f"$.applicants ({applicant.id}).open_obligations")
    for application in facts.applications:
        require_unique(application.supported_by, where=f"$.applications ({application.id}).supported_by")
    if not rules.kinds:
        raise BadInput("is empty, so nobody could be eligible.", where="rule eligibility/kinds", todo="Name at least one.")
    if not any(row.then["largest_gpus"] for row in (*rules.limits.rows, *rules.limits.exceptions)):
        raise BadInput(
            "offers no model, so nobody could be eligible.", where="rule eligibility/limits", todo="Offer at least one."
        )
