"""Allocation measured: all methods and the bound, by size and demand. `python benchmarks/allocation.py [--sizes 500,5000]`."""

import argparse
import json
import math
import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from queue import Empty

import numpy as np
from allocation_picture import picture
from allocation_rounds import CLUSTERS_2025, make_round, rules
from machine import description

from dure.checks.allocation import faults
from dure.decisions.allocation.kernels.insertion import EARLIEST, SURPLUS, VALUE
from dure.decisions.allocation.model.problem import Problem, pose
from dure.decisions.allocation.plan.greedy import construct_plan
from dure.decisions.allocation.plan.search import Effort
from dure.decisions.allocation.round.methods import Solved, default_effort, solve
from dure.decisions.allocation.round.report import report

RESULTS = Path(__file__).parent / "results"
MIP_SECONDS = 60


def measure(applications: int, *, demand: float, required: float = 0.0, check: bool = True) -> dict[str, object]:
    """One round: share of the bound reached by each method, times and memory."""
    facts = make_round(
        applications=applications, servers=32840 if applications > 50_000 else 1642, demand=demand, required=required
    )
    in_force = rules()
    clock = time.perf_counter()
    problem = pose(facts, in_force)
    posed = time.perf_counter() - clock
    curve: list[tuple[float, int]] = []
    effort = default_effort(problem)

    def told(stage: str, figure: int) -> bool:
        if stage == "plan":
            curve.append((round(time.perf_counter() - clock, 2), figure))
        return True

    solved = solve(problem, effort, progress=told)
    solved_in = time.perf_counter() - clock
    recommendation = report(problem, solved, solved.plans["best_value"])
    placed_in = time.perf_counter() - clock
    checking = time.perf_counter()
    wrong = faults(facts, in_force, recommendation) if check else []
    t = problem.tables
    return {
        "applications": applications,
        "servers": int(sum(len(pool.names) for pool in problem.pools)),
        "demand_over_supply": round(float((t.most * t.duration).sum() / t.row_capacity.sum()), 2),
        "pods_required_share": required,
        "bound": solved.bound,
        "of_bound": {name: round(plan.objective / solved.bound, 5) for name, plan in solved.plans.items()}
        | _lists(problem, solved),
        "gap": recommendation.gap,
        "served": len(recommendation.grants),
        "cross_pod_grants": recommendation.placement.cross_pod_grants,
        "idle_share": round(float(solved.plans["best_value"].state.free.sum() / t.cell_capacity.sum()), 5),
        "unlucky_share_of_refused": _unlucky(recommendation.reasons),
        "price_steps": effort.price_steps,
        "moves": effort.moves,
        "windows": effort.windows,
        "seconds": {
            "pose": round(posed, 2),
            "solved": round(solved_in, 2),
            "placed_and_explained": round(placed_in, 2),
            "checked": round(time.perf_counter() - checking, 2) if check else None,
        },
        "faults": len(wrong),
        "peak_mebibytes": _peak(),
        "value_over_time": curve,
    }


def _unlucky(reasons: tuple) -> float:
    refused = [reason for reason in reasons if reason.code in {"unlucky_in_rounding", "price_above_value", "sector_share"}]
    return round(sum(reason.code == "unlucky_in_rounding" for reason in refused) / max(1, len(refused)), 4)


def _lists(problem: Problem, solved: Solved) -> dict[str, float]:
    """What simpler ways of going down a list reach."""
    t, compiled = problem.tables, default_effort(problem).compiled
    arrival = sorted(range(len(problem.applications)), key=lambda i: (problem.applications[i].arrived_at, i))
    worth = np.zeros(len(t.duration))
    for item in range(len(t.duration)):
        columns = slice(int(t.column_at[t.pair_at[item]]), int(t.column_at[t.pair_at[item + 1]]))
        worth[item] = (t.above[columns] / t.below[columns]).max(initial=0) / t.duration[item]
    by_worth = np.lexsort((np.arange(len(worth)), -worth)).astype(np.int64)
    lists = {
        "first_come_with_backfill": (np.array(arrival, dtype=np.int64), EARLIEST),
        "value_per_server_week": (by_worth, VALUE),
        "value_per_server_week_at_prices": (by_worth, SURPLUS),
    }
    return {
        name: round(construct_plan(problem, solved.priced, order, aim=aim, compiled=compiled).objective / solved.bound, 5)
        for name, (order, aim) in lists.items()
    }


def time_indexed_mip(applications: int, *, demand: float, queue: multiprocessing.Queue) -> None:
    """HiGHS on one variable per option at full and least size, capacity rows by week (shares and caps left out)."""
    import highspy

    problem = pose(make_round(applications=applications, demand=demand), rules())
    t, solver = problem.tables, highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", float(MIP_SECONDS))
    solver.setOptionValue("threads", 1)
    capacity = t.cell_capacity.reshape(-1, t.weeks)
    rows: dict[tuple[int, int], list] = {}
    for item in range(len(t.duration)):
        mine = []
        for pair in range(int(t.pair_at[item]), int(t.pair_at[item + 1])):
            kind = int(t.pair_kind[pair])
            for pool in t.kind_pool[t.kind_at[kind] : t.kind_at[kind + 1]]:
                for late in range(int(t.starts[item])):
                    for size in {int(t.most[item]), int(t.least[item])}:
                        column, start = int(t.column_at[pair]) + late, int(t.first[item]) + late
                        one = solver.addBinary(obj=-float(t.above[column] * size // t.below[column]))
                        mine.append(one)
                        for week in range(start, min(start + int(t.duration[item]), t.weeks)):
                            rows.setdefault((int(pool), week), []).append(size * one)
        if mine:
            solver.addConstr(solver.qsum(mine) <= 1)
    for (pool, week), terms in rows.items():
        solver.addConstr(solver.qsum(terms) <= int(capacity[pool, week]))
    solver.run()
    info = solver.getInfo()
    queue.put((-info.objective_function_value, -info.mip_dual_bound))


def mip_in_worker(applications: int, *, demand: float) -> dict[str, object]:
    """The MIP in a process that can be ended: its time limit is not always kept."""
    queue: multiprocessing.Queue = multiprocessing.Queue()
    worker = multiprocessing.Process(target=time_indexed_mip, args=(applications,), kwargs={"demand": demand, "queue": queue})
    begun = time.perf_counter()
    worker.start()
    try:
        incumbent, bound = queue.get(timeout=3 * MIP_SECONDS)
    except Empty:
        return {"applications": applications, "answer": None, "seconds": round(time.perf_counter() - begun, 1)}
    finally:
        worker.terminate()
        worker.join()
    return {"applications": applications, "incumbent": round(incumbent), "bound": round(bound),
            "of_its_bound": round(incumbent / bound, 4), "seconds": round(time.perf_counter() - begun, 1)}  # fmt: skip


def time_indexed_cp_sat(applications: int, *, demand: float) -> dict[str, object]:
    """The same options in CP-SAT, sizes whole or least, under the same time; None where it is not installed."""
    try:
        from ortools.sat.python import cp_model
    except ImportError:
        return {"applications": applications, "answer": None, "note": "CP-SAT is not installed"}
    problem = pose(make_round(applications=applications, demand=demand), rules())
    t, model = problem.tables, cp_model.CpModel()
    capacity = t.cell_capacity.reshape(-1, t.weeks)
    rows: dict[int, list] = {}
    worth = []
    for item in range(len(t.duration)):
        mine = []
        for pair in range(int(t.pair_at[item]), int(t.pair_at[item + 1])):
            kind = int(t.pair_kind[pair])
            for pool in t.kind_pool[t.kind_at[kind] : t.kind_at[kind + 1]]:
                for late in range(int(t.starts[item])):
                    for size in {int(t.most[item]), int(t.least[item])}:
                        column, start = int(t.column_at[pair]) + late, int(t.first[item]) + late
                        one, length = model.new_bool_var(""), int(min(t.duration[item], t.weeks - start))
                        mine.append(one)
                        worth.append(int(t.above[column] * size // t.below[column]) * one)
                        span = model.new_optional_fixed_size_interval_var(start, length, one, "")
                        rows.setdefault(int(pool), []).append((span, size))
        model.add_at_most_one(mine)
    for pool, taken in rows.items():
        most = int(capacity[pool].max())
        model.add_cumulative([span for span, _ in taken], [size for _, size in taken], most)
    model.maximize(sum(worth))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = MIP_SECONDS, 1
    begun = time.perf_counter()
    solver.solve(model)
    value, bound = solver.objective_value, solver.best_objective_bound
    return {"applications": applications, "incumbent": round(value), "bound": round(bound),
            "of_its_bound": round(value / bound, 4), "seconds": round(time.perf_counter() - begun, 1)}  # fmt: skip


def alone(*given: object, **named: object) -> dict[str, object]:
    """`measure` in a process of its own, so that its peak of memory is its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as one:
        return one.submit(measure, *given, **named).result()


def main() -> None:
    """Print the table and keep it as JSON, with a picture of value over time and of time by size."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sizes", default="500,2000,5000,20000,100000")
    asked.add_argument("--demands", default="1.5,2.5,4")
    asked.add_argument("--out", type=Path, default=RESULTS / "allocation.json")
    given = asked.parse_args()
    warm = pose(make_round(applications=400), rules())
    solve(warm, Effort(20, 300, compiled=True, windows=1))  # compile once; later processes read it from disk
    rows = []
    for size in (int(text) for text in given.sizes.split(",")):
        for demand in [float(text) for text in given.demands.split(",")] if size == 5000 else [2.5]:
            rows.append(alone(size, demand=demand))
            _print(rows[-1])
    if "5000" in given.sizes.split(","):
        rows.append(alone(5000, demand=2.5, required=0.6))
        _print(rows[-1])
    result = {
        "machine": description(),
        "clusters": [list(cluster) for cluster in CLUSTERS_2025],
        "rounds": rows,
        "seconds_grow_as_size_to_the": _exponent(rows),
        "time_indexed_mip_in_highs": mip_in_worker(500, demand=2.5),
        "time_indexed_in_cp_sat": time_indexed_cp_sat(500, demand=2.5),
    }
    given.out.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n")
    given.out.with_suffix(".svg").write_text(picture(rows))
    print({key: value for key, value in result.items() if key not in {"rounds", "clusters"}})


def _print(row: dict) -> None:
    reached = "  ".join(f"{name} {100 * share:.2f}" for name, share in row["of_bound"].items())
    print(f"{row['applications']:>7} x {row['servers']:>6} demand {row['demand_over_supply']}: % of bound: {reached}; "
          f"{row['seconds']} s, {row['peak_mebibytes']} MiB, faults {row['faults']}", flush=True)  # fmt: skip


def _peak() -> int:
    """Of this process alone where the system tells; elsewhere it may be that of the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _exponent(rows: list[dict]) -> float | None:
    """Of the rounds that are planned in the same way: those without windows, from 2,000 applications on."""
    points = [
        (math.log(r["applications"]), math.log(r["seconds"]["placed_and_explained"]))
        for r in rows
        if r["applications"] >= 2000 and not r["pods_required_share"]
    ]
    if len({x for x, _ in points}) < 2:
        return None
    return round(float(np.polyfit([x for x, _ in points], [y for _, y in points], 1)[0]), 2)


if __name__ == "__main__":
    main()
