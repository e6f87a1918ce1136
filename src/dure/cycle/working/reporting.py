"""What a job says of itself while it is done, and what it is told in return: go on, stop, or leave it to somebody else."""

import time
from collections.abc import Callable

from dure.records.work import actions
from dure.records.work.models import Job

EVERY = 0.5  # seconds between two notes in the records


class Cancelled(Exception):
    """Nobody wants what this job would find, or a later attempt does it."""


class PutBack(Exception):
    """The process is about to end: another one shall begin the job again."""


class Report:
    """Takes every report of a job and records few of them; raises `Cancelled` or `PutBack` where the job may not go on."""

    def __init__(self, job: Job, leaving: Callable[[], bool], *, clock: Callable[[], float] = time.monotonic) -> None:
        self.job, self.leaving, self.clock = job, leaving, clock
        self.noted_at, self.stage = float("-inf"), ""

    def __call__(self, stage: str, done: int | None = None, total: int | None = None) -> None:
        """How far it is: `done` of `total` of that stage, where that is known."""
        self.require_staying()
        if stage != self.stage or self.clock() - self.noted_at >= EVERY:
            self.noted_at, self.stage = self.clock(), stage
            if not actions.hear(job=self.job, stage=stage, done=done, total=total):
                raise Cancelled

    def require_staying(self) -> None:
        """Raise `PutBack` where the process is about to end."""
        if self.leaving():
            raise PutBack
