"""Reading, laying out and checking a national round, as JSON and as tables (`--applications N`)."""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from allocation_rounds import make_round, rules
from machine import description

from dure.checks.allocation import faults
from dure.decisions.allocation import Effort, recommend
from dure.decisions.allocation.model.problem import pose
from dure.formats.canonical import digest, plain
from dure.formats.reading import as_struct
from dure.formats.stages.allocation import AllocationFacts
from dure.formats.tables import read_whole, write_whole

RESULTS = Path(__file__).parent / "results"
FEW_STEPS = Effort(price_steps=20, moves=0, compiled=True)  # a plan to check; its quality is measured elsewhere


def main() -> None:
    """Measure each step once, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=100_000)
    parser.add_argument("--servers", type=int, default=32_840)
    arguments = parser.parse_args()
    seconds: dict[str, float] = {}

    def timed(name: str, step: Callable[[], Any]) -> Any:
        clock = time.perf_counter()
        made = step()
        seconds[name] = round(time.perf_counter() - clock, 2)
        print(f"{name}: {seconds[name]} s", flush=True)
        return made

    with tempfile.TemporaryDirectory() as folder:
        whole = plain(make_round(applications=arguments.applications, servers=arguments.servers, demand=2.5))
        timed("write tables", lambda: write_whole(f"{folder}/round/", whole, "allocation", "facts"))
        write_whole(f"{folder}/facts.json", whole, "allocation", "facts")
        from_tables = timed("read tables", lambda: read_whole(Path(folder, "round"), "allocation", "facts"))
        from_json = timed("read JSON", lambda: read_whole(Path(folder, "facts.json"), "allocation", "facts"))
        if digest(from_tables) != digest(from_json):
            raise SystemExit("the two forms have two digests")
        table_bytes = sum(path.stat().st_size for path in Path(folder, "round").iterdir())
        json_bytes = Path(folder, "facts.json").stat().st_size
    facts = timed("convert", lambda: as_struct(from_json, AllocationFacts, where="facts"))
    timed("pose", lambda: pose(facts, rules()))
    for method in ("best_value", "by_rank"):
        in_force = rules(method=method)
        made = recommend(facts, in_force, effort=FEW_STEPS)
        if timed(f"check {method}", lambda made=made, in_force=in_force: faults(facts, in_force, made)):
            raise SystemExit("the checker found faults")
    figures = {
        **vars(arguments), "seconds": seconds, "bytes": {"tables": table_bytes, "json": json_bytes},
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2), "machine": description(),
    }  # fmt: skip
    (RESULTS / "large_files.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
