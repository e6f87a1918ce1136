"""Jobs that only tests ask for: one that counts, one that always fails, one that kills its process, and held rounds."""

import os
import signal
import time
import uuid

from django.db import connection

from dure.cycle.stem import solving
from dure.cycle.working import importing
from dure.cycle.working.reporting import EVERY
from dure.portal.kit.later import making
from dure.records.parties.models import Organisation
from portal.hold import STAGE, wait_for_release


def count(job, report):
    """Report so many times, and then write one row with the end."""
    for number in range(job.inputs["steps"]):
        report("counting", number, job.inputs["steps"])
        time.sleep(0.01)

    def ending():
        Organisation.objects.create(id=f"{job.subject}/{uuid.uuid4()}", name={"ko": "하나"}, kind="company")
        time.sleep(0.01)  # so that a process may be killed between writing and committing
        return {"attempt": job.attempts}

    return ending


def fail(_job, _report):
    """It fails, however often it is tried."""
    raise RuntimeError("poisoned")


def die(_job, _report):
    """It takes its process with it, as one does that needs more memory than there is."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_before_the_commit(job, report):
    """The first attempt at solving a round ends its process after filing, in the transaction that ends the job."""
    ending = solving.solve(job, report)

    def deadly():
        outcome = ending()
        if job.attempts == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome

    return deadly


class HeldListener(solving.Listener):
    """Notes its report, waits for the end of a hold, and asks again whether it may go on."""

    waited = False

    def __call__(self, stage, figure):
        self.goes_on = super().__call__(stage, figure)
        if self.goes_on and stage == STAGE and not self.waited:
            self.waited = True
            with connection.cursor() as cursor:
                wait_for_release(cursor)
            self.goes_on = self.note(stage, figure, self.steps)
        return self.goes_on


def held_export(job, says):
    """A file is made, and waits at its first row or part while a test holds it."""
    return making.make(job, _held(says))


def held_import(job, says):
    """A table of commands is carried out, and waits after its first row while a test holds it."""
    return importing.carry_out(job, _held(says))


def _held(says):
    """What is said at the first row is noted before it goes on."""

    def held(stage, done=None, total=None):
        says(stage, done, total)
        if done == 1:
            with connection.cursor() as cursor:
                wait_for_release(cursor)
            time.sleep(2 * EVERY)  # so that a cancellation is heard of
        says(stage, done, total)

    return held


def held_solve(job, report):
    """A round is solved, and waits at its first report of a plan while a test holds it."""
    solving.Listener = HeldListener
    return solving.solve(job, report)
