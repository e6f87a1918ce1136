"""The house rules, each with a sentence that tells the fix."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dure.cycle.stages import STAGES
from dure.formats.stages import DECISIONS
from dure.rules.manifest import DEFAULT

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "dure"
# Allow-lists may only shrink; each entry says why.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
FULL_FOLDERS: dict[str, str] = {}
PLAIN_DOCUMENTS = {
    "gainers.py": "walks the same paths as the database and the outside verifier, which know no structs",
    "playing/doors.py": "gives a programme's script the documents as the API gives them",
    "working/checks.py": "decides again from the documents as they were filed, and compares",
}


def sources(folder=SOURCE):
    return [path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts]


def test_rooms_import_in_one_direction():
    done = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + "\nSee docs/explanation/rooms.md: which room's reason to change is this?"


@pytest.mark.parametrize("command", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]], ids=" ".join)
def test_source_is_clean(command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + "\n`make fix` mends most of it."


@pytest.mark.parametrize(("folder", "most"), [(SOURCE, 400), (ROOT / "tests", 800)])
def test_files_are_short(folder, most):
    long = {str(p.relative_to(ROOT)): n for p in sources(folder) if (n := len(p.read_text().splitlines())) > most}
    assert not set(long) - set(LONG_FILES), f"{long}: split along a reason to change, or name the concept that is missing."


def test_functions_are_short():
    long = {}
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 60:
                long[f"{path.relative_to(ROOT)}:{node.name}"] = node.end_lineno - node.lineno + 1
    assert not set(long) - set(LONG_FUNCTIONS), f"{long}: one policy, one function."


def test_folders_fit_one_glance():
    full = {}
    for folder in {path.parent for path in sources()}:
        modules = [path for path in folder.glob("*.py") if path.name not in {"__init__.py", "apps.py", "__main__.py"}]
        if len(modules) > 15:
            full[str(folder.relative_to(ROOT))] = len(modules)
    assert not set(full) - set(FULL_FOLDERS), f"{full}: group the modules by what they are about."


def test_the_core_works_without_the_web():
    """Rules, decisions, checks and the commands on files need no Django: another programme may embed them."""
    program = """
import sys
sys.modules["django"] = sys.modules["psycopg"] = None
from dure.__main__ import main
sys.exit(main(["decide", "shares", "examples/shares.facts.json"]))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert '"nearest_within_bounds"' in done.stdout


def test_what_carries_an_entry_out_reads_structs():
    """mypy knows the fields of a struct and not the keys of a document."""
    reads = re.compile(r"\.(facts|rules|recommendation)_value\b")
    found = {
        path.relative_to(SOURCE / "cycle").as_posix() for path in sources(SOURCE / "cycle") if reads.search(path.read_text())
    }
    assert found == set(PLAIN_DOCUMENTS), f"{found ^ set(PLAIN_DOCUMENTS)}: read it by `records.journal.filed.Filed`."


def test_there_is_no_place_for_utils():
    banned = {"utils", "util", "helpers", "common", "misc", "tools"}
    found = [str(path.relative_to(ROOT)) for path in sources() if banned & {path.stem, path.parent.name}]
    assert not found, f"{found}: name the concept, or keep the function next to its first user."


def test_every_module_says_what_it_is():
    silent = [
        str(path.relative_to(ROOT))
        for path in sources()
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent, f"{silent}: open with the question that the module answers."


def test_nothing_is_left_undone():
    pattern = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    found = [f"{path.relative_to(ROOT)}" for path in sources() if pattern.search(path.read_text())]
    assert not found, f"{found}: finish it, or write an issue."


def test_money_and_shares_know_no_floats():
    for stage in ("budget", "portfolio", "burden", "settlement", "shares"):
        for room in ("decisions", "checks"):
            for path in [SOURCE / room / f"{stage}.py", *sorted((SOURCE / room / stage).glob("*.py"))]:
                if path.exists():
                    floats = [
                        n.value
                        for n in ast.walk(ast.parse(path.read_text()))
                        if isinstance(n, ast.Constant) and isinstance(n.value, float)
                    ]
                    assert not floats, f"{path.relative_to(ROOT)} holds {floats}: write Fraction or whole units."


@pytest.mark.parametrize("decision", DECISIONS)
def test_every_decision_is_whole(decision):
    """A decision has its rules, checker, sample facts, policy cases and tests."""
    for room in ("decisions", "checks"):
        assert (SOURCE / room / f"{decision}.py").exists() or (SOURCE / room / decision).is_dir(), (
            f"{room}/{decision} is missing."
        )
    assert list((DEFAULT / "rules" / decision).glob("*.yaml")), f"no rules of {decision}."
    assert (ROOT / "examples" / f"{decision}.facts.json").exists(), f"no sample facts of {decision}."
    cases = yaml.safe_load((ROOT / "tests" / "cases" / f"{decision}.yaml").read_text())
    assert len(cases) >= 3, f"{decision}: at least three policy cases that officials can read."
    assert list((ROOT / "tests" / "decisions").glob(f"test_{decision}*.py")), f"no tests of {decision}."


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.key)
def test_every_stage_has_its_hand_off_and_its_text(stage):
    assert (SOURCE / "cycle" / stage.arm / f"{stage.key}.py").exists(), f"write dure/cycle/{stage.arm}/{stage.key}.py."
    text = ROOT / "docs" / "reference" / "stages" / f"{stage.key}.md"
    assert text.exists(), "run `make docs`."
    assert stage.title in text.read_text()
    assert (SOURCE / "records" / stage.record).is_dir()
    assert set(stage.decisions) <= set(DECISIONS)


def test_no_day_is_read_off_an_instant_in_another_zone():
    """The server keeps instants in UTC; `Context.day`, `timezone.localdate` and `as_date` know the programme's zone."""
    off = re.compile(r"(\bat|_at|\.lower|\.upper|\.at)\.date\(\)")
    rooms = [path for room in ("records", "cycle", "portal") for path in sources(SOURCE / room)]
    assert [str(path) for path in rooms if off.search(path.read_text(encoding="utf-8"))] == []


def test_stage_numbers_are_one_to_sixteen():
    assert [stage.number for stage in STAGES] == list(range(1, 17))


def test_no_machine_or_registry_is_named_in_what_we_commit():
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    pattern = re.compile(r"/(?:work|root|farm)/|py" r"pi\.org|pythonhos" r"ted|npm" r"js\.(?:org|com)|\.pye" r"nv")
    found = []
    for name in filter(None, files):
        path = ROOT / name
        if not path.is_file() or path.suffix in {".woff2", ".png", ".mo", ".parquet"} or "vendor" in path.parts:
            continue
        if found_at := pattern.search(path.read_text(encoding="utf-8", errors="ignore")):
            found.append(f"{name}: {found_at.group()}")
    assert not found


def test_decision_records_are_one_page():
    pages = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1)), "number them without gaps."
    for page in pages:
        assert len(page.read_text().splitlines()) <= 70, f"{page.name}: one page."
        for heading in ("Status", "Context", "Decision", "Consequences", "Rejected", "How we would know it was wrong"):
            assert re.search(rf"^## {heading}", page.read_text(), flags=re.MULTILINE), f"{page.name}: no heading {heading}."
