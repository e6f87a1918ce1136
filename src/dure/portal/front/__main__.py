"""The server process: starts the workers, replaces one that dies, and drains them when it is told to stop.

`dure serve` becomes this process. It loads neither Django nor the pages; its workers do.
"""

import argparse
import importlib
import os
import shutil
import sys
import tempfile

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from dure.formats.errors import BadInput
from dure.portal.front.beside import keep_a_worker
from dure.portal.front.limits import DRAIN_SECONDS, HEADER_SECONDS, Limits
from dure.portal.front.parent import SERVER
from dure.portal.settings.logs import logging_config

APPLICATION = "dure.portal.asgi:application"
METRICS = "PROMETHEUS_MULTIPROC_DIR"  # where workers count together; read by prometheus-client


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}", description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--application", default=APPLICATION)
    parser.add_argument("--worker", action="store_true", help="keep up a `dure worker` beside it")
    given = parser.parse_args()
    try:
        _require_variables(given.application)
    except BadInput as error:
        print(f"dure: {error}", file=sys.stderr)
        sys.exit(2)
    if given.worker:
        keep_a_worker()
    counts = tempfile.mkdtemp(prefix="dure-metrics-")
    os.environ[METRICS], os.environ[SERVER] = counts, str(os.getpid())
    try:
        _server(given).serve()
    finally:
        shutil.rmtree(counts, ignore_errors=True)


def _require_variables(application: str) -> None:
    """Raise where the variables are wrong: every worker would end with a traceback, again and again.

    The settings are read by a child, which says what is wrong with them: this process keeps Django out of its memory.
    """
    logging_config(_log_level())
    if application != APPLICATION:
        return
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    if not settings:
        raise BadInput("is not set.", where="DJANGO_SETTINGS_MODULE", todo="Run `dure serve`, which sets it.")
    child = os.fork()
    if child:
        if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            sys.exit(code)
        return
    code = 2
    try:
        importlib.import_module(settings)
        code = 0
    except (BadInput, ModuleNotFoundError) as error:
        print(f"dure: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(code)


def _log_level() -> str:
    """From which level on lines are written."""
    return os.environ.get("DURE_LOG_LEVEL", "warning")


def _server(given: argparse.Namespace) -> MPServer:
    held = 2 * Limits().arriving  # connections and requests that the server itself holds: more than the front takes
    return MPServer(
        given.application,
        address=given.host,
        port=given.port,
        interface=Interfaces.ASGINL,
        workers=given.workers,
        http=HTTPModes.http1,
        websockets=False,
        backlog=held,
        backpressure=held,
        http1_settings=HTTP1Settings(header_read_timeout=int(HEADER_SECONDS * 1000)),
        log_level=LogLevels.warning,
        log_dictconfig=logging_config(_log_level()),
        respawn_failed_workers=True,
        workers_kill_timeout=int(DRAIN_SECONDS),
    )


if __name__ == "__main__":
    main()
