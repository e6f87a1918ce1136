"""Do the work that no page waits for: rounds that are solved, decisions that are explained, checks, long lists."""

import argparse
import os

from dure.cycle.cli.installation.opening import open_installation
from dure.cycle.installing.addresses import WORKER
from dure.formats.errors import BadInput

MOST = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure worker`."""
    parser.add_argument(
        "--processes", type=int, metavar="N", help="each does one job at a time (default: $DURE_WORKER_PROCESSES or 2)"
    )
    parser.add_argument("--beside", type=int, metavar="PID", help="end with that process, which started this one")


def run(arguments: argparse.Namespace) -> int:
    """Works until it is interrupted: exit code 0 after SIGTERM or Ctrl-C, once what was under way has ended or is put back."""
    open_installation(WORKER)
    processes = _number(arguments.processes)
    from dure.cycle.installing import homes, serving
    from dure.cycle.installing.standing import require_ready
    from dure.cycle.working.keeping import keep
    from dure.cycle.working.log_in import require_rights

    require_ready()
    require_rights()
    held = serving.hold_worker(homes.home())
    try:
        if arguments.beside is None:
            print(f"{processes} processes take jobs  (Ctrl-C ends them)", flush=True)
        keep(processes, goes_on=lambda: arguments.beside is None or os.getppid() == arguments.beside)
    finally:
        held.unlink(missing_ok=True)
    return 0


def _number(given: int | None) -> int:
    text = str(given) if given is not None else os.environ.get("DURE_WORKER_PROCESSES", "2")
    where = "DURE_WORKER_PROCESSES" if given is None else "--processes"
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise BadInput(f"{text} processes are not possible.", where=where, todo=f"Give a number from 1 to {MOST}.")
    return int(text)
