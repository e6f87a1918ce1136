"""Rounds too large for brute force: the bound against an independent linear programme, the plan against the bound."""

import importlib.util
import json
from pathlib import Path

import highspy
import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from dure.checks.allocation import faults
from dure.decisions.allocation import Effort, recommend
from dure.decisions.allocation.bound.aggregation import lines_of, single_pods, whole_pools
from dure.decisions.allocation.bound.column_generation import generate_columns
from dure.decisions.allocation.bound.subgradient import price, settle
from dure.decisions.allocation.kernels.subgradient import PriceState
from dure.decisions.allocation.model.plan import empty_plan
from dure.decisions.allocation.model.problem import pose
from dure.decisions.allocation.plan import decomposition
from dure.decisions.allocation.round.methods import solve
from dure.formats.stages.allocation import AllocationFacts, Outage
from shuffling import shuffled

HOME = Path(__file__).parent.parent.parent / "benchmarks" / "allocation_rounds.py"
spec = importlib.util.spec_from_file_location("allocation_rounds_of_benchmarks", HOME)
rounds = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rounds)
SOME = Effort(100, 300, compiled=False, windows=8)


@pytest.fixture(scope="module")
def round_of_200():
    return rounds.make_round(applications=200, servers=120, seed=5, required=0.3)


@pytest.fixture(scope="module")
def made(round_of_200):
    return recommend(round_of_200, rounds.rules(), effort=SOME)


def linear_optimum(facts, rules):
    """All options at full size, one capacity row per pool and week, shares elastic: HiGHS on a model of its own."""
    problem, solver = pose(facts, rules), highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    t, weeks = problem.tables, problem.tables.weeks
    rows, use = {}, {sector.id: [] for sector in facts.sectors}
    by_id = {pool.pool.id: (number, pool) for number, pool in enumerate(problem.pools)}
    free = {name: pool.free.sum(axis=0) for name, (_, pool) in by_id.items()}
    for item, application in enumerate(problem.applications):
        mine = []
        for pair in range(int(t.pair_at[item]), int(t.pair_at[item + 1])):
            kind = int(t.pair_kind[pair])
            for pool in t.kind_pool[t.kind_at[kind] : t.kind_at[kind + 1]].tolist():
                name = problem.pools[pool].pool.id
                for late in range(int(t.starts[item])):
                    start, column = int(t.first[item]) + late, int(t.column_at[pair]) + late
                    end = min(start + int(t.duration[item]), weeks)
                    throughout = problem.pools[pool].free[:, start:end].all(axis=1)
                    by_pod = np.bincount(problem.pools[pool].pod_of[throughout], minlength=1)
                    size = min(application.servers, int(by_pod.max() if application.pod == "required" else by_pod.sum()))
                    if size < application.minimum_servers:
                        continue
                    one = solver.addVariable(0, 1, -float(t.above[column] * size // t.below[column]))
                    mine.append(one)
                    use[application.sector].append(8 * size * (end - start) * one)
                    for week in range(start, end):
                        rows.setdefault((name, week), []).append(size * one)
        if mine:
            solver.addConstr(solver.qsum(mine) <= 1)
    for (name, week), terms in rows.items():
        solver.addConstr(solver.qsum(terms) <= int(free[name][week]))
    used = {name: solver.qsum(terms) for name, terms in use.items()}
    whole = solver.qsum(used.values())
    for sector in facts.sectors:
        low, high = (solver.addVariable(0, highspy.kHighsInf, float(rules.share_penalty)) for _ in range(2))
        solver.addConstr(used[sector.id] - float(sector.floor) * whole + low >= 0)
        solver.addConstr(float(sector.ceiling) * whole - used[sector.id] + high >= 0)
    solver.run()
    return -solver.getInfo().objective_function_value


def test_the_bound_is_the_linear_optimum_of_an_independent_model(round_of_200):
    in_force = rounds.rules(largest_share="1")
    problem = pose(replace(round_of_200, applications=round_of_200.applications[:120]), in_force)
    priced, _ = generate_columns(problem, price(problem, steps=100, compiled=False), empty_plan(problem), compiled=False)
    optimum = linear_optimum(problem.facts, in_force)
    assert optimum * (1 - 1e-6) <= priced.bound / 1000 <= optimum * (1 + 2e-5)


def test_the_plan_is_near_the_bound_and_the_checker_agrees(round_of_200, made):
    assert faults(round_of_200, rounds.rules(), made) == []
    assert made.objective >= 0.95 * made.bound
    for method in ("by_rank", "by_rank_with_best_start"):
        assert made.other_methods[method].objective < made.objective


def test_the_order_of_the_file_changes_nothing_here_either(round_of_200, made):
    mixed = msgspec.convert(shuffled(json.loads(msgspec.json.encode(round_of_200)), seed=3), AllocationFacts)
    assert mixed != round_of_200
    assert recommend(mixed, rounds.rules(), effort=SOME) == made


def test_prices_compiled_and_plain_agree(round_of_200):
    """The shortest of the kernels stands for all; the long suite compiles each, which takes a minute."""
    pytest.importorskip("numba", reason="the compiler is an extra")
    problem = pose(round_of_200, rounds.rules())
    prices = price(problem, steps=50, compiled=False)
    fast, plain = (
        settle(problem.tables, PriceState(*(each.copy() for each in prices.state)), compiled=flag) for flag in (True, False)
    )
    assert fast.bound == plain.bound == prices.bound
    assert fast.state is not plain.state
    assert all(np.array_equal(one, other) for one, other in zip(fast.state, plain.state, strict=True))


@pytest.mark.long
def test_compiled_and_plain_agree(round_of_200):
    pytest.importorskip("numba", reason="the compiler is an extra")
    some = replace(round_of_200, applications=round_of_200.applications[:60])
    plain, fast = (recommend(some, rounds.rules(), effort=Effort(50, 300, flag, 3)) for flag in (False, True))
    assert plain == fast


def test_more_servers_never_lower_the_bound():
    bounds = []
    for servers in (40, 60, 80):
        problem = pose(rounds.make_round(applications=80, servers=60, seed=2), rounds.rules(share_penalty=0, largest_share="1"))
        pools = tuple(
            replace(rounds.pool(p.id, p.gpu_model, max(1, servers * p.in_service[0].servers // 60))) for p in problem.facts.pools
        )
        larger = pose(replace(problem.facts, pools=pools), problem.rules)
        priced, _ = generate_columns(larger, price(larger, steps=100, compiled=False), empty_plan(larger), compiled=False)
        bounds.append(priced.bound)
    assert bounds == sorted(bounds)


def test_groups_share_out_pools_and_applications(monkeypatch, round_of_200):
    monkeypatch.setattr(decomposition, "MOST_TOGETHER", 50)
    monkeypatch.setattr(decomposition, "MOST_OF_A_KIND", 40)
    monkeypatch.setattr(decomposition, "SIZE", 30)
    problem = pose(round_of_200, rounds.rules())
    empty = empty_plan(problem)
    priced, root = generate_columns(problem, price(problem, steps=100, compiled=False), empty, compiled=False)
    parts = decomposition.groups_of(problem, priced, root, empty, compiled=False)
    assert len(parts) > 2
    pools = np.concatenate([part.pools for part in parts])
    items = np.concatenate([part.items for part in parts])
    assert sorted(pools) == list(range(len(problem.pools)))
    assert len(items) == len(set(items.tolist()))
    taken = set(root.offers.item[root.solve(empty).taken > 0].tolist())
    assert taken <= set(items.tolist())
    solved = solve(problem, SOME)
    assert solved.plans["best_value"].objective >= 0.93 * solved.bound


def test_a_pod_out_of_service_makes_pods_the_units(round_of_200):
    first = round_of_200.pools[0]
    outage = Outage(pod=first.pods[0].id, from_week=10, to_week=20)
    facts = replace(round_of_200, pools=(replace(first, outages=(outage,)), *round_of_200.pools[1:]))
    problem = pose(facts, rounds.rules())
    number = [pool.pool.id for pool in problem.pools].index(first.id)
    pods = single_pods(problem, np.array([number]))
    assert len(pods) == len(first.pods)
    whole = whole_pools(problem, np.array([number]))[0]
    assert (pods[0].first, pods[-1].end) == (whole.first, whole.end)
    lines = lines_of(problem, apart=True, units=pods)
    assert sorted(set(lines.line_of_cell[whole.first : whole.end].tolist())) == list(range(len(pods)))
    made = recommend(facts, rounds.rules(), effort=SOME)
    assert faults(facts, rounds.rules(), made) == []
