"""Serves the portal for tests at a free port."""

import socket
import sys
import time

PATIENCE = 180  # seconds after which anything waited for is taken to hang; no test is decided by it


def free_port():
    """A port that is free now; another process may be quicker to take it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def web_server(port):
    return [
        sys.executable, "-m", "dure.portal.front", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--application", "portal.held:front",
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
