"""Follows the steps of a recipe in docs/how-to to the letter, in a copy of the repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
PRODUCT = ("src/", "programmes/")
GENERATED = ("docs/reference/", "tests/cycle/permissions.txt")  # written by the commands of a recipe
COMPILED = ".mo"
STEP = re.compile(
    r"^ *(?:(?P<create>Create) `(?P<created>[^`]+)`|At the end of `(?P<added>[^`]+)`, add"
    r"|In `(?P<inside>[^`]+)`, (?P<where>below|above) `(?P<line>[^`]+)`, insert)?:?\n*"
    r"^(?P<indent> *)```(?P<language>\w+)\n(?P<block>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)


class Step(NamedTuple):
    """A file to create, a block to put at a place of a file, or commands to run."""

    path: str
    where: str
    line: str
    block: str


def steps(text):
    """The steps of one section of a recipe, in order. A block that no step announces is an example, unless it is commands."""
    for found in STEP.finditer(text):
        block = "".join(line.removeprefix(found["indent"]) for line in found["block"].splitlines(keepends=True))
        path = found["created"] or found["added"] or found["inside"] or ""
        if path or found["language"] == "sh":
            where = "new" if found["created"] else "end" if found["added"] else found["where"] or "run"
            yield Step(path, where, found["line"] or "", block)


def section(recipe, heading):
    """The text below a heading of the second level, up to the next."""
    text = (ROOT / "docs" / "how-to" / f"{recipe}.md").read_text(encoding="utf-8")
    return re.split(r"^## ", text.partition(f"\n## {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


class Copy:
    """A copy of the files that git tracks or would take in, with its own history, to see what a recipe touches.

    One copy serves several recipes: `reset` takes back what the last one did. `around`: further environment of its commands.
    """

    def __init__(self, folder, **around):
        self.folder, self.around = folder, around
        folder.mkdir(exist_ok=True)
        list_files = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(list_files, cwd=ROOT, capture_output=True, text=True, check=True)
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).exists():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
        author = ("-c", "user.name=recipe", "-c", "user.email=recipe@localhost")
        for words in (["init", "-q"], ["add", "-A"], [*author, "commit", "-q", "--no-verify", "-m", "tests: Begin the recipe."]):
            self.run(["git", *words])

    def reset(self):
        """As the copy was when it was made."""
        self.run(["git", "reset", "-q", "--hard"])
        self.run(["git", "clean", "-fdq"])

    def follow(self, step):
        """Take one step."""
        if step.where == "run":
            self.run(["sh", "-e", "-c", step.block])
            return
        path = self.folder / step.path
        if step.where == "new":
            assert not path.exists(), f"{step.path} exists already."
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.block, encoding="utf-8")
            return
        text = path.read_text(encoding="utf-8")
        path.write_text(_with(text, step), encoding="utf-8")

    def run(self, words):
        """Run a command in the copy, on the copy's own modules; it must succeed. Compiled modules are kept for the next one."""
        modules = os.pathsep.join(str(self.folder / part) for part in ("src", "tests"))
        place = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTHONDONTWRITE", "PYTEST_"))}
        around = {**kept, **self.around, "PATH": place, "PYTHONPATH": modules}
        done = subprocess.run(words, cwd=self.folder, env=around, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{words[-1]}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        return done.stdout

    def touched(self):
        """Files created or changed by hand, by whether they are of the product or of its tests."""
        names = [line[3:] for line in self.run(["git", "status", "--porcelain", "--untracked-files=all"]).splitlines()]
        own = sorted(name for name in names if not (name.startswith(GENERATED) or name.endswith(COMPILED)))
        return [name for name in own if name.startswith(PRODUCT)], [name for name in own if not name.startswith(PRODUCT)]


def _with(text, step):
    if step.where == "end":
        return text.rstrip("\n") + "\n" + step.block
    line = f"{step.line}\n"
    assert text.count(line) == 1, f"{step.path} holds the line `{step.line}` {text.count(line)} times."
    return text.replace(line, line + step.block if step.where == "below" else step.block + line)
