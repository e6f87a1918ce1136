"""The table of `docs/explanation/scale.md`, from the kept results. `python benchmarks/allocation_table.py`."""

import json
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "allocation.json"
METHODS = ("best_value", "value_per_server_week", "by_rank_with_best_start", "by_rank", "first_come_with_backfill")


def table(rows: list[dict]) -> str:
    """One line a round: share of the bound by method, then time, memory and what the checker said."""
    head = ["applications", "servers", "demand", *(name.replace("_", " ") for name in METHODS), "seconds", "MiB", "faults"]
    lines = ["| " + " | ".join(head) + " |", "|" + "--:|" * len(head)]
    for row in rows:
        pods = " (60 % require a pod)" if row["pods_required_share"] else ""
        shares = [f"{100 * row['of_bound'][name]:.2f} %" for name in METHODS]
        cells = [
            f"{row['applications']:,}{pods}", f"{row['servers']:,}", f"{row['demand_over_supply']}", *shares,
            f"{row['seconds']['placed_and_explained']:.0f}", str(row["peak_mebibytes"]), str(row["faults"]),
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(json.loads(RESULTS.read_text())["rounds"]))
