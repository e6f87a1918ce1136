"""The decisions that can be filed: at which stage, about what, from which records, and what an approval carries into them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from dure.cycle.commands.rows import Context
from dure.cycle.demand import application, shares, survey
from dure.cycle.stem import allocation, metering, outcomes, provisioning, rebalancing, settlement
from dure.cycle.supply import budget, buildout, evaluation, portfolio
from dure.formats.errors import BadInput
from dure.records.journal.models import Entry


def _in_any_case(_subject: str, _recommendation: Any, _context: Context) -> None:
    """Most decisions are filed whatever they recommend."""


class HandOff(NamedTuple):
    """One decision at one stage. `about`: what its subject is; `facts`: what the records say of that subject.

    `require`: raises `BadInput` for a recommendation that could not be carried out as the records stand; it is not filed then.
    """

    name: str
    stage: str
    decision: str
    about: str
    facts: Callable[[str, Context], dict[str, Any]]
    carry_out: Callable[[Entry], None]
    desks: tuple[str, ...]
    require: Callable[[str, Any, Context], None] = _in_any_case


HANDOFFS = (
    HandOff("budget", "budget", "budget", "appropriation", budget.facts, budget.carry_out, ("agency",)),
    HandOff("evaluation", "evaluation", "evaluation", "panel", evaluation.facts, evaluation.carry_out, ("agency",)),
    HandOff(
        "portfolio", "portfolio", "portfolio", "call", portfolio.facts, portfolio.carry_out, ("agency",), portfolio.require_money
    ),
    HandOff("buildout", "buildout", "buildout", "programme", buildout.facts, buildout.carry_out, ("operator", "agency")),
    HandOff("demand", "survey", "demand", "survey", survey.facts, survey.carry_out, ("agency",)),
    HandOff("shares", "shares", "shares", "day", shares.facts, shares.carry_out, ("agency",)),
    HandOff(
        "eligibility", "application", "eligibility", "user call",
        application.eligibility_facts, application.carry_out_eligibility, ("agency",),
    ),
    HandOff(
        "ranking", "application", "evaluation", "panel",
        application.ranking_facts, application.carry_out_ranking, ("agency",),
    ),
    HandOff("allocation", "allocation", "allocation", "round", allocation.facts, allocation.carry_out, ("agency", "operator")),
    HandOff(
        "provisioning", "provisioning", "provisioning", "pool", provisioning.facts, provisioning.carry_out, ("operator",)
    ),
    HandOff("metering", "metering", "metering", "month", metering.facts, metering.carry_out, ("operator", "agency")),
    HandOff("burden", "settlement", "burden", "month", settlement.burden_facts, settlement.carry_out_burden, ("agency",)),
    HandOff("settlement", "settlement", "settlement", "month", settlement.facts, settlement.carry_out, ("agency",)),
    HandOff("outcomes", "outcomes", "outcomes", "period", outcomes.facts, outcomes.carry_out, ("agency",)),
    HandOff("reclaim", "rebalancing", "reclaim", "round", rebalancing.facts, rebalancing.carry_out, ("operator", "agency")),
    HandOff("new_shares", "rebalancing", "shares", "day", shares.facts_again, shares.carry_out, ("agency",)),
)  # fmt: skip
BY_NAME = {each.name: each for each in HANDOFFS}


def handoff_of(entry: Entry) -> HandOff:
    """The hand-off by whose key the entry was filed."""
    for each in HANDOFFS:
        if (each.stage, each.decision) == (entry.stage, entry.decision):
            return each
    raise BadInput(
        f"is of stage {entry.stage!r}, which does not decide {entry.decision!r}.",
        where=f"journal entry {entry.seq}",
        todo="It was filed by another version of dure.",
        code="unknown_key",
    )
