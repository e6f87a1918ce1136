"""Lays out the home of an installation: a rule book of its own, and the variables that its commands run under."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from dure.cycle.deciding import open_book
from dure.cycle.installing.homes import BEGUN, VARIABLES, server_directory, write_variables
from dure.formats.errors import BadInput
from dure.rules.book import DEFAULT

RULES = "rules"


class Place(NamedTuple):
    """Where an installation lies: its home, and the rule book in it."""

    home: Path
    rules: Path


def templates() -> dict[str, Path]:
    """The rule books that come with dure, by name."""
    return {each.parent.name: each.parent for each in sorted(DEFAULT.parent.glob("*/programme.yaml"))}


def prepare(home: Path, template: str) -> Place:
    """The home with a rule book of its own, copied from the template: the name of one that comes with dure, or a folder.

    A rule book that is in the home already stays as it is. Whatever is read afterwards reads that one, and signs by one key.
    """
    rules = home / RULES
    if not rules.exists():
        source = templates().get(template, Path(template))
        open_book(source)
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = home / f".{RULES}.new"
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(source, half, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
        half.replace(rules)
    if not os.environ.get("DATABASE_URL"):
        server_directory(home).mkdir(mode=0o700, exist_ok=True)  # from here on this home has a private server
    os.environ["DURE_RULES"] = str(rules)
    os.environ.setdefault("DURE_SECRET_KEY", secrets.token_urlsafe(48))
    return Place(home, rules)


def keep_variables(place: Place, logins: Mapping[str, str]) -> Path:
    """Write the variables that every command of this home runs under, those of its log-ins among them."""
    variables = {
        "DURE_RULES": str(place.rules),
        "DURE_SECRET_KEY": os.environ["DURE_SECRET_KEY"],
        **logins,
        **({"DURE_HOSTS": os.environ["DURE_HOSTS"]} if os.environ.get("DURE_HOSTS") else {}),
    }
    written = write_variables(place.home, variables)
    (place.home / BEGUN).unlink(missing_ok=True)
    return written


@contextlib.contextmanager
def taken_back_if_refused(home: Path) -> Iterator[None]:
    """Where it is refused, no rule book stays that was not there before: the next attempt may begin with another one."""
    kept, known = (home / RULES).exists(), home.exists()
    try:
        yield
    except BadInput:
        if not kept and not (home / VARIABLES).exists() and os.environ.get("DATABASE_URL"):
            shutil.rmtree(home / RULES, ignore_errors=True)
            if not known:
                shutil.rmtree(home, ignore_errors=True)
        raise
