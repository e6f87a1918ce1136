"""Runs all sixteen acts in order and prints one numbered line for each."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from dure.cycle.demo import demand, stem, supply
from dure.cycle.demo.world import Line, Told, World
from dure.cycle.stages import STAGES
from dure.rules.book import Book

ACTS: dict[str, Callable[[World], Told]] = {
    "budget": supply.act_budget,
    "call": supply.act_call,
    "evaluation": supply.act_evaluation,
    "portfolio": supply.act_portfolio,
    "agreement": supply.act_agreement,
    "order": supply.act_order,
    "buildout": supply.act_buildout,
    "survey": demand.act_survey,
    "shares": demand.act_shares,
    "application": demand.act_application,
    "allocation": stem.act_allocation,
    "provisioning": stem.act_provisioning,
    "metering": stem.act_metering,
    "settlement": stem.act_settlement,
    "outcomes": stem.act_outcomes,
    "rebalancing": stem.act_rebalancing,
}


class Summary(NamedTuple):
    """The lines of a run."""

    lines: tuple[Line, ...]

    @property
    def seconds(self) -> float:
        return sum(line.seconds for line in self.lines)

    @property
    def deciding(self) -> float:
        return sum(line.deciding for line in self.lines)


def run(folder: Path, book: Book, *, tell: Callable[[Line], None] = lambda _: None) -> Summary:
    """Fill an empty database with the programme of that folder, act by act; `tell` hears each line as it is done."""
    world = World(folder, book)
    supply.people_and_calendar(world)
    lines = []
    for stage in STAGES:
        start, decided = time.perf_counter(), world.deciding
        told = ACTS[stage.key](world)
        lines.append(Line(stage, told, time.perf_counter() - start, world.deciding - decided))
        tell(lines[-1])
    return Summary(tuple(lines))
