"""Figures in the documentation are those that were measured and kept."""

import importlib.util
import json
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_table_of_allocation_is_the_kept_one():
    spec = importlib.util.spec_from_file_location("allocation_table", ROOT / "benchmarks" / "allocation_table.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    kept = json.loads((ROOT / "benchmarks" / "results" / "allocation.json").read_text())
    page = (ROOT / "docs" / "explanation" / "scale.md").read_text()
    assert made.table(kept["rounds"]) in page
    assert all(row["faults"] == 0 for row in kept["rounds"])
