"""The other files of a programme's folder: vocabulary, calendar, script and facts, each read and checked by itself."""

import datetime as dt
import re
import shutil
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from dure.formats.canonical import plain
from dure.formats.errors import BadInput
from dure.formats.folder.calendar import Calendar
from dure.formats.folder.facts import About
from dure.formats.folder.manifest import Manifest
from dure.formats.folder.script import Script
from dure.formats.folder.vocabulary import LISTS, Vocabulary
from dure.formats.reading import as_struct, read_json
from dure.rules.book import FOLDER as RULES
from dure.rules.manifest import BASE_HEAD, HEAD, read_manifest, require_languages
from dure.rules.yaml_file import LOADER, Mapping, convert, line_at, read_yaml

VOCABULARY, CALENDAR, SCRIPT, FACTS = "vocabulary.yaml", "calendar.yaml", "script.yaml", "facts"
NAMED = ("programme", "vocabulary", "calendar")  # what a script may ask of, besides files of facts
_PLACE = re.compile(r"\$?\.?([^.\[\]]+)|\[(\d+)\]")
DEEPEST = 24


class Folder:
    """A programme's folder. Each file is read when it is first asked for; the first fault is raised with file and line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._facts: dict[str, Any] = {}

    @cached_property
    def manifest(self) -> Manifest:
        """`programme.yaml`."""
        return read_manifest(self.path)

    @cached_property
    def raw_vocabulary(self) -> Mapping:
        """`vocabulary.yaml` with its lines; empty where there is none."""
        return self._raw(VOCABULARY)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """`vocabulary.yaml`."""
        raw, path = self.raw_vocabulary, self.path / VOCABULARY
        made = convert(raw, Vocabulary, path, todo="`dure schema programme vocabulary` prints the keys.")
        for name in LISTS:
            for word, said in getattr(made, name).items():
                self._require_said(said, path, line_at(raw, [name, word]))
        for place, each in enumerate(made.organisations):
            self._require_said(each.name, path, line_at(raw, ["organisations", place, "name"]))
        return made

    @cached_property
    def raw_calendar(self) -> Mapping:
        """`calendar.yaml` with its lines; empty where there is none."""
        return self._raw(CALENDAR)

    @cached_property
    def calendar(self) -> Calendar:
        """`calendar.yaml`."""
        raw, path = self.raw_calendar, self.path / CALENDAR
        made = convert(raw, Calendar, path, todo="`dure schema programme calendar` prints the keys.")
        for name in ("milestones", "windows"):
            for place, each in enumerate(getattr(made, name)):
                self._require_said(each.title, path, line_at(raw, [name, place, "title"]))
        return made

    @cached_property
    def raw_script(self) -> Mapping:
        """`script.yaml` with its lines."""
        if not (self.path / SCRIPT).is_file():
            raise BadInput(f"holds no {SCRIPT}.", where=str(self.path), todo="Give the folder of a programme that can be played.")
        return read_yaml(self.path / SCRIPT, typed=True, deepest=DEEPEST)

    @cached_property
    def script(self) -> Script:
        """`script.yaml`; raises `BadInput` where there is none."""
        return convert(self.raw_script, Script, self.path / SCRIPT, todo="`dure schema programme script` prints the keys.")

    @property
    def has_script(self) -> bool:
        """Can it be played?"""
        return (self.path / SCRIPT).is_file()

    def facts(self, name: str) -> Any:
        """What a script may ask of under that name, in plain values: a file of facts, or a file of the folder itself."""
        if name not in self._facts:
            self._facts[name] = self._of_the_folder(name) if name in _HEADS else self._read_facts(name)
        return self._facts[name]

    def _of_the_folder(self, name: str) -> Any:
        """A file of the folder in plain values; windows as instants."""
        made = plain(getattr(self, _HEADS[name]))
        zone = ZoneInfo(self.manifest.zone)
        for window in made.get("windows", ()):
            for end in ("opens", "closes"):
                if window[end]:
                    window[end] = dt.datetime.fromisoformat(window[end]).replace(tzinfo=zone).isoformat()
        return made

    def facts_file(self, name: str) -> Path:
        """Where the facts of that name are written."""
        if name in _HEADS:
            return self.path / (HEAD if name == "programme" else f"{name}.yaml")
        written = [path for ending in ("json", "yaml") if (path := self.path / FACTS / f"{name}.{ending}").is_file()]
        if len(written) != 1:
            raise BadInput(
                f"{name!r} is {'written twice' if written else 'no file of facts'}.",
                where=f"{FACTS}/{name}",
                todo=f"Files: {', '.join(self.names_of_facts())}.",
            )
        return written[0]

    def names_of_facts(self) -> list[str]:
        """The names of all files of facts."""
        return sorted({path.stem for ending in ("json", "yaml") for path in (self.path / FACTS).glob(f"*.{ending}")})

    def _read_facts(self, name: str) -> Any:
        path = self.facts_file(name)
        raw = read_json(path) if path.suffix == ".json" else read_yaml(path, typed=True, deepest=DEEPEST)
        about = raw.get("about") if isinstance(raw, dict) else None
        if about is None:
            todo = "`dure schema programme facts` prints what belongs there."
            raise BadInput("`about` is missing.", where=f"{path}:1", todo=todo)
        try:
            said = as_struct(about, About, where=f"{path} at $.about")
        except BadInput as error:
            place = error.where.partition(" at $.about at $")[2]
            raise BadInput(error.what, where=f"{path}:{line_in(path, f'about{place}')}", todo=error.todo) from error
        try:
            self._require_said(said.what, path, 1)
        except BadInput as error:
            error.where = f"{path}:{line_in(path, 'about.what')}"
            raise
        return raw

    def _raw(self, name: str) -> Mapping:
        path = self.path / name
        if path.is_file():
            return read_yaml(path, typed=True)
        empty = Mapping()
        empty.lines = {}
        return empty

    def _require_said(self, said: dict[str, str], path: Path, line: int) -> None:
        require_languages(said, self.manifest.languages, where=f"{path}:{line}")


def copy_programme(source: Path, to: Path) -> None:
    """Copy the files of a programme, a base in its folder among them, but for the head, which is there already."""
    for name in (RULES, FACTS):
        if (source / name).is_dir():
            shutil.copytree(source / name, to / name)
    for each in source.glob(f"*/{BASE_HEAD}"):
        shutil.copytree(each.parent, to / each.parent.name)
    for name in (VOCABULARY, CALENDAR, SCRIPT):
        if (source / name).is_file():
            shutil.copyfile(source / name, to / name)


_HEADS = {"programme": "manifest", "vocabulary": "vocabulary", "calendar": "calendar"}


def line_in(path: Path, place: str) -> int:
    """The line of `list[3].field` in a file of facts. Read once more, only where something is wrong with it."""
    node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=LOADER)
    line = 1
    for name, index in _PLACE.findall(place):
        below = None
        if isinstance(node, yaml.MappingNode):
            below = next(((key.start_mark, item) for key, item in node.value if key.value == name), None)
        elif isinstance(node, yaml.SequenceNode) and index and int(index) < len(node.value):
            below = (node.value[int(index)].start_mark, node.value[int(index)])
        if below is None:
            break
        line, node = below[0].line + 1, below[1]
    return line
