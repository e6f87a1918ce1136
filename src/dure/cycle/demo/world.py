"""What the demo's acts share: the input files, the people, and how a recommendation is filed and approved."""

import datetime as dt
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from dure.cycle import approving
from dure.cycle.filing import Desk
from dure.cycle.stages import Stage
from dure.formats.errors import BadInput
from dure.formats.reading import read_json
from dure.records.journal.models import Entry
from dure.records.parties import queries as parties
from dure.records.parties.models import Person
from dure.rules.book import Book

KST = dt.timezone(dt.timedelta(hours=9), "KST")


class Told(NamedTuple):
    """One line of the summary in two languages: what was decided, and how it is known to be right."""

    decided: tuple[str, str]
    proof: tuple[str, str]


class Line(NamedTuple):
    """A stage's line with its times in seconds; `deciding` is the part spent on recommendations."""

    stage: Stage
    told: Told
    seconds: float
    deciding: float


class World:
    """One run: reads each input file once, and knows who acts."""

    def __init__(self, folder: Path, book: Book) -> None:
        if not (folder / "programme.json").is_file():
            raise BadInput("holds no programme.json.", where=str(folder), todo="Give a folder such as programmes/kr_2025.")
        self.folder, self.book = folder, book
        self.deciding = 0.0
        self.entries: dict[str, Entry] = {}
        self._read: dict[str, Any] = {}

    def input(self, name: str) -> Any:
        """The input file of that name, without what it says about itself."""
        if name not in self._read:
            self._read[name] = read_json(self.folder / f"{name}.json")
        return self._read[name]

    @cached_property
    def programme(self) -> str:
        return self.book.programme

    def person(self, desk: str, place: int = 0) -> Person:
        """The demo's first (or later) person at that desk."""
        return parties.person([each for each in self.input("programme")["people"] if each["desk"] == desk][place]["username"])

    def desk(self, desk: str, at: dt.datetime, place: int = 0) -> Desk:
        return Desk(self.book, self.person(desk, place), at)

    def propose(self, name: str, recommend: Callable[..., Entry], *, by: str, at: dt.datetime, **given: Any) -> Any:
        """File a recommendation, and return what it says."""
        start = time.perf_counter()
        self.entries[name] = recommend(**given, desk=self.desk(by, at))
        self.deciding += time.perf_counter() - start
        return self.entries[name].recommendation_value()

    def decide(
        self, name: str, recommend: Callable[..., Entry], *, by: str, approved_by: str, at: dt.datetime, **given: Any
    ) -> Any:
        """File a recommendation, have another person approve it an hour later, and return what it says."""
        made = self.propose(name, recommend, by=by, at=at, **given)
        approver = self.person(approved_by, 1 if by == approved_by else 0)
        self.entries[name] = approving.approve(entry=self.entries[name], by=approver, at=at + dt.timedelta(hours=1))
        return made


def moment(day: str | dt.date, hour: int = 10) -> dt.datetime:
    """That hour of that day in Korea."""
    date = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return dt.datetime.combine(date, dt.time(hour), KST)


def by_sector(parts: Mapping[str, float]) -> tuple[str, str]:
    """Each sector's part in percent, by name."""
    ko, en = ([f"{names[place]} {parts[sector]:.1%}" for sector, names in SECTORS.items() if sector in parts] for place in (0, 1))
    return ", ".join(ko), ", ".join(en)


SECTORS = {
    "industry": ("산업", "industry"),
    "academia_research": ("학·연", "academia and research"),
    "national_projects": ("국가과제", "national projects"),
}


def won(amount: int) -> tuple[str, str]:
    """An amount as people say it, in Korean (조, 억) and in English."""
    trillions, rest = divmod(amount, 10**12)
    hundreds_of_millions = rest // 10**8
    ko = (f"{trillions}조 " if trillions else "") + f"{hundreds_of_millions:,}억 원"
    return ko, f"KRW {amount / 10**9:,.1f} bn"
