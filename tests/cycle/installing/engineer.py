"""An engineer at a command line, in a folder of their own, with nothing set but what a test sets."""

import os
import subprocess
import sys
from pathlib import Path

from dure.connectors.postgres import embedded

SRC = Path(__file__).parents[3] / "src"
FOREIGN = ("DURE_", "DATABASE_", "DJANGO_")


class Engineer:
    """Types in one folder. `around`: the variables that are set there."""

    def __init__(self, folder, **around):
        folder.mkdir(exist_ok=True)
        self.folder, self.around = folder, around

    def surroundings(self, **more):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        return {**kept, "PYTHONPATH": str(SRC), "LANG": "C.UTF-8", **self.around, **more}

    def types(self, *words, **surroundings):
        command = [sys.executable, "-m", "dure", *map(str, words)]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, env=self.surroundings(**surroundings)
        )

    def runs(self, program, *words):
        """A program in Python on this installation; raises `CalledProcessError` where it fails."""
        command = [sys.executable, "-c", program, *words]
        subprocess.run(command, cwd=self.folder, env=self.surroundings(), check=True)

    def types_at_once(self, *words, times=2):
        """The same line in several terminals at the same moment; what each said, in no order."""
        command = [sys.executable, "-m", "dure", *map(str, words)]
        how = {"cwd": self.folder, "env": self.surroundings(), "text": True}
        begun = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how) for _ in range(times)]
        said = [each.communicate(timeout=300) for each in begun]
        return [subprocess.CompletedProcess(command, each.returncode, *out) for each, out in zip(begun, said, strict=True)]

    def leaves(self):
        """Nothing that was started here runs on."""
        self.types("stop")
        for home in self.folder.glob(".d*"):
            embedded.stop(home / "postgres")
