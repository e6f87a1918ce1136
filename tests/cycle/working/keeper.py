"""Starts real workers for tests, by the command that people type, and kills their processes."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from serving.running import PYTHONPATH, ROOT, runs, until

ODD = "cycle.working.odd_settings"


class Worker:
    """`dure worker` on a database, with its processes."""

    def __init__(self, folder, *, database, processes=2, settings=ODD, **more):
        folder.mkdir(exist_ok=True)
        self.said_in = folder / "worker.log"
        surroundings = {
            **os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": PYTHONPATH,
            "DURE_HOME": str(folder), **more,
        }  # fmt: skip
        with self.said_in.open("a") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dure", "worker", "--processes", str(processes), "--beside", str(os.getpid())],
                cwd=ROOT, env=surroundings, stdout=file, stderr=file, start_new_session=True,
            )  # fmt: skip

    def children(self):
        """The numbers of the processes that it keeps."""
        try:
            tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        except FileNotFoundError:
            return []
        return [int(each) for each in tasks.split() if runs(int(each))]

    def kill_one(self, choose):
        """Kill one of its processes, if there is any: `choose` picks it."""
        if found := self.children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(choose(found), signal.SIGKILL)
            return True
        return False

    def end(self, how=signal.SIGTERM):
        """Its exit code, after that signal."""
        self.process.send_signal(how)
        return self.process.wait(timeout=120)

    def said(self):
        return self.said_in.read_text()

    def destroy(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=120)


@contextlib.contextmanager
def working(folder, **given):
    """A worker, of which nothing is left afterwards."""
    worker = Worker(folder, **given)
    try:
        yield worker
    finally:
        worker.destroy()


def ended(*jobs):
    """Come back when all of them have ended."""

    def all_of_them():
        for job in jobs:
            job.refresh_from_db()
        return all(job.finished_at for job in jobs)

    until(all_of_them, f"{len(jobs)} jobs end")
