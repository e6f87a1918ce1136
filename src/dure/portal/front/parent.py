"""Ends a worker whose server is gone: killed, a server cannot tell its workers to stop."""

import os
import signal
import threading
import time

EVERY = 0.5  # seconds
GRACE = 5  # seconds for what is under way; a new server waits for the port
SERVER = "DURE_SERVER_PID"  # set by the server: one that is killed while a worker starts is no longer that worker's parent


def end_with_parent() -> None:
    """Ask this process to stop, as its server would, when the server has ended."""
    server = int(os.environ.get(SERVER) or os.getppid())
    threading.Thread(target=_watch, args=(server,), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY)
    # A worker that is told to stop while it starts, or while its loop is busy, may hang with the interpreter's lock held: then
    # no line of Python runs in it any more. The kernel's alarm needs none.
    signal.alarm(GRACE)
    os.kill(os.getpid(), signal.SIGTERM)
