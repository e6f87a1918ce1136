"""An engineer at a command line, in a folder of their own, with nothing set."""

import os
import subprocess
import sys
from pathlib import Path

from dure.connectors.postgres import embedded

SRC = Path(__file__).parents[3] / "src"
FOREIGN = ("DURE_", "DATABASE_", "DJANGO_")


class Engineer:
    """Types in one folder."""

    def __init__(self, folder):
        folder.mkdir(exist_ok=True)
        self.folder = folder

    def surroundings(self, **more):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        return {**kept, "PYTHONPATH": str(SRC), "LANG": "C.UTF-8", **more}

    def types(self, *words, **surroundings):
        command = [sys.executable, "-m", "dure", *map(str, words)]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, env=self.surroundings(**surroundings)
        )

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
