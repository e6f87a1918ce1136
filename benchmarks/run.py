"""Run the benchmarks: all that need no server, or those named (`make bench ARGS=demo`)."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
WITHOUT_A_SERVER = ("demo", "allocation", "intake")

for name in sys.argv[1:] or WITHOUT_A_SERVER:
    script = HERE / f"{name}.py"
    if not script.exists():
        raise SystemExit(f"no benchmark {name}; there are: {', '.join(sorted(p.stem for p in HERE.glob('*.py')))}")
    print(f"== {name}", flush=True)
    subprocess.run([sys.executable, script], cwd=HERE.parent, check=True)
