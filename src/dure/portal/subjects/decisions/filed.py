"""What has been filed, as pages need it: one recommendation with its facts, rules and ruling."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What a named person made of a recommendation."""

    approved: bool
    who: str
    at: dt.datetime
    note: str = ""
    seq: int = 0


@dataclass(frozen=True, kw_only=True)
class Filed:
    """One recommendation in the journal; `ruling` is empty while it waits.

    Its documents are mappings, each key of which is read when a page asks for it: a page tells of entries of every version, and
    never parses the whole of a national round. What carries an entry out reads structs: `records.journal.filed.Filed`.

    `assumes`: did it read a rule that is our assumption, not an official figure?
    """

    seq: int
    decision: str
    subject: str
    stage: str = ""
    method: str = ""
    filed_by: str
    filed_at: dt.datetime
    facts: Mapping[str, Any]
    rules: Mapping[str, Any]
    recommendation: Mapping[str, Any]
    facts_digest: str = ""
    hash: str = ""
    code_version: str = ""
    edits: Sequence[Any] = ()
    ruling: Ruling | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    assumes: bool = False

    @property
    def readings(self) -> list[Mapping[str, Any]]:
        """The rules as they were read."""
        return list(self.recommendation.get("rules_read", ()))

    @property
    def reasons(self) -> list[Mapping[str, Any]]:
        """Why items did not get all that they asked for."""
        return list(self.recommendation.get("reasons", ()))
