"""Distributed peer review: applicants assess each other's applications, and never their own.

1. Each reviewer assesses `reviews_each` items of others (all others where there are fewer). 2. A reviewer's sheets count as
a whole set or not at all: with one absent the others could stand differently, so the set is set aside and the reviewer is
named; a set of fewer than two, after recusals and failed gates, compares nothing. 3. Within a set of n an item gets
(items below it + half of those level with it) / (n - 1): who marks mildly and who marks strictly say the same. 4. An item's
standing is the mean of what its reviewers gave it, in percent, rounded half up at the published decimals. 5. Order: standing,
total, the published tie order. The threshold looks at the mean points as for a panel, without any drop. 6. What happens
to the item of a reviewer who did not deliver is the rule `undelivered`.

After Merrifield and Saari, "Telescope time without tears", Astronomy & Geophysics 50 (2009) 4.16-4.20: a Borda count over
the sets of the reviewers. Their bonus for agreeing with the others is left out, as in the distributed reviews of ALMA.
"""

from fractions import Fraction
from typing import Literal

from dure.decisions.evaluation.call import Call, Sheet
from dure.decisions.evaluation.methods.keys import Key, tie_keys
from dure.decisions.evaluation.panel import Scored
from dure.decisions.quantities import draw_key
from dure.formats.errors import BadInput
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.evaluation import EvaluationFacts, EvaluationRules, Reviewer, ReviewerCount

Aside = Literal["", "reviews_not_delivered", "nothing_to_compare"]
MISSING: Literal["reviews_not_delivered"] = "reviews_not_delivered"


def open_reviews(call: Call, facts: EvaluationFacts, rules: EvaluationRules) -> Call:
    """The sheets of whole sets alone, and what each gives in them."""
    _refuse_assignment(facts, rules, entered=set(call.sheets))
    by_reviewer: dict[str, dict[str, Sheet]] = {reviewer.evaluator: {} for reviewer in facts.reviewers}
    for item, sheets in call.sheets.items():
        for sheet in sheets:
            by_reviewer[sheet.evaluator][item] = sheet
    recused = {(each.evaluator, each.proposal) for each in facts.recusals}
    counts, shares = [], {}
    reviewers = sorted(facts.reviewers, key=lambda each: each.evaluator)
    for reviewer in reviewers:
        name, given = reviewer.evaluator, by_reviewer[reviewer.evaluator]
        due = [item for item in reviewer.asked if item in call.sheets and (name, item) not in recused]
        because: Aside = MISSING if len(given) < len(due) else "nothing_to_compare" if len(due) < 2 else ""
        counts.append(ReviewerCount(evaluator=name, due=len(due), delivered=len(given), set_aside_because=because))
        if not because:
            shares.update({(name, item): share for item, share in _shares(given).items()})
    late = {each.evaluator for each in counts if each.set_aside_because == MISSING}
    return call._replace(
        sheets={
            item: tuple(sheet for sheet in sheets if (sheet.evaluator, item) in shares) for item, sheets in call.sheets.items()
        },
        shares=shares,
        reviewers=tuple(counts),
        undelivered={item: each.evaluator for each in reviewers if each.evaluator in late for item in each.own},
        undelivered_out=rules.undelivered == "out",
    )


def names(call: Call) -> tuple[str, ...]:
    """The total, then the tie order."""
    return ("", "total", *call.tie_break)


def keys(call: Call, each: Scored) -> tuple[Key, ...]:
    """By standing."""
    return (-(each.standing or 0), -each.total, *tie_keys(call, each))


def assign_reviews(owners: dict[str, tuple[str, ...]], *, each: int, seed: str) -> dict[str, tuple[str, ...]]:
    """What each reviewer is asked to assess, given the items of their own by reviewer; in order of the draw.

    All items stand in a circle in the order of the draw. A reviewer assesses the next `each` after the first of their own
    that are not theirs; so where each has one item, every item is assessed by `each` reviewers.
    """
    circle = sorted({item for own in owners.values() for item in own}, key=lambda item: draw_key(seed, item))
    asked = {}
    for reviewer, own in owners.items():
        start = next((place for place, item in enumerate(circle) if item in own), 0)
        asked[reviewer] = tuple(item for item in (*circle[start:], *circle[:start]) if item not in own)[:each]
    return asked


def _shares(given: dict[str, Sheet]) -> dict[str, Fraction]:
    """By item, the part of the others that lie below it, half of those level with it."""
    totals = [sheet.total for sheet in given.values()]
    return {
        item: Fraction(2 * sum(t < sheet.total for t in totals) + totals.count(sheet.total) - 1, 2 * (len(totals) - 1))
        for item, sheet in given.items()
    }


def _refuse_assignment(facts: EvaluationFacts, rules: EvaluationRules, *, entered: set[str]) -> None:
    """Raise `BadInput` where somebody would assess their own, too few or too many, or something that they were not asked."""
    if rules.reviews_each is None or rules.undelivered is None:
        raise BadInput(
            "distributed review needs the rules `reviews_each` and `undelivered`.",
            where="rule evaluation/application_method",
            todo="Write both rules.",
        )
    require_unique((each.evaluator for each in facts.reviewers), where="$.reviewers")
    items = {proposal.id for proposal in facts.proposals}
    for each in facts.reviewers:
        where = f"$.reviewers ({each.evaluator})"
        require_known((each.evaluator,), facts.evaluators, where=where)
        require_known((*each.own, *each.asked), items, where=where)
        require_unique(each.asked, where=f"{where}.asked")
        _refuse_set(each, rules.reviews_each, len(items), where)
    if without := sorted(set(facts.evaluators) - {each.evaluator for each in facts.reviewers}):
        raise BadInput(f"nothing says what {without[0]!r} was asked to assess.", where="$.reviewers", todo="Give what they drew.")
    if without := sorted(entered - {item for each in facts.reviewers for item in each.own}):
        raise BadInput(f"nobody assesses others for {without[0]!r}.", where="$.reviewers", todo="Name its applicant's reviewer.")
    asked = {each.evaluator: set(each.asked) for each in facts.reviewers}
    for sheet in facts.scores:
        if sheet.proposal not in asked[sheet.evaluator]:
            raise BadInput(
                f"{sheet.evaluator!r} was not asked to assess {sheet.proposal!r}.",
                where="$.scores",
                todo="Leave the sheet out: the draw decides who assesses what.",
            )


def _refuse_set(each: Reviewer, wanted: int, items: int, where: str) -> None:
    if not each.own:
        raise BadInput(
            f"{each.evaluator!r} speaks for no item.", where=where, todo="Give the items of the applicant; others do not assess."
        )
    if own := sorted(set(each.own) & set(each.asked)):
        raise BadInput(
            f"{each.evaluator!r} is asked to assess {own[0]!r}, an item of their own.", where=where, todo="Draw again."
        )
    if len(each.asked) != (right := min(wanted, items - len(set(each.own)))):
        raise BadInput(
            f"{each.evaluator!r} is asked to assess {len(each.asked)} items, not {right}.", where=where, todo="Draw again."
        )
