"""Always-open intake measured: a year of arrivals under each way of deciding, against hindsight. `python benchmarks/intake.py`.

The forecast of every run is another seed's year ("last year"), resampled; never the arrivals to come.
"""

import argparse
import json
import multiprocessing
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from allocation_rounds import make_round, rules
from machine import description
from msgspec.structs import replace

from dure.decisions.allocation.bound.subgradient import price
from dure.decisions.allocation.intake.bid_price_control import Intake
from dure.decisions.allocation.intake.bid_prices import Bids
from dure.decisions.allocation.intake.forecast import Forecast
from dure.decisions.allocation.intake.year import first_come, hindsight, same_day, weekly
from dure.decisions.allocation.kernels.insertion import VALUE
from dure.decisions.allocation.model.problem import pose
from dure.decisions.allocation.plan.greedy import construct_plan
from dure.decisions.allocation.round.placement import place
from dure.formats.intake import IntakeRules
from dure.formats.stages.allocation import AllocationFacts, Application, Grant

RESULTS = Path(__file__).parent / "results"
THIS_YEAR, LAST_YEAR, DEMAND = 11, 21, 2.5


class Run(NamedTuple):
    """One row of the table."""

    way: str  # first_come, same_day, weekly
    every: int = 1
    samples: int = 3
    notice: int = 4
    forecast: str = "last year's"
    adapt: bool = True


BIG = (
    Run("first_come"),
    Run("weekly"),
    Run("same_day", every=4),
    Run("weekly", forecast="volume -30 %"),
    Run("weekly", forecast="volume +30 %"),
    Run("weekly", forecast="mix 30 % wrong"),
)
LONG = (
    Run("first_come"),
    Run("same_day", every=52),
    Run("same_day", every=4),
    Run("same_day", every=1),
    Run("weekly", every=4),
    Run("weekly", every=2),
    Run("weekly", every=1),
    Run("weekly", notice=0),
    Run("weekly", notice=8),
    Run("weekly", forecast="volume -30 %"),
    Run("weekly", forecast="volume +30 %"),
    Run("weekly", forecast="mix 30 % wrong"),
    Run("same_day", every=2),
    Run("same_day", every=1, samples=9),
    Run("weekly", samples=5),
    Run("weekly", samples=9),
    Run("weekly", forecast="volume -30 %", adapt=False),
    Run("weekly", forecast="volume +30 %", adapt=False),
    Run("weekly", forecast="mix 30 % wrong", adapt=False),
)


def intake_rules(run: Run) -> IntakeRules:
    """The packaged figures but for what is compared."""
    return IntakeRules(
        resolve_every_weeks=run.every, demand_samples=run.samples, idle_price="0.75", small_request_gpu_weeks=64,
        small_request_price="0.5", notice_weeks=520 if run.way == "same_day" else run.notice,
    )  # fmt: skip


def last_year(kind: str, *, applications: int, servers: int) -> Forecast:
    """Another seed's year; 30 % fewer or more of the same sizes, or 30 % that wanted the other model for half as long."""
    factor = {"volume -30 %": 0.7, "volume +30 %": 1.3}.get(kind, 1.0)
    year = make_round(
        applications=round(applications * factor), servers=servers, demand=DEMAND * factor, seed=LAST_YEAR,
        arrive_over_the_year=True,
    )  # fmt: skip
    rows = year.applications
    if kind.startswith("mix"):
        rows = tuple(_other(row) if number % 10 < 3 else row for number, row in enumerate(rows))
    return Forecast(rows, year.start_on, "benchmark")


def _other(row: Application) -> Application:
    return replace(row, models={"H200": "1"} if "B200" in row.models else {"B200": "1"}, weeks=max(1, row.weeks // 2))


def this_year(applications: int, servers: int) -> AllocationFacts:
    """The year that is replayed."""
    return make_round(applications=applications, servers=servers, demand=DEMAND, seed=THIS_YEAR, arrive_over_the_year=True)


def measure(run: Run, *, applications: int, servers: int) -> dict[str, object]:
    """Replay the year once."""
    facts, begun = this_year(applications, servers), time.perf_counter()
    forecast = last_year(run.forecast, applications=applications, servers=servers)._replace(adapt=run.adapt)
    if run.way == "first_come":
        done = first_come(facts, rules())
    else:
        done = {"same_day": same_day, "weekly": weekly}[run.way](facts, rules(), intake_rules(run), forecast)
    return {**run._asdict(), "objective": done.objective, "served": done.served,
            "weeks_to_answer": round(done.weeks_to_answer / max(1, done.served), 1),
            "seconds": round(time.perf_counter() - begun, 1)}  # fmt: skip


def year(applications: int, servers: int, runs: tuple[Run, ...], workers: int) -> dict[str, object]:
    """All runs of one year, and hindsight."""
    best = hindsight(this_year(applications, servers), rules())
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        rows = []
        for row in pool.imap(partial(measure, applications=applications, servers=servers), runs):
            row["of_hindsight_plan"] = round(row["objective"] / best.plan, 4)
            row["of_hindsight_bound"] = round(row["objective"] / best.bound, 4)
            rows.append(row)
            _print(row)
    return {"applications": applications, "servers": servers, "hindsight_plan": best.plan, "hindsight_bound": best.bound,
            "runs": rows}  # fmt: skip


def _print(row: dict) -> None:
    name = row["way"]
    if row["way"] != "first_come":
        name += f", prices every {row['every']} weeks, {row['samples']} samples, forecast {row['forecast']}"
    name += f", notice {row['notice']}" if row["way"] == "weekly" else ""
    print(f"{name}{'' if row['adapt'] else ', not adapted'}: {100 * row['of_hindsight_plan']:.1f} % of hindsight's plan, "
          f"{100 * row['of_hindsight_bound']:.1f} % of its bound, {row['served']} served, answer after "
          f"{row['weeks_to_answer']} weeks, {row['seconds']} s", flush=True)  # fmt: skip


def answering(applications: int, servers: int, *, asked: int = 200) -> dict[str, object]:
    """One more application in a planned round of that size: milliseconds to verdict, price and wait."""
    facts = make_round(applications=applications, servers=servers, demand=DEMAND, seed=THIS_YEAR)
    problem = pose(facts, rules())
    priced = price(problem, steps=100, compiled=True)
    plan = construct_plan(problem, priced, np.arange(len(problem.applications)), aim=VALUE, compiled=True)
    grants = []
    for item, names in place(problem, plan.state).servers.items():
        row, start = problem.applications[item], int(plan.state.start[item])
        grants.append(Grant(application=row.id, pool=problem.pools[int(plan.state.pool[item])].pool.id, servers=names,
                            from_week=start, to_week=start + row.weeks, value=int(plan.state.value[item])))  # fmt: skip
    weeks = facts.weeks
    bids = Bids({key: tuple(int(p) for p in priced.rows[r * weeks : (r + 1) * weeks]) for key, r in problem.row_keys},
                {sector.id: int(priced.share[n]) for n, sector in enumerate(problem.sectors)})  # fmt: skip
    intake = Intake(problem, bids, grants=grants)
    more = make_round(applications=asked, servers=servers, demand=DEMAND, seed=LAST_YEAR).applications
    took, verdicts = [], {"accept": 0, "wait": 0, "refuse": 0}
    for row in more:
        begun = time.perf_counter()
        verdicts[intake.decide(replace(row, id=f"more-{row.id}"), now=0).verdict] += 1
        took.append(1000 * (time.perf_counter() - begun))
    took.sort()
    return {"applications": applications, "servers": servers, "granted": len(grants), "asked": asked,
            "cells": len(intake.counts.free), "verdicts": verdicts, "milliseconds_median": round(took[asked // 2], 2),
            "milliseconds_of_99_in_100": round(took[asked * 99 // 100 - 1], 2),
            "milliseconds_worst": round(took[-1], 2)}  # fmt: skip


def main() -> None:
    """Print the table and keep it as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--years", default="2000x400,5000x1642", help="applications x servers")
    asked.add_argument("--answering", default="5000x1642,100000x32840")
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--out", type=Path, default=RESULTS / "intake.json")
    given = asked.parse_args()
    result: dict[str, object] = {"machine": description(), "note": "the cores were shared with other work", "years": [],
                                 "answering": []}  # fmt: skip
    for size in filter(None, given.years.split(",")):
        applications, servers = (int(text) for text in size.split("x"))
        print(f"== {applications} applications in a year on {servers} servers", flush=True)
        result["years"].append(year(applications, servers, LONG if applications <= 2000 else BIG, given.workers))
    for size in filter(None, given.answering.split(",")):
        result["answering"].append(answering(*(int(text) for text in size.split("x"))))
        print(result["answering"][-1], flush=True)
    given.out.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
