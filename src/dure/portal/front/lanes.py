"""The threads of one lane, and how many requests wait for them."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dure.portal.front.limits import Lane

MOST_NICE = 19


class Working:
    """A lane in its process; used by the loop of the server alone."""

    def __init__(self, lane: Lane) -> None:
        self.takes = lane.takes
        self._most = lane.threads + lane.waiting
        self._threads = ThreadPoolExecutor(
            lane.threads, thread_name_prefix=lane.name, initializer=_step_back, initargs=(lane.nice,)
        )
        self._taken = 0

    def full(self) -> bool:
        """Whether another request would wait behind too many."""
        return self._taken >= self._most

    def start(self, work: Callable[..., None], *given: Any) -> None:
        """Have a thread do this as soon as one is free."""
        self._taken += 1
        asyncio.get_running_loop().run_in_executor(self._threads, work, *given).add_done_callback(self._done)

    def _done(self, _work: "asyncio.Future[None]") -> None:
        self._taken -= 1


def _step_back(by: int) -> None:
    if by:
        # Linux counts priorities by thread, which POSIX does not ask for; elsewhere the lane works as the others do.
        with contextlib.suppress(OSError, AttributeError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, min(MOST_NICE, os.getpriority(os.PRIO_PROCESS, thread) + by))
