"""How long does `make demo SERVE=0` take, and how much of it is deciding? Median of three runs in a home of its own."""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import description

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "demo.json"
RUNS = 3


def main() -> None:
    """Run, print, and keep the result."""
    seconds, deciding = [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as home:
            start = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "dure", "demo", "--serve", "0"],
                cwd=ROOT,
                env={**os.environ, "DURE_HOME": home},
                capture_output=True,
                text=True,
                check=True,
            )
            seconds.append(time.perf_counter() - start)
            found = re.search(r"([\d.]+) s deciding$", done.stdout, flags=re.MULTILINE)
            deciding.append(float(found.group(1)) if found else 0.0)
            subprocess.run([sys.executable, "-m", "dure", "stop"], env={**os.environ, "DURE_HOME": home}, check=False)
    result = {
        "what": "dure demo --serve 0, from no database to the end of the summary",
        "seconds_median": round(statistics.median(seconds), 1),
        "deciding_seconds_median": round(statistics.median(deciding), 1),
        "runs": RUNS,
        "goal": {"seconds": 90, "deciding_seconds": 20},
        "machine": description(),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
