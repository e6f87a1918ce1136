"""Serve the portal on this machine: the installation of this home, or what the last demo left."""

import argparse
import os
import subprocess
import sys

from dure.cycle.cli.installation.opening import open_installation
from dure.formats.errors import BadInput


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure serve`."""
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), metavar="N")


def run(arguments: argparse.Namespace) -> int:
    """Runs until it is interrupted."""
    if not 1 <= arguments.port <= 65535:
        raise BadInput(f"{arguments.port} is not a port.", where="--port", todo="Give a number from 1 to 65535.")
    open_installation()
    from dure.cycle.installing import homes, serving
    from dure.cycle.installing.standing import require_ready

    require_ready()
    with serving.held(homes.home()):
        return _serve(arguments)


def _serve(arguments: argparse.Namespace) -> int:
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(arguments.port),
        "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "dure.portal.wsgi:application",
    ]  # fmt: skip
    print(f"http://127.0.0.1:{arguments.port}  (Ctrl-C ends it)", flush=True)
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603 - our own interpreter and fixed words
    except KeyboardInterrupt:
        return 0
