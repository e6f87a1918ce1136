"""What does a value of a script stand for? Literals for themselves, references for what is written or was made elsewhere."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from dure.formats.errors import BadInput
from dure.formats.folder.script import Condition, Reference
from dure.formats.reading import as_struct
from dure.rules.folder import Folder

SOURCES = ("fact", "row", "made")
LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Unknown(BadInput):
    """A reference to what is not there."""


def reference_in(value: Any) -> Reference | None:
    """The reference that a map of a script is, by the one key that only references have; raises `BadInput` for a faulty one."""
    if isinstance(value, Reference):
        return value
    if not isinstance(value, Mapping) or sum(key in value for key in SOURCES) != 1:
        return None
    return as_struct(dict(value), Reference, where="a reference")


class Values:
    """What the values of one run stand for: `made` grows with each step that keeps something."""

    def __init__(self, folder: Folder) -> None:
        self.folder, self.zone = folder, ZoneInfo(folder.manifest.zone)
        self.made: dict[str, Any] = {}
        self._references: dict[int, tuple[Any, Reference | None]] = {}
        self._sets: dict[int, tuple[Any, frozenset[Any]]] = {}

    def resolved(self, value: Any, row: Any = None) -> Any:
        """The value itself, with every reference in it replaced by what it refers to."""
        if isinstance(value, Reference | Mapping) and (reference := self._reference(value)):
            return self._looked_up(reference, row)
        if isinstance(value, Mapping):
            return {key: self.resolved(each, row) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.resolved(each, row) for each in value]
        return value

    def rows(self, reference: Reference, row: Any = None) -> list[Any]:
        """The rows for which a step is repeated. Those of a map are its values, each with its key as `id`."""
        found = self.resolved(reference, row)
        if isinstance(found, Mapping):
            return [
                {"id": key, **each} if isinstance(each, Mapping) else {"id": key, "value": each} for key, each in found.items()
            ]
        if not isinstance(found, list):
            raise Unknown("is no list, and a step is repeated for the rows of one.", where=named(reference))
        return found

    def moment(self, value: Any, row: Any = None) -> dt.datetime:
        """An instant: one that says its offset, or a day and time in the programme's zone."""
        text = str(self.resolved(value, row))
        try:
            found = dt.datetime.fromisoformat(text)
        except ValueError as error:
            raise BadInput(f"{text[:40]!r} is no day and time.", where="at", todo="Write it as in 2031-06-23 15:00.") from error
        if DAY.fullmatch(text):
            raise BadInput(f"{text} has no time of day.", where="at", todo="Write it as in 2031-06-23 15:00, or give `time`.")
        return found if found.tzinfo else found.replace(tzinfo=self.zone)

    def _reference(self, value: Any) -> Reference | None:
        """The map as a reference, read once."""
        kept = self._references.get(id(value))
        if kept is None or kept[0] is not value:
            kept = self._references[id(value)] = value, reference_in(value)
        return kept[1]

    def _looked_up(self, reference: Reference, row: Any) -> Any:
        try:
            found = self._source(reference, row)
        except Unknown:
            if reference.otherwise is None:
                raise
            return reference.otherwise
        if found is None and reference.otherwise is not None:
            return reference.otherwise
        if reference.where or reference.pick or reference.columns:
            found = self._selected(found, reference, row)
        if reference.time:
            return self.moment(f"{found} {reference.time}").isoformat()
        return found

    def _source(self, reference: Reference, row: Any) -> Any:
        if reference.row:
            return below(row, reference.row.split("/"), reference.row)
        name, *keys = (reference.fact or reference.made).split("/")
        if reference.fact:
            return below(self.folder.facts(name), keys, reference.fact)
        if name not in self.made:
            raise Unknown(f"nothing has been made under the name {name!r}.", where=named(reference))
        return below(self.made[name], keys, reference.made)

    def _selected(self, found: Any, reference: Reference, row: Any) -> list[Any]:
        if not isinstance(found, list):
            raise Unknown("is no list, and has no rows to choose among.", where=named(reference))
        rows = [each for each in found if self._holds(each, reference.where, row)]
        if reference.pick:
            return [below(each, reference.pick.split("/"), reference.pick) for each in rows]
        if reference.columns:
            return [{here: below(each, there.split("/"), there) for here, there in reference.columns.items()} for each in rows]
        return rows

    def _holds(self, each: Any, where: Mapping[str, Condition], row: Any) -> bool:
        return all(self._is_so(value_of(each, name), condition, row) for name, condition in where.items())

    def _is_so(self, value: Any, condition: Condition, row: Any) -> bool:
        """Does everything hold that the condition says?"""
        held = (
            condition.has is None or condition.has == (value not in (None, "", [], {})),
            condition.is_ is None or value == condition.is_,
            condition.other_than is None or value != condition.other_than,
            not condition.in_ or value in condition.in_,
            condition.at_least is None or (value is not None and value >= condition.at_least),
            condition.below is None or (value is not None and value < condition.below),
        )
        return all(held) and (condition.among is None or value in self._set(condition.among, row))

    def _set(self, reference: Reference, row: Any) -> frozenset[Any]:
        """The values of a list; the same list is looked at once for all rows."""
        if reference.row:
            return frozenset(self.resolved(reference, row))
        source = self._source(reference, None)
        kept = self._sets.get(id(reference))
        if kept is None or kept[0] is not source:
            kept = self._sets[id(reference)] = source, frozenset(self.resolved(reference))
        return kept[1]


def below(value: Any, keys: list[str], whole: str) -> Any:
    """What stands under these keys; of a list a row is found by its `id`, or by its place from 0."""
    for key in keys:
        if isinstance(value, Mapping) and key in value:
            value = value[key]
        elif isinstance(value, list) and (row := _row_of(value, key)) is not None:
            value = row
        else:
            raise Unknown(f"has no {key!r}.", where=whole, todo="Check its spelling against the file.")
    return value


def _row_of(rows: list[Any], key: str) -> Any:
    by_id = next((each for each in rows if isinstance(each, Mapping) and each.get("id") == key), None)
    return rows[int(key)] if by_id is None and key.isdigit() and int(key) < len(rows) else by_id


def value_of(row: Any, name: str) -> Any:
    """The field of a row, or nothing."""
    try:
        return below(row, name.split("/"), name)
    except Unknown:
        return None


def named(reference: Reference) -> str:
    """A reference as the script writes it."""
    return next(f"{name}: {path}" for name in SOURCES if (path := getattr(reference, name)))


def shown(value: Any) -> str:
    """A value in a message."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}..."
