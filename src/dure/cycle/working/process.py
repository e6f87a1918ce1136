"""One process of a worker: takes jobs of its queues, one at a time, until it is told to stop or its keeper has ended."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Sequence

from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

DRAIN_SECONDS = 20.0  # in which a job that is under way may come to its end; then it is put back
HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 60.0
PARENT_EVERY = 0.5
NICENESS = 10  # pages come first on a machine that both share


def run(queues: Sequence[str], *, keeper: int) -> None:
    """Work until SIGTERM or Ctrl-C, or until the process `keeper`, which started this one, has ended."""
    os.nice(NICENESS)
    threading.Thread(target=_end_with, args=(keeper,), name="keeper", daemon=True).start()
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4)
    asyncio.run(_work(queues, connector))


async def _work(queues: Sequence[str], connector: PsycopgConnector) -> None:
    working = app.with_connector(connector)
    async with working.open_async():
        await working.run_worker_async(
            queues=list(queues),
            name=f"worker-{os.getpid()}",
            concurrency=1,
            delete_jobs="successful",  # what is to be kept of a job stands in the records
            shutdown_graceful_timeout=DRAIN_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
        )


def _end_with(keeper: int) -> None:
    while os.getppid() == keeper:
        time.sleep(PARENT_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
