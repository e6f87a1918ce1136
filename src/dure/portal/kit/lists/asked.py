"""What does the address ask of a list? Parsed once; whatever makes no sense falls back to the list as declared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize
from urllib.parse import urlencode

from django.http import QueryDict

from dure.portal.kit.gate import NUL
from dure.portal.kit.lists.declared import Column, List

LONGEST_QUERY = 80
PAGING = frozenset({"after", "before"})
PASSING = frozenset({"format", "rows", "chosen", "print", "view"})


@dataclass(frozen=True)
class Asked:
    """The wishes of one address: `given` holds each parameter of the list without its prefix, in the order given."""

    declared: List
    given: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, declared: List, query: Any) -> "Asked":
        """The wishes in a query string or its parsed form."""
        parsed = QueryDict(query) if isinstance(query, str) else query
        prefix = f"{declared.key}-"
        pairs = [
            (key.removeprefix(prefix), value.replace(NUL, ""))
            for key, values in parsed.lists()
            if key.startswith(prefix)
            for value in values
        ]
        return cls(declared, tuple(pairs))

    def one(self, name: str) -> str:
        """The last value of that parameter."""
        return next((value for key, value in reversed(self.given) if key == name), "")

    def all(self, name: str) -> list[str]:
        """Every value of that parameter."""
        return [value for key, value in self.given if key == name]

    @property
    def query(self) -> str:
        """The words searched for, composed as the records hold them: some systems hand letters over in parts."""
        return normalize("NFC", self.one("q")).strip()[:LONGEST_QUERY]

    @property
    def sort(self) -> str:
        """Key of the column to sort by, with a minus for the largest first."""
        wanted = self.one("sort")
        column = self.declared.by_key(wanted.removeprefix("-"))
        return wanted if column is not None and column.sorts else self.declared.order

    @property
    def columns(self) -> list[Column]:
        """The columns wanted, in the list's own order."""
        wanted = set(self.all("cols"))
        chosen = [each for each in self.declared.columns if each.key in wanted]
        return chosen or [each for each in self.declared.columns if each.standard]

    @property
    def data(self) -> QueryDict:
        """The wishes as a filter set reads them: with the list's prefix."""
        data = QueryDict(mutable=True)
        for key, value in self.given:
            data.appendlist(f"{self.declared.key}-{key}", value)
        return data

    @property
    def lasting(self) -> list[tuple[str, str]]:
        """What makes the view: search, filters, order and columns, but no place in it and no file asked of it."""
        return [(key, value) for key, value in self.given if value and key not in PAGING | PASSING]

    @property
    def narrowed(self) -> bool:
        """Does the address leave rows out?"""
        return any(key not in {"sort", "cols"} for key, _ in self.lasting)

    def address(self, changed: Mapping[str, str] | None = None, *, keep_place: bool = False) -> str:
        """The query string with these parameters changed; an empty value takes one away."""
        kept = self.given if keep_place else tuple(self.lasting)
        changes = dict(changed or {})
        pairs = [(key, value) for key, value in kept if value and key not in changes and key not in PASSING]
        pairs += [(key, value) for key, value in changes.items() if value]
        return "?" + urlencode([(f"{self.declared.key}-{key}", value) for key, value in pairs])
