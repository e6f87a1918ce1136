"""Keeps up the worker beside the server: one that died is started again, one that was told to end is not."""

import os
import subprocess
import sys
import threading
import time

LOOK_EVERY = 0.5  # seconds
LONGEST_PAUSE = 30.0
SETTLED = 10.0  # seconds after which a worker counts as having come up


def keep_a_worker() -> None:
    """Start `dure worker`, which ends with this process, and start it again whenever it ends with another code than 0."""
    worker = _start()
    threading.Thread(target=_watch, args=(worker,), name="worker", daemon=True).start()


def _start() -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-m", "dure", "worker", "--beside", str(os.getpid())]
    return subprocess.Popen(words)  # noqa: S603 - our own interpreter and fixed words


def _watch(worker: "subprocess.Popen[bytes]") -> None:
    pause, started_at = 1.0, time.monotonic()
    while worker.poll() != 0:
        if worker.returncode is not None:
            pause = 1.0 if time.monotonic() - started_at > SETTLED else min(LONGEST_PAUSE, 2 * pause)
            print(f"the worker ended with {worker.returncode} and is started again in {pause:.0f} s", file=sys.stderr, flush=True)
            time.sleep(pause)
            worker, started_at = _start(), time.monotonic()
        time.sleep(LOOK_EVERY)
