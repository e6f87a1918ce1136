"""Keeps the processes of a worker: starts them, replaces one that dies, puts back the jobs of the dead, and ends them all."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import psycopg
from django.db import DatabaseError, connection

from dure.cycle.installing.addresses import bring_back
from dure.cycle.working.process import DRAIN_SECONDS
from dure.cycle.working.recovering import recover
from dure.formats.errors import BadInput
from dure.records.work.models import Queue

log = logging.getLogger(__name__)
LOOK_EVERY, RECOVER_EVERY = 0.2, 1.0  # seconds
LONGEST_PAUSE = 30.0
SETTLED = 10.0  # seconds after which a process counts as having come up
KILL_AFTER = DRAIN_SECONDS + 10.0


class Process:
    """One process, and when it may be started again: later each time that it did not stay up."""

    def __init__(self, queues: Sequence[str]) -> None:
        self.queues, self.pause = ",".join(queues), 0.0
        self.start()

    def start(self) -> None:
        """Start it."""
        words = [sys.executable, "-m", __package__, "--queues", self.queues, "--keeper", str(os.getpid())]
        self.popen, self.started_at = subprocess.Popen(words), time.monotonic()  # noqa: S603 - our own interpreter and fixed words

    def keep_up(self) -> None:
        """Start it again where it has ended, after its pause."""
        if self.popen.poll() is None:
            return
        lived = time.monotonic() - self.started_at
        if lived > SETTLED or self.popen.returncode < 0:  # it was killed, as by a machine that ran out of memory
            self.pause = 0.0
        if lived >= self.pause:
            log.warning("a worker process ended with %s and is started again", self.popen.returncode)
            self.pause = min(LONGEST_PAUSE, 2 * self.pause + 1)
            self.start()


def queues_of(processes: int) -> list[list[str]]:
    """Which queues each process takes jobs from: with two or more, the first one leaves long jobs to the others."""
    both = [Queue.SHORT.value, Queue.LONG.value]
    return [[Queue.SHORT.value] if processes > 1 and number == 0 else both for number in range(processes)]


def keep(processes: int, *, goes_on: Callable[[], bool] = lambda: True) -> None:
    """Keep that many processes until SIGTERM or Ctrl-C, or until `goes_on` says no; then end them, if need be by force."""
    told: list[int] = []
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda number, _frame: told.append(number))
    kept = [Process(queues) for queues in queues_of(processes)]
    recovered_at = 0.0
    while not told and goes_on():
        for process in kept:
            process.keep_up()
        if time.monotonic() - recovered_at >= RECOVER_EVERY:
            recovered_at = time.monotonic()
            _recover()
        time.sleep(LOOK_EVERY)
    _end([process.popen for process in kept])


def _recover() -> None:
    try:
        found = recover()
    except DatabaseError as error:
        log.warning("the database cannot be asked for jobs: %s", " ".join(str(error).split())[:300])
        connection.close()
        with contextlib.suppress(BadInput, psycopg.Error, OSError):  # it may be ending still: the next look tries again
            bring_back()
        return
    if found.put_back or found.queued:
        log.warning("%s jobs were put back whose process had ended, %s were queued again", found.put_back, found.queued)


def _end(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    for each in processes:
        if each.poll() is None:
            each.terminate()
    end = time.monotonic() + KILL_AFTER
    for each in processes:
        try:
            each.wait(timeout=max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("a worker process did not end in %s s and was killed; its job is put back", KILL_AFTER)
            each.kill()
            each.wait()
