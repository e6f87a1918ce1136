"""Small rounds, intake and repair keep their figures, with the compiler and without."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

from decisions.allocation_rounds import tiny_round
from dure.decisions.allocation import Effort, recommend
from dure.decisions.allocation.intake.year import first_come
from dure.decisions.allocation.repair.minimal_perturbation import repair
from dure.formats.stages.allocation import Outage

FIGURES = yaml.safe_load((Path(__file__).parent / "allocation_figures.yaml").read_text())
HOME = Path(__file__).parent.parent.parent / "benchmarks" / "allocation_rounds.py"
spec = importlib.util.spec_from_file_location("allocation_rounds_of_benchmarks", HOME)
rounds = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rounds)
LITTLE = Effort(50, 20, compiled=False, windows=1)


def figures(made):
    return {
        "objective": made.objective,
        "bound": made.bound,
        "grants": len(made.grants),
        "servers": sum(len(grant.servers) for grant in made.grants),
        "idle_gpu_weeks": made.idle_gpu_weeks,
        "by_rank": made.other_methods["by_rank"].objective,
    }


@pytest.mark.parametrize("seed", FIGURES["tiny rounds"])
def test_tiny_rounds_keep_their_figures(seed):
    assert figures(recommend(*tiny_round(seed))) == FIGURES["tiny rounds"][seed]


@pytest.mark.parametrize("name", FIGURES["seeded rounds"])
def test_seeded_rounds_keep_their_figures(name):
    kept = FIGURES["seeded rounds"][name]
    assert figures(recommend(rounds.make_round(**kept["made of"]), rounds.rules(), effort=LITTLE)) == kept["figures"]


def test_a_year_of_intake_keeps_its_figures():
    kept = FIGURES["intake, first come first served"]
    assert first_come(rounds.make_round(**kept["made of"]), rounds.rules())._asdict() == kept["figures"]


def test_a_repair_keeps_its_figures():
    kept = FIGURES["repair, one server fails in week 3"]
    facts = rounds.make_round(**kept["made of"])
    before = recommend(facts, rounds.rules(), effort=LITTLE).grants
    hit = next(grant for grant in before if grant.from_week <= 3 < grant.to_week and len(grant.servers) > 1)
    failed = Outage(server=hit.servers[0], from_week=3, to_week=4)
    pools = tuple(replace(pool, outages=(failed,) if pool.id == hit.pool else ()) for pool in facts.pools)
    made = repair(replace(facts, pools=pools), rounds.rules(), before, from_week=2)
    found = {"grants": len(made.grants), "value": sum(grant.value for grant in made.grants)}
    assert found | {change.application: change.kind for change in made.changes} == kept["figures"]


def test_without_the_compiler_a_call_for_it_gives_the_same():
    program = """
import sys
sys.modules["numba"] = None
from decisions.allocation_rounds import tiny_round
from dure.decisions.allocation import Effort, recommend
made = recommend(*tiny_round(7), effort=Effort(100, 300, compiled=True, windows=5))
print(made.objective, made.bound, len(made.grants))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    made = recommend(*tiny_round(7), effort=Effort(100, 300, compiled=False, windows=5))
    assert done.stdout.split() == [str(made.objective), str(made.bound), str(len(made.grants))]


def test_the_compiler_is_loaded_only_where_it_is_called_for():
    program = "import sys, dure.decisions.allocation as a; print('numba' in sys.modules)"
    env = {"PYTHONPATH": ":".join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.strip() == "False"
