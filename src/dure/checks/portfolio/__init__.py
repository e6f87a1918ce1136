"""Do the awards keep every limit, do the sums hold, and is no better portfolio possible than the bound says?"""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from dure.checks.portfolio.matching import Matched, match_again, matching_faults
from dure.checks.portfolio.optimum import best_value, count_all
from dure.checks.portfolio.terms import Choice, Terms, obstacle, printed, terms_of, walk_again
from dure.formats.kinds import Fault
from dure.formats.stages.portfolio import Alternative, Award, PortfolioFacts, PortfolioRecommendation, PortfolioRules

BILLION = 1_000_000_000
MOST_SHOWN = 40


def faults(facts: PortfolioFacts, rules: PortfolioRules, recommendation: PortfolioRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation."""
    terms = terms_of(facts, rules)
    matched = match_again(facts, terms) if rules.method == "lowest_price_matched" else None
    if matched:
        terms = matched.terms
        if matched.to_ask:
            found = _minimum_of_award(terms, recommendation)
            return found or _against(facts, rules, recommendation, terms._replace(minimum_public_gpus=0), matched)
    return _against(facts, rules, recommendation, terms, matched)


def _against(
    facts: PortfolioFacts, rules: PortfolioRules, recommendation: PortfolioRecommendation, terms: Terms, matched: Matched | None
) -> list[Fault]:
    """Everything wrong with it, where lots may be taken on these terms."""
    if found := _within_limits(terms, recommendation.awards, facts.budget_amount, "$.awards"):
        return found
    choices = _choices(terms, recommendation.awards)
    walked = walk_again(terms)
    best, more = best_value(terms, facts.budget_amount), best_value(terms, facts.budget_amount + BILLION)
    if best is None or more is None:
        return [_fault("below_minimum", "$.awards", "no portfolio within the rules has the minimum of public GPUs.")]
    return (
        _figures(facts, recommendation, choices)
        + _optimum(terms, recommendation, walked, best=best, more=more)
        + _method(rules, recommendation, choices, walked, best)
        + (
            list(matching_faults(matched, recommendation, choices))
            if matched
            else _reasons(terms, recommendation, walked if rules.method == "rank_walk" else None) + _asks_nobody(recommendation)
        )
        + _alternatives(terms, recommendation, walked, best=best, more=more)
        + _counts(terms, recommendation)
    )


def _minimum_of_award(terms: Terms, recommendation: PortfolioRecommendation) -> list[Fault]:
    """While answers are open, either nothing is awarded or what is awarded has the minimum of public GPUs."""
    public = sum(
        choice.public_gpus
        for award in recommendation.awards
        if (choice := terms.choices.get((award.proposal, award.lot, award.servers))) is not None
    )
    if recommendation.awards and public < terms.minimum_public_gpus:
        return [
            _fault("below_minimum", "$.awards", f"has {public} public GPUs, at least {terms.minimum_public_gpus} are needed.")
        ]
    return []


def _asks_nobody(recommendation: PortfolioRecommendation) -> list[Fault]:
    if recommendation.to_ask is None and recommendation.lowest_prices is None:
        return []
    return [_fault("wrong_to_ask", "$.to_ask", f"{recommendation.method} compares no prices and asks nobody.")]


def _within_limits(terms: Terms, awards: Iterable[Award], budget_amount: int, where: str) -> list[Fault]:
    """Each award is an offered step, taken once, and all together keep budget, provider share and minimum."""
    found, seen, spent, public = [], set(), Counter[str](), 0
    for award in awards:
        key = (award.proposal, award.lot)
        choice = terms.choices.get((*key, award.servers))
        if choice is None or (choice.price_amount, choice.own_use_servers) != (award.price_amount, award.own_use_servers):
            found.append(_fault("not_offered", where, f"{key} was not offered as {award.servers} servers at that price."))
            continue
        if key in seen:
            found.append(_fault("taken_twice", where, f"{key} is awarded twice."))
        seen.add(key)
        if code := obstacle(terms, choice):
            found.append(_fault(code, where, f"{key} with {award.servers} servers may not be awarded."))
        spent[choice.provider] += award.price_amount
        public += choice.public_gpus
    if (total := sum(spent.values())) > budget_amount:
        found.append(_fault("beyond_budget", where, f"costs {total}, the budget is {budget_amount}."))
    for provider, amount in spent.items():
        if amount > terms.provider_share * budget_amount:
            found.append(_fault("provider_share", where, f"{provider} gets {amount} of {budget_amount}."))
    if public < terms.minimum_public_gpus:
        found.append(
            _fault("below_minimum", where, f"has {public} public GPUs, at least {terms.minimum_public_gpus} are needed.")
        )
    return found


def _choices(terms: Terms, awards: Iterable[Award]) -> list[Choice]:
    return [terms.choices[award.proposal, award.lot, award.servers] for award in awards]


def _figures(facts: PortfolioFacts, recommendation: PortfolioRecommendation, choices: list[Choice]) -> list[Fault]:
    spent = sum(choice.price_amount for choice in choices)
    gpus, public = sum(choice.gpus for choice in choices), sum(choice.public_gpus for choice in choices)
    expected: dict[str, object] = {
        "spent_amount": spent,
        "remaining_amount": facts.budget_amount - spent,
        "gpus": gpus,
        "public_gpus": public,
        "own_use_gpus": gpus - public,
        "objective": printed(sum((choice.value for choice in choices), Fraction(0))),
    }
    return _differences(recommendation, expected, "$")


def _optimum(
    terms: Terms, recommendation: PortfolioRecommendation, walked: list[Choice], *, best: Fraction, more: Fraction
) -> list[Fault]:
    """The bound and what is measured against it."""
    counts = sum(choice.public_gpus for choice in walked) >= terms.minimum_public_gpus
    short = best - sum((choice.value for choice in walked), Fraction(0))
    expected: dict[str, object] = {
        "bound": printed(best),
        "price_of_rank_order": printed(short) if counts else None,
        "next_billion_buys": printed(more - best),
    }
    return _differences(recommendation, expected, "$")


def _method(
    rules: PortfolioRules, recommendation: PortfolioRecommendation, choices: list[Choice], walked: list[Choice], best: Fraction
) -> list[Fault]:
    if recommendation.method != rules.method:
        return [_fault("wrong_method", "$.method", f"the rule is {rules.method}.")]
    if rules.method == "rank_walk" and sorted(choices) != sorted(walked):
        wanted = {f"{choice.proposal}/{choice.lot}": choice.servers for choice in walked}
        return [_fault("not_the_walk", "$.awards", f"in rank order the awards are {wanted}.")]
    if rules.method == "best_portfolio" and sum((choice.value for choice in choices), Fraction(0)) != best:
        return [_fault("not_the_best", "$.awards", f"another portfolio reaches {printed(best)}.")]
    return []


def _reasons(terms: Terms, recommendation: PortfolioRecommendation, walked: list[Choice] | None) -> list[Fault]:
    """One reason for each lot that got less than its largest step; its code is that step's obstacle."""
    told = {reason.item: reason.code for reason in recommendation.reasons}
    got = {(award.proposal, award.lot): award.servers for award in recommendation.awards}
    found, expected = [], set()
    left, spent = terms.budget_amount, Counter[str]()
    for lot in terms.order:
        steps = [choice for choice in terms.choices.values() if (choice.proposal, choice.lot) == lot]
        largest = max(steps, key=lambda choice: choice.servers, default=None)
        if largest is not None and largest.servers > got.get(lot, 0):
            name = "/".join(lot)
            expected.add(name)
            allowed = {obstacle(terms, largest)} - {""}
            if not allowed and walked is not None:
                allowed = {"no_budget_left" if largest.price_amount > left else "provider_share_reached"}
            allowed = allowed or {"no_budget_left", "provider_share_reached", "other_portfolio_better"}
            if told.get(name) not in allowed:
                found.append(_fault("wrong_reason", name, f"the reason is {sorted(allowed)}, not {told.get(name, 'none')}."))
        for choice in walked or ():
            if (choice.proposal, choice.lot) == lot:
                left -= choice.price_amount
                spent[choice.provider] += choice.price_amount
    if extra := set(told) - expected:
        found.append(_fault("wrong_reason", "$.reasons", f"{sorted(extra)} got all that they offered."))
    return found


def _alternatives(
    terms: Terms, recommendation: PortfolioRecommendation, walked: list[Choice], *, best: Fraction, more: Fraction
) -> list[Fault]:
    """Each alternative is within the rules, adds up, and is what its label says."""
    found: list[Fault] = []
    front: list[tuple[str, list[Choice]]] = []
    for other in recommendation.alternatives:
        where = f"$.alternatives ({other.label})"
        budget = terms.budget_amount + (BILLION if other.label == "one_more_billion" else 0)
        wrong = [fault for fault in _within_limits(terms, other.awards, budget, where) if _counts_for(other.label, fault)]
        if wrong:
            found += wrong
            continue
        choices = _choices(terms, other.awards)
        value = sum((choice.value for choice in choices), Fraction(0))
        found += _differences(other, _alternative_figures(choices), where)
        target = {"best_portfolio": best, "one_more_billion": more}.get(other.label)
        if target is not None and value != target:
            found.append(_fault("not_the_best", where, f"another portfolio reaches {printed(target)}."))
        if other.label == "rank_walk" and sorted(choices) != sorted(walked):
            found.append(_fault("not_the_walk", where, "is not what rank order gives."))
        if other.label.startswith("within_one_percent/") and value < best * Fraction(99, 100):
            found.append(_fault("not_within_one_percent", where, f"reaches {printed(value)} of {printed(best)}."))
        if other.label.startswith("pareto_front/"):
            front.append((other.label, choices))
    found += [
        _fault("not_on_the_front", f"$.alternatives ({label})", "another one matches or beats it in all.")
        for label, choices in front
        if any(_beats(rival, choices) for _, rival in front if rival is not choices)
    ]
    labels = [other.label for other in recommendation.alternatives]
    if len(set(labels)) != len(labels) or not {"rank_walk", "best_portfolio", "one_more_billion"} <= set(labels):
        found.append(_fault("wrong_labels", "$.alternatives", "the walk, the best and one more billion are each shown once."))
    return found


def _counts_for(label: str, fault: Fault) -> bool:
    """The rank walk is shown even where it misses the minimum that an award must keep."""
    return not (label == "rank_walk" and fault.code == "below_minimum")


def _alternative_figures(choices: list[Choice]) -> dict[str, object]:
    gpus, public = sum(choice.gpus for choice in choices), sum(choice.public_gpus for choice in choices)
    return {
        "spent_amount": sum(choice.price_amount for choice in choices),
        "gpus": gpus,
        "public_gpus": public,
        "compute": printed(sum((choice.compute for choice in choices), Fraction(0))),
        "objective": printed(sum((choice.value for choice in choices), Fraction(0))),
        "first_service_on": min((choice.service_on for choice in choices), default=None),
        "own_use_share": printed(Fraction(gpus - public, gpus) if gpus else Fraction(0)),
    }


def _beats(rival: list[Choice], other: list[Choice]) -> bool:
    """At least as much compute, no later, and no more own use; equal in all three also counts as beaten."""
    if not other or not rival:
        return not other
    compute, day, share = [], [], []
    for choices in (rival, other):
        gpus = sum(choice.gpus for choice in choices)
        compute.append(sum((choice.compute for choice in choices), Fraction(0)))
        day.append(min(choice.service_on for choice in choices))
        share.append(Fraction(gpus - sum(choice.public_gpus for choice in choices), gpus))
    return compute[0] >= compute[1] and day[0] <= day[1] and share[0] <= share[1]


def _counts(terms: Terms, recommendation: PortfolioRecommendation) -> list[Fault]:
    """Where every portfolio was compared: their number, how many come within 1 %, and that the first of each kind are shown."""
    if recommendation.proof != "complete_enumeration":
        return []
    found = _differences(recommendation, count_all(terms) or {}, "$")
    for kind, count in (
        ("within_one_percent", recommendation.within_one_percent),
        ("pareto_front", recommendation.on_pareto_front),
    ):
        shown = sum(other.label.startswith(f"{kind}/") for other in recommendation.alternatives)
        if count is None or shown != min(count, MOST_SHOWN):
            found.append(_fault("wrong_count", "$.alternatives", f"{shown} of {kind} are shown, {count} are counted."))
    return found


def _differences(told: PortfolioRecommendation | Alternative, expected: dict[str, object], where: str) -> list[Fault]:
    return [
        _fault("wrong_figure", f"{where}.{field}", f"is {value}, not {getattr(told, field)}.")
        for field, value in expected.items()
        if getattr(told, field) != value
    ]


def _fault(code: str, where: str, message: str) -> Fault:
    return Fault(code=code, where=where, message=message)
