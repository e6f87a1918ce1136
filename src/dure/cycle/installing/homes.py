"""Where an installation keeps what is its own: its private server, its rule book, its keys, and the variables it runs under."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from dure.formats.errors import BadInput

INSTALLED, DEMO = Path(".dure"), Path(".demo")
VARIABLES = "dure.env"  # as systemd's EnvironmentFile and `docker --env-file` read it: NAME=value, one a line
BEGUN = "dure.env.begun"  # the passwords of log-ins that are about to get them: whoever is cut off goes on with the same ones


def home() -> Path:
    """`DURE_HOME`; else the installation in this folder; else the demo in it. Raises `BadInput` where that is no folder."""
    if given := os.environ.get("DURE_HOME"):
        return folder(Path(given))
    return folder(DEMO if DEMO.exists() and not INSTALLED.exists() else INSTALLED)


def home_for(own: Path) -> Path:
    """`DURE_HOME`, or that folder; raises `BadInput` where it is none."""
    return folder(Path(os.environ.get("DURE_HOME") or own))


def folder(path: Path) -> Path:
    """The whole path of a home, which is a folder or not there yet; raises `BadInput` where it, or what it lies in, is a file."""
    path = path.absolute()
    for each in (path, *path.parents):
        if each.exists():
            if each.is_dir():
                break
            raise BadInput(
                "is a file, and a home is a folder.",
                where=str(each),
                todo="Let DURE_HOME (or --home) name a folder, or one that is not there yet.",
            )
    return path


@contextlib.contextmanager
def alone_in(home: Path) -> Iterator[bool]:
    """Nobody else makes or fills this home meanwhile; yields whether it was made for that. An empty one does not stay.

    Raises `BadInput` where another process does. The lock is on the folder, and ends with the process.
    """
    made = not home.exists()
    handle = _held(home)
    try:
        yield made
    finally:
        if made:
            with contextlib.suppress(OSError):
                home.rmdir()  # only where nothing is in it
        os.close(handle)


def _held(home: Path) -> int:
    while True:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):  # taken away by whoever held it
            handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                raise BadInput(
                    "is being made by another `dure init` or `dure restore`.",
                    where=str(home),
                    todo="Wait until that has ended; try again if it failed.",
                ) from None
            if home.exists() and os.fstat(handle).st_ino == home.stat().st_ino:
                return handle
            os.close(handle)


def server_directory(of: Path | None = None) -> Path:
    """Where the private server of a home keeps its data."""
    return (of or home()) / "postgres"


def take_variables(of: Path | None = None) -> None:
    """Set the variables that the home names; what the environment sets already wins."""
    for name, value in read_variables(of or home()).items():
        os.environ.setdefault(name, value)


def read_variables(of: Path, name: str = VARIABLES) -> dict[str, str]:
    """The variables that this file of the home names; none where it is not there."""
    file = of / name
    found: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines() if file.is_file() else (), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        variable, equals, value = line.partition("=")
        if not equals or not variable.isidentifier():
            raise BadInput(f"line {number} is not NAME=value.", where=str(file), todo="Mend or remove the line.")
        found.setdefault(variable, value)
    return found


def write_variables(of: Path, variables: Mapping[str, str], name: str = VARIABLES) -> Path:
    """Write them where `read_variables` reads them, for the owner of the home alone."""
    return write_private(of / name, "".join(f"{name}={value}\n" for name, value in variables.items()))


def write_private(path: Path, text: str) -> Path:
    """A file that only its owner can read, there whole or not at all; of several processes the last one's stays."""
    half = _written_beside(path, text)
    half.replace(path)
    return path


def made_once(path: Path, text: str) -> str:
    """What that file of the owner's holds, made with this text where it is not there.

    Of several processes that make it at once, all read the same.
    """
    if not path.exists():
        half = _written_beside(path, text)
        try:
            os.link(half, path)
        except FileExistsError:
            pass
        except OSError:  # a disk without links
            half.replace(path)
        half.unlink(missing_ok=True)
    return path.read_text(encoding="utf-8")


def _written_beside(path: Path, text: str) -> Path:
    """The text in a file beside that path, under a name that no other process has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.new")
    try:
        with os.fdopen(os.open(half, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        half.unlink(missing_ok=True)
        error.filename = error.filename or str(path)  # a full disk does not say of which file
        raise
    return half
