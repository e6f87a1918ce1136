"""Lays out the home of an installation: a programme of its own, and the variables that its commands run under."""

import contextlib
import filecmp
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from dure.cycle.deciding import open_book
from dure.cycle.installing.homes import BEGUN, VARIABLES, server_directory, write_variables
from dure.formats.errors import BadInput
from dure.rules.folder import copy_programme
from dure.rules.manifest import HEAD, programmes

PROGRAMME = "programme"
WHERE = ("DURE_HOSTS", "DURE_URL")  # the portal is opened: one answer for the server and its workers


class Place(NamedTuple):
    """Where an installation lies: its home, and the folder of the programme in it, with its rule book."""

    home: Path
    programme: Path


def prepare(home: Path, template: str) -> Place:
    """The home with a programme of its own, copied from the template: the name of one that comes with dure, or a folder.

    A programme that is in the home already stays as it is, unless an init was cut off while it copied it. Whatever is read
    afterwards reads that one, and signs by one key. Only within `homes.alone_in`.
    """
    folder, source = home / PROGRAMME, programmes().get(template, Path(template))
    if not folder.exists() or _half_copied(folder, source):
        open_book(source)
        _copy(source, folder)
    if not os.environ.get("DATABASE_URL"):
        server_directory(home).mkdir(mode=0o700, exist_ok=True)  # from here on this home has a private server
    os.environ["DURE_PROGRAMME"] = str(folder)
    os.environ.setdefault("DURE_SECRET_KEY", secrets.token_urlsafe(48))
    return Place(home, folder)


def _half_copied(folder: Path, source: Path) -> bool:
    """Is this a part of the template as it came, which does not open, in a home that was never finished?"""
    if (folder.parent / VARIABLES).exists():
        return False
    try:
        open_book(folder)
    except BadInput:
        held = [each.relative_to(folder) for each in folder.rglob("*") if each.is_file()]
        return all((source / each).is_file() and filecmp.cmp(folder / each, source / each, shallow=False) for each in held)
    return False


def _copy(source: Path, folder: Path) -> None:
    """Whole or not at all; what earlier attempts left goes."""
    for left in folder.parent.glob(f".{PROGRAMME}.*new"):
        shutil.rmtree(left, ignore_errors=True)
    half = folder.with_name(f".{PROGRAMME}.{os.getpid()}.new")
    half.mkdir(parents=True)
    shutil.copyfile(source / HEAD, half / HEAD)
    copy_programme(source, half)
    shutil.rmtree(folder, ignore_errors=True)
    half.replace(folder)


def keep_variables(place: Place, logins: Mapping[str, str]) -> Path:
    """Write the variables that every command of this home runs under, those of its log-ins among them."""
    variables = {
        "DURE_PROGRAMME": str(place.programme),
        "DURE_SECRET_KEY": os.environ["DURE_SECRET_KEY"],
        **logins,
        **{name: os.environ[name] for name in WHERE if os.environ.get(name)},
    }
    written = write_variables(place.home, variables)
    (place.home / BEGUN).unlink(missing_ok=True)
    return written


@contextlib.contextmanager
def taken_back_if_refused(home: Path, *, known: bool) -> Iterator[None]:
    """Where it is refused, no programme stays that was not there before: the next attempt may begin with another one.

    `known`: the home was there before.
    """
    kept = (home / PROGRAMME).exists()
    try:
        yield
    except BadInput:
        if not kept and not (home / VARIABLES).exists() and os.environ.get("DATABASE_URL"):
            shutil.rmtree(home / PROGRAMME, ignore_errors=True)
            if not known:
                shutil.rmtree(home, ignore_errors=True)
        raise
