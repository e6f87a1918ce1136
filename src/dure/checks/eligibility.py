"""Is each application judged by every rule as written, and would its remedies let it in?

Judges each application again from the facts, then applies the remedies to a copy of the
application and judges that: nothing may fail any more, and no permitted size may lie closer to
what was asked.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dure.checks.tables import read, told_apart
from dure.formats.canonical import plain
from dure.formats.kinds import Fault
from dure.formats.stages.eligibility import (
    Applicant,
    Change,
    Eligibility,
    EligibilityFacts,
    EligibilityRecommendation,
    EligibilityRules,
)

OWNER = ("kind", "size", "youth_led")  # what limits look at of the one who applies, besides the model
OF_SIZE = frozenset(f"eligibility/{name}" for name in ("largest_gpus", "least_gpus", "unit_gpus", "large_project_from_gpus"))
Judged = dict[str, tuple[bool, Any, Any]]
# What a remedy may change, and the form of the value proposed.
CHANGE_FORMS: dict[str, type] = {
    "kind": dict,
    "domestic": bool,
    "purpose": dict,
    "gpu_model": str,
    "gpus": int,
    "months": int,
    "large_project_plan": bool,
    "open_obligations": list,
    "supported_by": list,
    "withdraw": list,
}


def faults(facts: EligibilityFacts, rules: EligibilityRules, recommendation: EligibilityRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation."""
    who = {applicant.id: _who(applicant) for applicant in facts.applicants}
    files = {a.id: who[a.organisation] | plain(a) for a in facts.applications}
    if unread := _unreadable(files, rules):
        return unread
    told = [result.application for result in recommendation.results]
    if told != sorted(files):
        return [Fault(code="wrong_applications", where="$.results", message=f"judges {told[:8]}, not each application once.")]
    ahead = _ahead(facts, rules, files)
    found: list[Fault] = []
    for result in recommendation.results:
        found += _result(result, files[result.application], rules, ahead[result.application])
    return found + _counts(recommendation) + _reasons(recommendation)


def _unreadable(files: Mapping[str, Mapping[str, Any]], rules: EligibilityRules) -> list[Fault]:
    """Limits that say nothing, or two things, of an applicant or of one as remedies propose."""
    owners = {tuple(file[name] for name in OWNER) for file in files.values()}
    owners |= {(kind, *rest) for kind in sorted(rules.kinds)[:1] for _, *rest in owners}
    models = {file["gpu_model"] for file in files.values()} | {model for model, _ in told_apart(rules.limits, "gpu_model", "")}
    for owner in sorted(owners):
        for model in sorted(models):
            if read(rules.limits, gpu_model=model, **dict(zip(OWNER, owner, strict=True))) is None:
                return [Fault(code="no_limits", where=f"{owner}", message=f"the table does not say one thing of {model}.")]
    return []


def _who(applicant: Applicant) -> dict[str, Any]:
    """What the rules look at of the one who applies, under the names that remedies use."""
    return {
        "kind": applicant.kind,
        "size": applicant.size,
        "youth_led": applicant.youth_led,
        "domestic": applicant.domestic,
        "open_obligations": list(applicant.open_obligations),
        "owner": applicant.id if applicant.group is None else applicant.group,
    }


def _judge(file: Mapping[str, Any], rules: EligibilityRules, ahead: Sequence[str]) -> Judged:
    """Each rule: passed, seen, allowed."""
    model, gpus, plan = file["gpu_model"], file["gpus"], file["large_project_plan"]
    limits = _limits(file, rules, model)
    unit, line, longest = limits["unit_gpus"], limits["large_project_from_gpus"], limits["largest_months"]
    support, overdue = sorted(file["supported_by"]), sorted(file["open_obligations"])
    domestic = [True] if rules.domestic_only else [False, True]
    judged: Judged = {
        "kinds": (file["kind"] in set(rules.kinds), file["kind"], sorted(rules.kinds)),
        "domestic_only": (file["domestic"] in domestic, file["domestic"], domestic),
        "purposes_refused": (
            file["purpose"] not in set(rules.purposes_refused),
            file["purpose"],
            {"none_of": sorted(rules.purposes_refused)},
        ),
        "largest_gpus": (
            not gpus > limits["largest_gpus"],
            {"gpu_model": model, "gpus": gpus},
            _offered(file, rules),
        ),
        "least_gpus": (gpus >= (limits["least_gpus"] or 0), gpus, limits["least_gpus"]),
        "unit_gpus": (unit is None or not gpus % unit, gpus, unit and {"multiple_of": unit}),
        "large_project_from_gpus": (
            plan or line is None or gpus < line,
            {"gpus": gpus, "large_project_plan": plan},
            line and {"gpus_below": line, "or_large_project_plan": True},
        ),
        "largest_months": (not file["months"] > longest, file["months"], longest),
        "least_months": (not file["months"] < (limits["least_months"] or 0), file["months"], limits["least_months"]),
        "open_obligations_allowed": (
            not len(overdue) > rules.open_obligations_allowed,
            overdue,
            rules.open_obligations_allowed,
        ),
        "double_support_refused": (
            not any(name in rules.double_support_refused for name in support),
            support,
            {"none_of": sorted(rules.double_support_refused)},
        ),
        "applications_per_group": (
            not len(ahead) >= rules.applications_per_group,
            list(ahead),
            rules.applications_per_group,
        ),
    }
    unset = {name for name in ("least_gpus", "least_months") if limits[name] is None}
    return {f"eligibility/{name}": outcome for name, outcome in judged.items() if name not in unset}


def _limits(file: Mapping[str, Any], rules: EligibilityRules, model: str) -> dict[str, Any]:
    """What the table sets for that file, were it for that model."""
    found = read(rules.limits, gpu_model=model, **{name: file[name] for name in OWNER})
    if found is None:
        raise LookupError(model)
    return found.values


def _offered(file: Mapping[str, Any], rules: EligibilityRules) -> dict[str, int]:
    """The most that the file's owner may ask for, of each model on offer."""
    models = {model for model, _ in told_apart(rules.limits, "gpu_model", "")}
    most = {model: _limits(file, rules, model)["largest_gpus"] for model in models}
    return {model: gpus for model, gpus in most.items() if gpus}


def _ahead(
    facts: EligibilityFacts, rules: EligibilityRules, files: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[str, ...]]:
    """Earlier applications of the same owner that pass all rules but the one on groups."""
    dated = sorted((a for a in facts.applications if a.arrived_at), key=lambda a: (a.arrived_at, a.id))
    undated = sorted((a for a in facts.applications if not a.arrived_at), key=lambda a: a.id)
    before: dict[str, list[str]] = {}
    ahead = {}
    for application in [*dated, *undated]:
        file = files[application.id]
        queue = before.setdefault(file["owner"], [])
        ahead[application.id] = tuple(queue)
        if all(passed for passed, _, _ in _judge(file, rules, ()).values()):
            queue.append(application.id)
    return ahead


def _result(result: Eligibility, file: Mapping[str, Any], rules: EligibilityRules, ahead: Sequence[str]) -> list[Fault]:
    judged = _judge(file, rules, ahead)
    failed = {name for name, (passed, _, _) in judged.items() if not passed}
    where, found = result.application, []
    if [outcome.rule for outcome in result.outcomes] != list(judged):
        found.append(Fault(code="rule_not_read", where=where, message=f"each of {list(judged)} is to be read once, in order."))
    for outcome in result.outcomes:
        right = judged.get(outcome.rule)
        if right is not None and (outcome.passed, outcome.seen, outcome.allowed) != right:
            found.append(Fault(code="wrong_outcome", where=where, message=f"{outcome.rule}: is {right} (passed, seen, allowed)."))
    if result.eligible == bool(failed):
        found.append(Fault(code="wrong_eligibility", where=where, message=f"failed rules: {sorted(failed) or 'none'}."))
    line = _limits(file, rules, file["gpu_model"])["large_project_from_gpus"]
    if result.large_project != (line is not None and file["gpus"] >= line):
        found.append(Fault(code="wrong_line", where=where, message=f"{file['gpus']} GPUs against a line of {line}."))
    return found + _changes(result, file, rules, ahead, failed)


def _changes(
    result: Eligibility, file: Mapping[str, Any], rules: EligibilityRules, ahead: Sequence[str], failed: set[str]
) -> list[Fault]:
    """The remedies name every failed rule, and what they change then passes."""
    where, named = result.application, {rule for change in result.changes for rule in change.rules}
    if not failed and (result.remedies or result.changes):
        return [Fault(code="needless_remedy", where=where, message="the application is eligible as it is.")]
    if odd := [change.field for change in result.changes if not _is_well_formed(change)]:
        return [Fault(code="not_a_remedy", where=where, message=f"{odd} cannot be changed like that.")]
    found = []
    if len(result.remedies) != len(result.changes) or not all(map(_says, result.remedies, result.changes)):
        found.append(Fault(code="wrong_words", where=where, message="the remedies in words are not the changes proposed."))
    admitted = {**file, "kind": min(rules.kinds)} if "eligibility/kinds" in failed else file
    helpless = OF_SIZE if not _offered(admitted, rules) else frozenset()  # no size passes where nothing is on offer
    if missing := failed - named - helpless:
        found.append(Fault(code="no_remedy", where=where, message=f"nothing is said on {sorted(missing)}."))
    mended, still_ahead = dict(file), list(ahead)
    for change in result.changes:
        if change.field == "withdraw":
            still_ahead = [name for name in ahead if name not in set(change.to)]
        else:
            mended[change.field] = _choice(change, rules)
    left = [name for name, (passed, _, _) in _judge(mended, rules, still_ahead).items() if not passed and name not in helpless]
    if left:
        found.append(Fault(code="remedy_fails", where=where, message=f"with all remedies, {left} still fail."))
    elif mended["gpus"] != file["gpus"]:
        found += _not_smallest(where, asked=file["gpus"], proposed=mended, rules=rules)
    return found


def _is_well_formed(change: Change) -> bool:
    """Whether the proposed value has its field's form: a list of names, or names under one key."""
    if type(change.to) is not CHANGE_FORMS.get(change.field):
        return False
    names: Any = change.to if isinstance(change.to, list) else []
    if isinstance(change.to, dict):
        names = next(iter(change.to.values())) if len(change.to) == 1 else None
    return isinstance(names, list) and all(isinstance(name, str) for name in names)


def _says(text: str, change: Change) -> bool:
    """Whether the sentence names what is proposed, where that is a number, a name or names."""
    if change.field == "withdraw" or "any_of" in (change.to if isinstance(change.to, dict) else ()):
        names = change.to if isinstance(change.to, list) else change.to["any_of"]
        return all(name in text for name in names)
    return type(change.to) not in {int, str} or str(change.to) in text.replace(".", " ").split()


def _choice(change: Change, rules: EligibilityRules) -> Any:
    """The value that a remedy puts in place; of several, the first."""
    if isinstance(change.to, dict):
        if choices := change.to.get("any_of"):
            return choices[0]
        refused = sorted(rules.purposes_refused)
        return "another" if change.to == {"none_of": refused} else refused[0]
    return change.to


def _not_smallest(where: str, *, asked: int, proposed: Mapping[str, Any], rules: EligibilityRules) -> list[Fault]:
    model = proposed["gpu_model"]
    limits = _limits(proposed, rules, model)
    unit = limits["unit_gpus"] or 1
    sizes = [size for size in range(unit, limits["largest_gpus"] + 1, unit) if size >= (limits["least_gpus"] or 1)]
    best = min(sizes, key=lambda size: (abs(size - asked), size), default=None)
    if proposed["gpus"] == best:
        return []
    return [Fault(code="not_smallest_change", where=where, message=f"{best} GPUs are closer to {asked} than {proposed['gpus']}.")]


def _counts(recommendation: EligibilityRecommendation) -> list[Fault]:
    eligible = sum(result.eligible for result in recommendation.results)
    counted = (eligible, len(recommendation.results) - eligible)
    told = (recommendation.eligible, recommendation.refused)
    if told == counted:
        return []
    return [Fault(code="wrong_count", where="$", message=f"eligible and refused are {counted}, not {told}.")]


def _reasons(recommendation: EligibilityRecommendation) -> list[Fault]:
    """One reason per refused application, named after a rule that it failed."""
    failed = {
        result.application: {o.rule.removeprefix("eligibility/"): o for o in result.outcomes if not o.passed}
        for result in recommendation.results
        if not result.eligible
    }
    if sorted(reason.item for reason in recommendation.reasons) != sorted(failed):
        return [Fault(code="wrong_reasons", where="$.reasons", message="there is to be one reason per refused application.")]
    found = []
    for reason in recommendation.reasons:
        right = {name: {"seen": o.seen, "allowed": o.allowed} for name, o in failed[reason.item].items()}
        if reason.code not in right or reason.detail != right:
            message = f"{reason.code} does not show the failed rules {sorted(right)}."
            found.append(Fault(code="wrong_reason", where=reason.item, message=message))
    return found
