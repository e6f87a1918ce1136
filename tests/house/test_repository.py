"""A clone is small: what is tracked is text that somebody uses, and installing it brings what its use needs."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dure.portal.kit

ROOT = Path(__file__).parent.parent.parent
STATIC = Path(dure.portal.kit.__file__).parent / "static" / "dure"
LARGEST = 400_000
BUILT = {
    ".7z", ".a", ".bz2", ".class", ".db", ".dll", ".dylib", ".egg", ".exe", ".gz", ".jar", ".npy",
    ".npz", ".o", ".parquet", ".pickle", ".pkl", ".pyc", ".so", ".sqlite", ".sqlite3", ".tar", ".tgz", ".whl",
    ".xz", ".zip", ".zst",
}  # fmt: skip
# Path and reason; both lists are to stay short.
LARGE_FILES: dict[str, str] = {
    "src/dure/portal/kit/locale/ko/LC_MESSAGES/django.mo": "the same, as it is read",
    "src/dure/portal/kit/locale/ko/LC_MESSAGES/django.po": "every text of the interface in Korean: it grows with the interface",
}
PACKED = "a journal exported by an earlier version, which must verify for ever; as text it has 7 MB"
BUILT_FILES: dict[str, str] = {
    "tests/journals/format-1-59df6e0.jsonl.xz": PACKED,
    "tests/journals/format-2-amounts.jsonl.xz": PACKED,
    "tests/journals/format-2.jsonl.xz": PACKED,
}
LOCKS = {"requirements.lock": ("demo",), "requirements-dev.lock": ("demo", "national", "parquet")}
NOT_FOR_THE_DEMO = {"numba", "llvmlite", "duckdb", "pytest", "ruff", "mypy", "playwright"}


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def names(paths):
    return {str(path.relative_to(ROOT)) for path in paths}


def test_no_large_file_is_tracked():
    large = names(path for path in tracked() if path.stat().st_size > LARGEST)
    assert large == set(LARGE_FILES), f"larger than {LARGEST:,} bytes: split it, make it when it is needed, or leave it out."


def test_nothing_built_or_packed_is_tracked():
    built = names(path for path in tracked() if BUILT & {suffix.lower() for suffix in path.suffixes})
    assert built == set(BUILT_FILES), "built or packed files belong into .gitignore: `git rm --cached` them."


def test_each_static_file_is_used():
    shown = [path for path in tracked() if path.suffix in {".html", ".css", ".js", ".py"} and "portal" in path.parts]
    text = "\n".join(path.read_text(encoding="utf-8") for path in shown)
    files = [path for path in STATIC.rglob("*") if path.is_file() and path.suffix not in {".md", ".txt"} and path.suffix]
    unused = sorted(path.name for path in files if not re.search(rf"[/\"'(]{re.escape(path.name)}", text))
    assert not unused, f"{unused}: no page names them."


def test_each_page_of_the_documentation_is_linked():
    pages = [path for path in tracked() if path.suffix == ".md"]
    linked = {
        (page.parent / target).resolve()
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    }
    lost = names(path for path in pages if path.is_relative_to(ROOT / "docs") and "adr" not in path.parts and path not in linked)
    assert not lost, f"{lost}: link each from README.md or a page that leads to it."


def pins(lock):
    found = re.findall(r"^([A-Za-z0-9][\w.-]*)==([\w.]+)", (ROOT / lock).read_text(), flags=re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def asked_for(extras, groups):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    listed = list(project["project"]["dependencies"])
    for extra in extras:
        listed += project["project"]["optional-dependencies"][extra]
    for group in groups:
        listed += [each for each in project["dependency-groups"][group] if isinstance(each, str)]
    wanted = [Requirement(each) for each in listed]
    own = [extra for each in wanted if each.name == "dure" for extra in each.extras]
    return [each for each in wanted if each.name != "dure"] + (asked_for(own, []) if own else [])


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_file_holds_hashes_and_no_address(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"https?://|file:|--(?:extra-)?index-url|--find-links", text)
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [each for each in entries if "==" not in each or "--hash=sha256:" not in each] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_file_holds_what_the_project_asks_for(lock):
    groups = ["install", "dev"] if "dev" in lock else ["install"]
    locked = pins(lock)
    for each in asked_for(LOCKS[lock], groups):
        found = locked.get(canonicalize_name(each.name))
        assert found, f"{lock}: no {each.name}; compile it again (docs/adr/0014)."
        assert each.specifier.contains(found), f"{lock}: {each.name} {found} is not {each.specifier}; compile it again."


def test_the_full_environment_is_the_demo_and_more():
    demo, full = pins("requirements.lock"), pins("requirements-dev.lock")
    assert demo.items() <= full.items(), "compile requirements-dev.lock under the constraints of requirements.lock."
    assert not NOT_FOR_THE_DEMO & set(demo), "what only tests or national rounds need belongs to another extra or group."
    assert set(full) >= NOT_FOR_THE_DEMO
