"""Which process serves the portal for a home? It is known by a lock that it holds while it lives, not by its number alone."""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from dure.formats.errors import BadInput

FILE = "serve.pid"
PATIENCE = 60.0  # seconds in which requests in flight are answered


@contextlib.contextmanager
def held(home: Path) -> Iterator[None]:
    """Serve for that home; raises `BadInput` where another does."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / FILE).open("a+") as file:
        if not _locked(file.fileno()):
            file.seek(0)
            raise BadInput(
                f"is served already, by process {file.read().strip()}.", where=str(home), todo="Stop it with `dure stop` first."
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def running(home: Path) -> int | None:
    """The number of the process that serves, or nothing."""
    path = home / FILE
    if not path.exists():
        return None
    with path.open("r+") as file:
        if _locked(file.fileno()):
            return None
        return int(file.read().strip() or 0) or None


def stop(home: Path) -> bool:
    """Ask the serving process to end, and wait until it has; False where there is none."""
    process = running(home)
    if process is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
    end = time.monotonic() + PATIENCE
    while running(home) is not None:
        if time.monotonic() > end:
            raise BadInput(
                f"process {process} has not ended in {PATIENCE:.0f} s.", where=str(home), todo=f"Look at it: ps {process}."
            )
        time.sleep(0.05)
    return True


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
