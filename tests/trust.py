"""Writes docs/explanation/trust.md from what the tests of each invariant said today: `make trust`.

An invariant that a query tells is tried by a planted breach, which must be found, and by a programme that people filled, in
which it must hold; the others are tried by the tests that their declarations name.
"""

import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET

from dure.records.invariants.declared import Invariant
from dure.records.invariants.listed import INVARIANTS

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "explanation" / "trust.md"
BY_QUERY = "tests/records/test_invariants.py"
COMMANDS = {"`dure verify`": "tests/cycle/test_verifying.py"}  # a command is tried by these
HEAD = """<!-- Written by `make trust` from the results of the tests that it names. -->

# What must hold, and what the tests said of it

{held} of {all} invariants are tried, {full} in full and {part} in part, by {tests:,} tests, all of which passed. Where a query
tells, `dure doctor` and the worker look at every row of an installation: so a test plants a breach, which the query must find,
and asks it of a programme that people filled, in which it must find none. Where an invariant is tried in part, its row says
what is not claimed here; where it is prepared and not yet held, what it lacks.

| | what holds | what prevents a breach | what was tried, and how often it held | what is not claimed |
|---|---|---|---|---|
"""


def files_of(invariant: Invariant) -> list[str]:
    """The files of tests that try this invariant; none where it lacks something."""
    named = [BY_QUERY] if invariant.breaches else []
    named += re.findall(r"tests/[\w/]+\.py", invariant.told_by)
    return named + [path for command, path in COMMANDS.items() if command in invariant.told_by]


def tried(invariant: Invariant, results: dict[str, dict[str, bool]]) -> str:
    """What was tried, with the number of tests; raises where one failed or none ran."""
    if invariant.lacks:
        return f"not yet: lacks {invariant.lacks}"
    said = []
    for path in files_of(invariant):
        seen = {
            name: passed for name, passed in results[path].items()
            if path != BY_QUERY or invariant.id in name or "filled" in name
        }  # fmt: skip
        wrong = sorted(name for name, passed in seen.items() if not passed)
        if wrong or len(seen) < (2 if path == BY_QUERY else 1):
            raise SystemExit(f"{invariant.id} is not shown by {path}: {', '.join(wrong) or 'too few tests ran'}")
        said.append("a planted breach was found, and none in a filled programme" if path == BY_QUERY
                    else f"[{Path(path).name}](../../{path}): {len(seen):,}")  # fmt: skip
    return ", ".join(said)


def results_of(files: list[str]) -> dict[str, dict[str, bool]]:
    """Of each file its tests, and whether each passed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        words = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", f"--junitxml={report}", *files]
        subprocess.run(words, cwd=ROOT, check=False)
        found: dict[str, dict[str, bool]] = defaultdict(dict)
        for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written by pytest a moment ago
            module = case.get("classname", "").split(".")
            path = next((name for name in files if name.removesuffix(".py").split("/") == module[: name.count("/") + 1]), "")
            passed = not any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
            found[path][f"{case.get('classname')}.{case.get('name')}"] = passed
    return found


def page(results: dict[str, dict[str, bool]]) -> str:
    """The whole page."""
    lines = [f"| {each.id} | {each.says} | {each.held_by} | {tried(each, results)} | {each.leaves_out} |" for each in INVARIANTS]
    held, part = sum(not each.lacks for each in INVARIANTS), sum(bool(each.leaves_out) for each in INVARIANTS)
    count = sum(len(tests) for path, tests in results.items() if path)
    return HEAD.format(held=held, full=held - part, part=part, all=len(INVARIANTS), tests=count) + "\n".join(lines) + "\n"


def main() -> None:
    """Run the tests, and write the page unless one of them failed."""
    files = sorted({path for each in INVARIANTS for path in files_of(each)})
    PAGE.write_text(page(results_of(files)), encoding="utf-8")
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
