"""The built wheel works alone: from an empty folder, in an environment that has never seen this checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import dure
from dure.cycle.stages import STAGES

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.long


def built(folder):
    """A wheel of what is tracked, built in a copy so that nothing of an earlier build gets in."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    build = "from setuptools.build_meta import build_wheel; print(build_wheel('made'))"
    done = subprocess.run([sys.executable, "-c", build], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder / "made" / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return built(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """Runs words in a new environment: the wheel's content first, then the third-party packages of this one, and no checkout."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    place = Path(sysconfig.get_path("purelib", "venv", vars={"base": str(home), "platbase": str(home)}))
    zipfile.ZipFile(wheel).extractall(place)
    (place / "third-party.pth").write_text(sysconfig.get_path("purelib") + "\n" + sysconfig.get_path("platlib") + "\n")
    empty = tmp_path_factory.mktemp("empty")
    surroundings = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "DURE", "DJANGO", "DATABASE"))
    }

    def run(*words):
        command = [home / "bin" / "python", *map(str, words)]
        return subprocess.run(command, cwd=empty, env=surroundings, capture_output=True, text=True, check=False)

    return run


def test_it_is_the_wheel_that_runs(python):
    done = python("-c", "import dure; print(dure.__file__)")
    assert "environment" in done.stdout
    assert str(ROOT) not in done.stdout


@pytest.mark.parametrize(
    "words",
    [["decide", "shares", ROOT / "examples" / "shares.facts.json"], ["rules", "check"], ["schema", "budget", "facts"]],
    ids=lambda words: words[0],
)
def test_commands_on_files_run_from_an_empty_folder(python, words):
    done = python("-m", "dure", *words)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout


def test_the_programme_comes_with_it(python):
    done = python("-c", "from dure.cycle.programme import default_programme; print(default_programme())")
    assert done.returncode == 0, done.stderr[-2000:]
    brought = Path(done.stdout.strip())
    source = ROOT / "programmes" / brought.name
    files = {path.relative_to(source) for path in source.rglob("*") if path.suffix in {".json", ".yaml", ".csv"}}
    assert {path.relative_to(brought) for path in brought.rglob("*") if path.is_file() and path.suffix != ".pyc"} == files
    assert all((brought / name).read_bytes() == (source / name).read_bytes() for name in files)


SCRIPT = """
from dure.formats.folder.stages import STAGE_KEYS
from dure.rules.folder import Folder
from dure.rules.manifest import DEFAULT
folder = Folder(DEFAULT)
assert [act.stage for act in folder.script.stages] == list(STAGE_KEYS)
print(folder.path, len(folder.names_of_facts()))
"""


def test_the_script_of_the_demo_is_read_from_it(python):
    done = python("-c", SCRIPT)
    assert done.returncode == 0, done.stderr[-2000:]
    assert str(ROOT) not in done.stdout


def test_the_demo_runs_from_it(python):
    try:
        done = python("-m", "dure", "demo", "--serve", "0", "--lang", "en")
        assert done.returncode == 0, done.stderr[-2000:]
        assert f"{len(STAGES)} stages, " in done.stdout
    finally:
        python("-c", "import os; os.environ['DURE_HOME'] = '.demo'; from dure.__main__ import main; main(['stop'])")


def test_it_holds_every_file_that_pages_and_rules_need(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(["git", "ls-files", "-z", "src"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    wanted = {name.removeprefix("src/") for name in listed.split("\0") if (ROOT / name).is_file()}
    assert not wanted - held
    points = zipfile.ZipFile(wheel).read(f"dure-{dure.__version__}.dist-info/entry_points.txt").decode()
    assert "dure = dure.__main__:main" in points
