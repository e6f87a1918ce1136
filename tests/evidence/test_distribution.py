"""`dure-verify` is a distribution of its own: built from this checkout, it verifies where there is nothing else of dure."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NEEDED = ("cryptography", "msgspec", "numpy", "cffi", "_cffi_backend", "pycparser")  # with what they need themselves
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built in a copy of what is tracked."""
    folder = tmp_path_factory.mktemp("source")
    listed = subprocess.run(["git", "ls-files", "-z", "src", "packages"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    build = "from setuptools.build_meta import build_wheel; print(build_wheel('made'))"
    place = folder / "packages" / "verify"
    done = subprocess.run([sys.executable, "-c", build], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return place / "made" / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """Runs words in a new environment: the wheel, the libraries that it names, and no others."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    place = Path(sysconfig.get_path("purelib", "venv", vars={"base": str(home), "platbase": str(home)}))
    zipfile.ZipFile(wheel).extractall(place)
    for libraries in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for path in Path(libraries).iterdir():
            if path.name.partition(".")[0] in NEEDED and not (place / path.name).exists():
                (place / path.name).symlink_to(path)
    surroundings = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "DURE", "DJANGO", "DATABASE"))
    }

    def run(*words):
        command = [home / "bin" / "python", *map(str, words)]
        return subprocess.run(command, cwd=home, env=surroundings, capture_output=True, text=True, check=False)

    return run


def test_it_holds_formats_checks_and_evidence_alone(wheel):
    rooms = {name.split("/")[1] for name in zipfile.ZipFile(wheel).namelist() if name.startswith("dure/") and name.count("/") > 1}
    assert rooms == {"formats", "checks", "evidence"}
    points = next(name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("entry_points.txt"))
    assert "dure-witness" in zipfile.ZipFile(wheel).read(points).decode()


def test_it_verifies_an_export(python, exported, tmp_path):
    trust = tmp_path / "trust.json"
    known = {"installation": [exported.public], "rule_books": list(exported.trust.rule_books)}
    trust.write_text(json.dumps({**known, "witnesses": exported.trust.witnesses}))
    logs = [word for each in exported.witnesses for word in ("--witness", each.folder / "log.jsonl")]
    done = python("-m", "dure.evidence", exported.file, "--trust", trust, *logs, "--json")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert json.loads(done.stdout)["findings"] == []
    gone = python("-c", "import dure.cycle")
    assert gone.returncode == 1


def test_its_witness_runs(python, exported):
    folder = ["--folder", "kept"]
    made = python(
        "-m", "dure.evidence.witness", *folder, "init", "--name", "x", "--programme", "p", "--installation", exported.public
    )
    assert made.returncode == 0, made.stderr[-2000:]
    assert made.stdout.startswith("ed25519:")
