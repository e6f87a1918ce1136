"""Which processes serve a home: the portal's one, and its workers? Each is known by a lock that it holds while it lives."""

import contextlib
import fcntl
import os
import signal
import time
from pathlib import Path

from dure.formats.errors import BadInput

FILE = "serve.pid"
PATIENCE = 60.0  # seconds in which requests in flight are answered


def hold(home: Path, name: str = FILE) -> int:
    """Serve for that home as long as this process lives, whatever program it becomes; raises `BadInput` where another does.

    `name`: of the file by which the lock is held, which is returned open.
    """
    home.mkdir(parents=True, exist_ok=True)
    file = os.open(home / name, os.O_RDWR | os.O_CREAT, 0o644)
    if not _locked(file):
        process = os.read(file, 40).decode().strip()
        os.close(file)
        raise BadInput(f"is served already, by process {process}.", where=str(home), todo="Stop it with `dure stop` first.")
    os.truncate(file, 0)
    os.write(file, str(os.getpid()).encode())
    os.set_inheritable(file, True)
    return file


def hold_worker(home: Path) -> Path:
    """Work for that home as long as this process lives, beside others that do; returns the file that says so."""
    name = f"worker-{os.getpid()}.pid"
    hold(home, name)
    return home / name


def running(home: Path, name: str = FILE) -> int | None:
    """The number of the process that serves, or nothing."""
    path = home / name
    if not path.exists():
        return None
    with path.open("r+") as file:
        if _locked(file.fileno()):
            return None
        return int(file.read().strip() or 0) or None


def stop_workers(home: Path) -> bool:
    """Ask every worker of that home to end, and wait until they have; False where there is none."""
    files = sorted(home.glob("worker-*.pid"))
    stopped = [stop(home, path.name) for path in files]
    for path in files:
        path.unlink(missing_ok=True)
    return any(stopped)


def stop(home: Path, name: str = FILE) -> bool:
    """Ask the serving process to end, and wait until it has; False where there is none."""
    process = running(home, name)
    if process is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
    end = time.monotonic() + PATIENCE
    while running(home, name) is not None:
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
