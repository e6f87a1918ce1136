"""Allocation measured: all methods and the bound, by size and demand. `python benchmarks/allocation.py [--sizes 500,5000]`."""

import argparse
import json
import math
import multiprocessing
import platform
import resource
import time
from pathlib import Path
from queue import Empty

import numpy as np
from allocation_rounds import CLUSTERS_2025, make_round, rules

from dure.checks.allocation import faults
from dure.decisions.allocation import report
from dure.decisions.allocation.methods import Solved, default_effort, solve
from dure.decisions.allocation.plan import construct_plan
from dure.decisions.allocation.plan_kernels import EARLIEST, SURPLUS, VALUE
from dure.decisions.allocation.problem import Problem, pose

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
        "seconds": {
            "pose": round(posed, 2),
            "solved": round(solved_in, 2),
            "placed_and_explained": round(placed_in, 2),
            "checked": round(time.perf_counter() - checking, 2) if check else None,
        },
        "faults": len(wrong),
        "peak_mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
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


def main() -> None:
    """Print the table and keep it as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sizes", default="500,2000,5000,20000,100000")
    asked.add_argument("--demands", default="1.5,2.5,4")
    asked.add_argument("--out", type=Path, default=RESULTS / "allocation.json")
    given = asked.parse_args()
    solve(pose(make_round(applications=2000), rules()), default_effort(pose(make_round(applications=2000), rules())))  # compile
    rows = []
    for size in (int(text) for text in given.sizes.split(",")):
        for demand in [float(text) for text in given.demands.split(",")] if size == 5000 else [2.5]:
            rows.append(measure(size, demand=demand, check=size <= 20_000))
            _print(rows[-1])
    if "5000" in given.sizes:
        rows.append(measure(5000, demand=2.5, required=0.6))
        _print(rows[-1])
    result = {
        "machine": {"cores": multiprocessing.cpu_count(), "python": platform.python_version(),
                    "memory_gibibytes": round(_memory() / 2**30), "note": "the cores were shared with other work during the run"},
        "clusters": [list(cluster) for cluster in CLUSTERS_2025],
        "rounds": rows,
        "seconds_grow_as_size_to_the": _exponent(rows),
        "time_indexed_mip_in_highs": mip_in_worker(500, demand=2.5),
    }  # fmt: skip
    given.out.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n")
    print({key: result[key] for key in ("seconds_grow_as_size_to_the", "time_indexed_mip_in_highs")})


def _print(row: dict) -> None:
    reached = "  ".join(f"{name} {100 * share:.2f}" for name, share in row["of_bound"].items())
    print(f"{row['applications']:>7} x {row['servers']:>6} demand {row['demand_over_supply']}: % of bound: {reached}; "
          f"{row['seconds']} s, {row['peak_mebibytes']} MiB, faults {row['faults']}", flush=True)  # fmt: skip


def _memory() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemTotal"):
            return int(line.split()[1]) * 1024
    return 0


def _exponent(rows: list[dict]) -> float | None:
    points = [(math.log(r["applications"]), math.log(r["seconds"]["placed_and_explained"])) for r in rows]
    if len({x for x, _ in points}) < 2:
        return None
    return round(float(np.polyfit([x for x, _ in points], [y for _, y in points], 1)[0]), 2)


if __name__ == "__main__":
    main()
