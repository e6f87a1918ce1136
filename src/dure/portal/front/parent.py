"""Ends a worker whose server is gone: killed, a server cannot tell its workers to stop."""

import os
import signal
import threading
import time

EVERY = 0.5  # seconds


def end_with_parent() -> None:
    """Ask this process to stop, as its server would, when the process that started it has ended."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
