"""Where an installation keeps what is its own: its private server, its rule book, its keys, and the variables it runs under."""

import os
from collections.abc import Mapping
from pathlib import Path

from dure.formats.errors import BadInput

INSTALLED, DEMO = Path(".dure"), Path(".demo")
VARIABLES = "dure.env"  # as systemd's EnvironmentFile and `docker --env-file` read it: NAME=value, one a line
BEGUN = "dure.env.begun"  # the passwords of log-ins that are about to get them: whoever is cut off goes on with the same ones


def home() -> Path:
    """`DURE_HOME`; else the installation in this folder; else the demo in it."""
    if given := os.environ.get("DURE_HOME"):
        return Path(given).absolute()
    return (DEMO if DEMO.exists() and not INSTALLED.exists() else INSTALLED).absolute()


def home_for(own: Path) -> Path:
    """`DURE_HOME`, or that folder."""
    return Path(os.environ.get("DURE_HOME") or own).absolute()


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
    """A file that only its owner can read, there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    return path
