"""Run the benchmarks: all that need no server, or those named (`make bench ARGS=load`).

What needs a PostgreSQL server uses that of DATABASE_URL; where none is named, one is started for it and removed with its data.
A benchmark whose budget is not kept ends with a status other than 0, and so does this.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from dure.connectors.postgres import embedded

HERE = Path(__file__).parent
WITHOUT_A_SERVER = ("demo", "allocation", "intake")
WITH_A_SERVER = frozenset({"load", "pages"})


@contextmanager
def _server(name: str) -> Iterator[dict[str, str]]:
    """The environment with the address of a server, for a benchmark that needs one."""
    if name not in WITH_A_SERVER or os.environ.get("DATABASE_URL"):
        yield dict(os.environ)
        return
    with TemporaryDirectory(prefix="dure-bench-") as folder:
        try:
            yield {**os.environ, "DATABASE_URL": embedded.ensure_running(Path(folder))}
        finally:
            embedded.remove(Path(folder))


for name in sys.argv[1:] or WITHOUT_A_SERVER:
    script = HERE / f"{name}.py"
    if not script.exists():
        raise SystemExit(f"no benchmark {name}; there are: {', '.join(sorted(p.stem for p in HERE.glob('*.py')))}")
    print(f"== {name}", flush=True)
    with _server(name) as environment:
        status = subprocess.run([sys.executable, script], cwd=HERE.parent, env=environment, check=False).returncode
    if status:
        raise SystemExit(f"{name} ended with status {status}")
