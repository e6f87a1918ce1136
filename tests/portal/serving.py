"""Serves the portal for tests, at a free port, with the settings of tests."""

import os
import socket
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 600  # seconds after which anything waited for is taken to hang; no test is decided by it


def environment(database):
    """The surroundings of a program that works on that database with the settings of tests."""
    path = os.pathsep.join(str(ROOT / part) for part in ("src", "tests"))
    return {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "dure.portal.settings.test", "PYTHONPATH": path}


def free_port():
    """A port that is free now; another process may be quicker to take it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def web_server(port):
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--blocking-threads", "2", "--no-ws", "--log-level", "warning", "portal.held:application",
    ]  # fmt: skip


def answers(port, process):
    """Whether that process, and not another one at its port, comes to serve."""
    for _ in range(10 * PATIENCE):
        if process.poll() is not None:
            return False
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE):
                return process.poll() is None
        except OSError:
            time.sleep(0.1)
    return False
