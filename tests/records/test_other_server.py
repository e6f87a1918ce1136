"""In CI, the same records on Debian's PostgreSQL 15, the oldest that dure supports, where that is installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
GUARDS = ["tests/records/test_journal.py", "tests/records/rights"]  # constraints, triggers, log-ins
ALREADY_THERE = os.environ.get("DURE_POSTGRES_BIN") == str(DEBIAN_15)

if os.environ.get("CI") and (DEBIAN_15 / "postgres").exists() and not ALREADY_THERE:

    @pytest.mark.parametrize("suite", [GUARDS, pytest.param(["tests/records"], marks=pytest.mark.long)], ids=["guards", "all"])
    def test_records_hold_on_postgresql_15(suite, tmp_path):
        there = {**os.environ, "DURE_POSTGRES_BIN": str(DEBIAN_15), "DURE_TEST_HOME": str(tmp_path)}
        there.pop("DATABASE_URL", None)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *suite], cwd=ROOT, env=there, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:]
