"""The journeys in the browser hold next to a busy core, twenty times in turn: none of them depends on the machine's speed."""

import os
import subprocess
import sys

import pytest

from programme import ROOT, RUN

TURNS = 20
WALKS = "accessible or contrast or cut"  # they open page after page, and wait for nothing but the page
BUSY = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: pass"  # ends with the one who started it


@pytest.fixture(scope="module")
def busy_core():
    process = subprocess.Popen([sys.executable, "-c", BUSY])
    yield
    process.kill()
    process.wait()


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.usefixtures("busy_core")
@pytest.mark.parametrize("turn", range(1, TURNS + 1))
def test_journeys_hold_beside_a_busy_core(programme_run, turn):
    """Each turn has a portal and a browser of its own, over a copy of the one programme."""
    command = [sys.executable, "-m", "pytest", "-m", "browser and not long", "-k", f"not ({WALKS})", "tests/portal"]
    around = {**os.environ, RUN: str(programme_run.journal.with_name("run.json"))}
    done = subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"turn {turn}\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
    assert "skipped" not in done.stdout
