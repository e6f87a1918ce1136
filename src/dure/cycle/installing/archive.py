"""The file of a backup: a line that names its form, a line with the SHA-256 of all that follows, and a tar of its parts.

Whoever changes one byte is found out before anything is read back. The file holds personal data, and no key or password of the
installation: these are generated again where it is restored.
"""

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from dure.formats.errors import BadInput

FORM = b"dure-backup 1\n"
BEGIN = len(FORM) + 65  # of the tar: after the form, 64 digits and the end of their line
ABOUT, DATABASE, RULES = "about.json", "database", "rules"
CHUNK = 1 << 20


@contextmanager
def packed(to: Path, rules: Path) -> Iterator[Path]:
    """A folder for `ABOUT` and `DATABASE`; at the end they and the rule book become that file, whole or not at all."""
    with _beside(to) as folder:
        yield folder
        with _named(to):
            _pack(folder, to, rules)


def _pack(folder: Path, to: Path, rules: Path) -> None:
    half = folder / "whole"
    with os.fdopen(os.open(half, os.O_CREAT | os.O_RDWR | os.O_EXCL, 0o600), "w+b") as file:
        file.write(FORM.ljust(BEGIN))
        with tarfile.open(fileobj=file, mode="w") as tar:
            for name in (ABOUT, DATABASE):
                tar.add(folder / name, arcname=name)
            for path in sorted(rules.rglob("*.yaml")):
                tar.add(path, arcname=f"{RULES}/{path.relative_to(rules)}")
        digest = _digest(file)
        file.seek(len(FORM))
        file.write(digest)
        file.flush()
        os.fsync(file.fileno())
    half.replace(to)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """A full disk does not say of which file."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


@contextmanager
def unpacked(path: Path, beside: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A folder with its parts, and what it says of itself, once every byte has been found to be as it was written."""
    with path.open("rb") as file:
        if file.read(len(FORM)) != FORM:
            raise BadInput("is not a backup of dure.", where=str(path), todo="Give a file that `dure backup` wrote.")
        if file.read(BEGIN - len(FORM)) != _digest(file):
            raise BadInput("has been changed or cut off since it was written.", where=str(path), todo="Use another copy.")
        file.seek(BEGIN)
        with _beside(beside) as folder:
            with tarfile.open(fileobj=file, mode="r:") as tar:
                tar.extractall(folder, filter="data")
            yield folder, json.loads((folder / ABOUT).read_text(encoding="utf-8"))


def _digest(file: IO[bytes]) -> bytes:
    """The line that stands for everything from `BEGIN` on."""
    found = hashlib.sha256()
    file.seek(BEGIN)
    while part := file.read(CHUNK):
        found.update(part)
    return found.hexdigest().encode() + b"\n"


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A folder for the parts on the same disk, for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".dure-", dir=path.parent) as folder:
        yield Path(folder)
