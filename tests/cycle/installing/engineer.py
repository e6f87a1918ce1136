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

    def leaves(self):
        """Nothing that was started here runs on."""
        self.types("stop")
        for home in self.folder.glob(".d*"):
            embedded.stop(home / "postgres")
