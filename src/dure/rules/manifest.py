"""Reads the head of a programme's folder, and finds those that come with dure."""

import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from dure.formats.errors import BadInput
from dure.formats.folder.manifest import Manifest
from dure.rules.yaml_file import Mapping, read_yaml

HEAD, BASE_HEAD, VARIABLE = "programme.yaml", "base.yaml", "DURE_PROGRAMME"
PACKAGED = Path(__file__).parent.parent / "programmes"


def programmes() -> dict[str, Path]:
    """The folders of the programmes that come with dure, by name."""
    return {each.parent.name: each.parent for each in sorted(PACKAGED.glob(f"*/{HEAD}"))}


def base_of(folder: Path, name: str) -> Path:
    """The folder of the base of that name: in the programme's own, else among those that come with dure."""
    known = [each for each in (folder / name, PACKAGED / name) if (each / BASE_HEAD).is_file()]
    if not known:
        bases = ", ".join(sorted(each.parent.name for each in PACKAGED.glob(f"*/{BASE_HEAD}")))
        raise BadInput(f"no base is called {name!r}.", where=f"{folder / HEAD}", todo=f"Bases that come with dure: {bases}.")
    return known[0]


DEFAULT = next(iter(programmes().values()), PACKAGED)  # what is read where none is named


def chosen() -> Path:
    """The folder that this process works by: that of `DURE_PROGRAMME`, else the one that comes with dure."""
    if "DURE_RULES" in os.environ and VARIABLE not in os.environ:
        raise BadInput(
            "is no longer read: a programme's folder has its rules in a folder of their own, and a head that says more.",
            where="DURE_RULES",
            todo=f"Lay the folder out as docs/how-to/upgrade.md says, and set {VARIABLE}.",
        )
    return Path(os.environ.get(VARIABLE, DEFAULT))


def read_manifest(folder: Path) -> Manifest:
    """The head of that folder; raises `BadInput` with file and line."""
    if not folder.is_dir():
        raise BadInput("is not a folder of a programme.", where=str(folder), todo=f"Give the folder that holds {HEAD}.")
    path = folder / HEAD
    raw = read_yaml(path)
    try:
        head = msgspec.convert(raw, Manifest, strict=False)
    except msgspec.ValidationError as error:
        where, todo = _place(raw, path, str(error)), "docs/reference/programme.md lists the keys."
        raise BadInput(f"{error}.", where=where, todo=todo) from error
    if len(set(head.stages)) < len(head.stages):
        raise BadInput("a stage is named twice.", where=f"{path}:{raw.lines['stages']}")
    require_languages(head.title, head.languages, where=f"{path}:{raw.lines['title']}")
    if len(set(head.languages)) < len(head.languages):
        raise BadInput("a language is named twice.", where=f"{path}:{raw.lines['languages']}")
    try:
        ZoneInfo(head.zone)
    except (KeyError, ValueError, OSError) as error:
        raise BadInput(
            f"{head.zone!r} is no time zone.", where=f"{path}:{raw.lines['zone']}", todo="Write it as in Europe/Paris."
        ) from error
    return head


def require_languages(text: dict[str, str], languages: tuple[str, ...], *, where: str) -> None:
    """Raise unless it is said in every language of the programme, and in no other."""
    lacking = [each for each in languages if not text.get(each)]
    if lacking or set(text) - set(languages):
        raise BadInput(f"is said in {', '.join(text) or 'no language'}.", where=where, todo=f"Say it in {', '.join(languages)}.")


def _place(raw: Mapping, path: Path, said: str) -> str:
    """The line of the deepest key that the fault names."""
    line, here = 1, raw
    for key in re.split(r"[.\[\]]+", said.partition("`$")[2].rstrip("`")):
        if not isinstance(here, Mapping) or key not in here:
            continue
        line, here = here.lines[key], here[key]
    return f"{path}:{line}"
