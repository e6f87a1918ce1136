"""Do the rules of a book agree with each other? Names that one uses and another gives, and bounds that leave room.

Each statement is about a few rules, and is looked at on every day on which one of them begins to say something else.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from dure.formats.errors import BadInput
from dure.rules.book import Book
from dure.rules.tables.agreeing import out_of_range, without_rate


class Statement(NamedTuple):
    """What must hold of these rules: `fault` says what does not, with the example that shows it, or nothing.

    The line of the first rule is named: it is the one that leans on the others.
    """

    rules: tuple[str, ...]
    fault: Callable[..., str]
    todo: str


def check_consistency(book: Book, decisions: Iterable[str]) -> None:
    """Raise `BadInput`, with file, line and day, for the first statement that does not hold."""
    known = (*STATEMENTS, *_about_approvals(tuple(decisions)))
    for statement in known:
        rules = [book.rules[name] for name in statement.rules if name in book.rules]
        if len(rules) < len(statement.rules):
            continue  # a rule without a file is refused by its reader
        for day in sorted({value.since for rule in rules for value in rule.values}):
            values = [rule.on(day) for rule in rules]
            if any(value is None for value in values):
                continue
            if fault := statement.fault(*(value.value for value in values if value)):
                raise _refused(book, statement, day, fault)


def _refused(book: Book, statement: Statement, day: dt.date, fault: str) -> BadInput:
    rule = book.rules[statement.rules[0]]
    value = rule.on(day)
    where = f"{rule.path}:{value.line if value else 1}"
    return BadInput(f"{fault} ({' and '.join(statement.rules)}, on {day}).", where=where, todo=statement.todo)


def _every_sector(bounds: Mapping[str, str], shares: Mapping[str, str]) -> str:
    if odd := sorted(set(bounds) ^ set(shares)):
        return f"{odd[0]!r} is a sector of one and not of the other"
    return ""


def _below(least: Mapping[str, str], most: Mapping[str, str]) -> str:
    for sector in sorted(set(least) & set(most)):
        if Fraction(least[sector]) > Fraction(most[sector]):
            return f"for {sector!r} the floor {least[sector]} is above the ceiling {most[sector]}"
    if sum(map(Fraction, least.values())) > 1:
        return f"the floors sum to {float(sum(map(Fraction, least.values()))):g}, and shares to 1"
    if sum(map(Fraction, most.values())) < 1:
        return f"the ceilings sum to {float(sum(map(Fraction, most.values()))):g}, and shares to 1"
    return ""


def _enough_days(least: int, days: int) -> str:
    return f"{least} days must have data, of {days} that are looked at" if least > days else ""


def _tiers_reached(tiers: Iterable[str], method: str, threshold: str) -> str:
    """Tiers fall, and beside the first each begins where what is above it has not taken in all that pass."""
    if method != "tiers_with_draw":
        return ""
    bounds = [Fraction(each) for each in tiers]
    if not bounds or bounds != sorted(set(bounds), reverse=True) or bounds[-1] == 0:
        return f"the tiers begin at {', '.join(tiers) or 'nothing'}, and not each lower than the one before it and above 0"
    for above, below in pairwise(list(tiers)):
        if Fraction(above) <= Fraction(threshold):
            return f"nobody can reach the tier from {below}: what passes has {threshold}, and is in the tier from {above}"
    return ""


def _enough_reviews(each: int, method: str, least: int) -> str:
    if method != "distributed":
        return ""
    if each < 2:
        return f"each reviewer assesses {each}, and one item is compared with nothing"
    return f"an application has {each} reviewers, and nothing is ranked with fewer than {least}" if each < least else ""


def _nothing_dropped(drop: str, method: str) -> str:
    return f"{drop!r} leaves sheets out, and 'distributed' leaves none out" if method == "distributed" and drop != "none" else ""


SECTORS = "Name the same sectors in both."
TIERS = "Let each bound be lower than the one before it, and the last but one above the threshold."
STATEMENTS = (
    Statement(("shares/floor", "programme/sector_shares"), _every_sector, SECTORS),
    Statement(("shares/ceiling", "programme/sector_shares"), _every_sector, SECTORS),
    Statement(("shares/floor", "shares/ceiling"), _below, "Leave room between floors and ceilings for shares that sum to 1."),
    Statement(("burden/rates", "eligibility/kinds"), without_rate, "Add a row that sets a rate for it."),
    Statement(("burden/rates", "burden/announced"), out_of_range, "Keep to the range that was announced."),
    Statement(("reclaim/minimum_data_days", "reclaim/floor_days"), _enough_days, "Ask for fewer days, or look at more."),
    Statement(("evaluation/tiers", "evaluation/method", "evaluation/threshold"), _tiers_reached, TIERS),
    Statement(("evaluation/tiers", "evaluation/application_method", "evaluation/application_threshold"), _tiers_reached, TIERS),
    Statement(
        ("evaluation/reviews_each", "evaluation/application_method", "evaluation/application_minimum_values"),
        _enough_reviews,
        "Have each reviewer assess more, or ask for fewer values.",
    ),
    Statement(("evaluation/application_drop", "evaluation/application_method"), _nothing_dropped, "Write `none`."),
)


def _about_approvals(decisions: tuple[str, ...]) -> tuple[Statement, ...]:
    """That approvals are about decisions that there are, each of which somebody may answer."""

    def known(named: Iterable[str]) -> str:
        odd = [each for each in named if each not in decisions]
        return f"{odd[0]!r} is no decision" if odd else ""

    def answered(desks: Mapping[str, Any]) -> str:
        lacking = [each for each in decisions if not desks.get(each)]
        return known(desks) or (f"nobody may answer {lacking[0]!r}" if lacking else "")

    todo = f"Decisions: {', '.join(decisions)}."
    return (
        Statement(("approvals/desks",), answered, todo),
        Statement(("approvals/two_signatures_from",), known, todo),
        Statement(("approvals/signed_decisions",), known, todo),
    )
