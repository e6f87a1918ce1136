"""The list of environment variables is whole: what is read is listed, and what is listed is read."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dure.formats.variables import READERS, VARIABLES

ROOT = Path(__file__).parent.parent.parent
LISTED = {each.name for each in VARIABLES}
OWN = re.compile(r"(DURE|GRANIAN|PROMETHEUS)_[A-Z0-9_]+|DATABASE_URL")
READING = {"get", "getenv", "setdefault", "pop", "_required"}
# Of other programs: handed on, or asked to tell a worker of the tests.
FOREIGN = {"PATH", "HOME", "PYTHONPATH", "PYTEST_XDIST_TESTRUNUID"}
FOLDERS = ("src/dure", "tests", "benchmarks")
LIST = ROOT / "src" / "dure" / "formats" / "variables.py"


def files(folder):
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if path not in {LIST, Path(__file__)}]


def named(tree):
    """The variables that a module names: in an access to the environment, or by their form."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and OWN.fullmatch(node.value):
            yield node.value
        if isinstance(node, ast.Subscript) and _is_environment(node.value) and isinstance(node.slice, ast.Constant):
            yield node.slice.value
        if isinstance(node, ast.Call) and _reads(node.func) and node.args and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


def _is_environment(node):
    return isinstance(node, ast.Attribute) and node.attr == "environ"


def _reads(function):
    if isinstance(function, ast.Name):
        return function.id in READING
    return isinstance(function, ast.Attribute) and function.attr in READING and (
        _is_environment(function.value) or function.attr == "getenv"
    )  # fmt: skip


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_variable_that_is_read_is_listed(folder):
    for path in files(folder):
        lost = set(named(ast.parse(path.read_text(encoding="utf-8")))) - LISTED - FOREIGN
        assert not lost, f"{path.relative_to(ROOT)} reads {lost}: list it in src/dure/formats/variables.py."


def test_each_listed_variable_is_read():
    found = {name for folder in FOLDERS for path in files(folder) for name in named(ast.parse(path.read_text(encoding="utf-8")))}
    assert not LISTED - found, "take what nobody reads off src/dure/formats/variables.py."


def test_the_list_is_in_order():
    places = [(READERS.index(each.read_by), each.name) for each in VARIABLES]
    assert places == sorted(places)
    assert len(LISTED) == len(VARIABLES)


@pytest.mark.parametrize(
    "line",
    ['os.environ["X_NEW"]', 'os.environ.get("X_NEW", "")', 'os.getenv("X_NEW")', '_required("X_NEW", "")', 'NAME = "DURE_NEW"'],
)
def test_a_variable_that_is_not_listed_is_found(line):
    """However it is read."""
    assert set(named(ast.parse(line))) - LISTED - FOREIGN


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DURE_LOG_LEVEL", "verbose", ["doctor"]),
        ("DURE_READINGS_DAYS", "abc", ["doctor"]),
        ("DURE_BULK_READING", "0", ["doctor"]),
        ("DURE_OIDC_URL", "notaurl", ["doctor"]),
        ("DURE_URL", "gpu.example.kr", ["doctor"]),
        ("PORT", "abc", ["serve"]),
        ("PORT", "70000", ["demo"]),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_that_names_the_variable(name, value, words, tmp_path):
    surroundings = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "src"), "DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}
    done = subprocess.run(
        [sys.executable, "-m", "dure", *words], cwd=tmp_path, env={**surroundings, name: value}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert re.fullmatch(rf"dure: {name}: .*{value}.*\. (Write|Give) .*\.\n", done.stderr), done.stderr
