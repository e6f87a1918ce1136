"""Keyset paging: a page begins after a row, not after a number of rows, so that depth costs nothing and inserts shift nothing.

Method: "seek" (M. Winand, use-the-index-luke.com/no-offset). Rows are ordered by one column and, of equals, by primary key;
empty values come last either way. The cursor in the address holds both values of a row, signed against tampering.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from dure.portal.kit.lists.asked import Asked
from dure.portal.kit.lists.declared import Column, List

COUNTED = 10_000
_SORT, _KEY = "k_sort", "k_pk"


@dataclass(frozen=True)
class Page:
    """Rows as mappings of column and extra keys, and the cursors of the neighbouring pages; empty where there are none."""

    rows: list[dict[str, Any]]
    previous: str
    next: str


@dataclass(frozen=True)
class _Order:
    column: Column
    descending: bool
    unique: bool


class _Compare(Func):
    """A row comparison, which an index on both columns answers."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, *expressions: Any, sign: str, **extra: Any) -> None:
        super().__init__(*expressions, **extra)
        self.sign = sign

    def as_sql(self, compiler: Any, connection: Any, *_given: Any, **extra: Any) -> tuple[str, Any]:
        del connection, extra
        parts, values = [], []
        for each in self.get_source_expressions():
            sql, given = compiler.compile(each)
            parts.append(sql)
            values += given
        half = len(parts) // 2
        return f"({', '.join(parts[:half])}) {self.sign} ({', '.join(parts[half:])})", values


def names_of(columns: Sequence[Column], declared: List) -> list[str]:
    """What SQL must select for these columns."""
    names = [each.key for each in columns if each.in_sql]
    names += [name for each in columns for name in (*each.uses, *each.also)]
    names += [each.beneath.key for each in columns if each.beneath]
    return list(dict.fromkeys(names)) or [declared.order.lstrip("-")]


def selected(rows: QuerySet[Any], declared: List, names: Sequence[str], beside: Mapping[str, str]) -> QuerySet[Any]:
    """The rows as tuples: these names, then the value sorted by (filled in by `ordered`) and the primary key.

    `beside`: sources of names that the list does not declare.
    """
    sources = {f"c_{name}": beside[name] if name in beside else declared.source(name) for name in names}
    taken: dict[str, Any] = {key: F(source) if isinstance(source, str) else source for key, source in sources.items()}
    found: QuerySet[Any] = rows.annotate(**taken)
    return found


def ordered(rows: QuerySet[Any], asked: Asked) -> tuple[QuerySet[Any], _Order]:
    """The rows in the order asked for, each with its two keys."""
    declared, wanted = asked.declared, asked.sort
    key = wanted.removeprefix("-")
    column = declared.by_key(key)
    if column is None:
        raise ValueError(f"list {declared.key} has no column {key}")
    source = declared.source(key)
    order = _Order(column, wanted.startswith("-"), key in declared.unique)
    keyed = rows.annotate(**{_SORT: F(source) if isinstance(source, str) else source, _KEY: F("pk")})
    return keyed.order_by(*_terms(order, backwards=False)), order


def _terms(order: _Order, *, backwards: bool) -> list[Any]:
    descending = order.descending != backwards
    names = [_SORT] if order.unique else [_SORT, _KEY]
    if not order.column.nullable:
        return [f"-{name}" if descending else name for name in names]
    empty = {"nulls_first": True} if backwards else {"nulls_last": True}
    first = F(_SORT).desc(**empty) if descending else F(_SORT).asc(**empty)
    return [first, *(f"-{name}" if descending else name for name in names[1:])]


def page(rows: QuerySet[Any], asked: Asked, names: Sequence[str], beside: Mapping[str, str]) -> Page:
    """The page that the address asks for; one statement, two where the page before the cursor is the first."""
    declared, size = asked.declared, asked.declared.per_page
    keyed, order = ordered(selected(rows, declared, names, beside), asked)
    backwards = bool(asked.one("before"))
    cursor = _read(asked.one("before") or asked.one("after"), keyed, asked)
    if cursor is None:
        found = _fetch(keyed, names, size + 1)
        return _page(found[:size], asked, names, before=False, after=len(found) > size)
    turned = keyed.order_by(*_terms(order, backwards=backwards)).filter(_beyond(order, cursor, backwards=backwards))
    found = _fetch(turned, names, size + 1)
    if not backwards:
        return _page(found[:size], asked, names, before=True, after=len(found) > size)
    if len(found) <= size:  # the start of the list is reached: the first page is shown whole
        found = _fetch(keyed, names, size + 1)
        return _page(found[:size], asked, names, before=False, after=len(found) > size)
    return _page(found[:size][::-1], asked, names, before=True, after=True)


def _fetch(rows: QuerySet[Any], names: Sequence[str], most: int) -> list[tuple[Any, ...]]:
    return list(rows.values_list(*(f"c_{name}" for name in names), _SORT, _KEY)[:most])


def _page(found: list[tuple[Any, ...]], asked: Asked, names: Sequence[str], *, before: bool, after: bool) -> Page:
    rows = [dict(zip([*names, "pk"], (*each[:-2], each[-1]), strict=True)) for each in found]
    previous = _written(found[0], asked) if found and before else ""
    following = _written(found[-1], asked) if found and after else ""
    return Page(rows, previous, following)


def _beyond(order: _Order, cursor: tuple[Any, Any], *, backwards: bool) -> Any:
    """The condition that a row comes after the cursor, or before it when turning back."""
    value, key = cursor
    sign = "<" if order.descending != backwards else ">"
    key_beyond = Q(**{f"{_KEY}__{'lt' if sign == '<' else 'gt'}": key.value})
    if value.value is None:
        rest = Q(**{f"{_SORT}__isnull": True}) & key_beyond
        return rest | Q(**{f"{_SORT}__isnull": False}) if backwards else rest
    compared = (F(_SORT), value) if order.unique else (F(_SORT), F(_KEY), value, key)
    beyond = Q(_Compare(*compared, sign=sign))
    return beyond | Q(**{f"{_SORT}__isnull": True}) if order.column.nullable and not backwards else beyond


def _signer(asked: Asked) -> Signer:
    return Signer(salt=f"list {asked.declared.key} {asked.sort}")


def _written(found: tuple[Any, ...], asked: Asked) -> str:
    """The cursor of a row: value and key as JSON, signed."""
    plain = [str(each) if isinstance(each, Decimal) else each.isoformat() if isinstance(each, dt.date) else each
             for each in found[-2:]]  # fmt: skip
    return _signer(asked).sign_object(plain)


def _read(text: str, rows: QuerySet[Any], asked: Asked) -> tuple[Value, Value] | None:
    """The cursor's two values, typed as their columns; nothing where it is not one of this list in this order."""
    if not text:
        return None
    try:
        given = _signer(asked).unsign_object(text)
        fields = [rows.query.annotations[name].output_field for name in (_SORT, _KEY)]
        fields = [getattr(each, "target_field", each) for each in fields]
        values = [None if value is None else field.to_python(value) for value, field in zip(given, fields, strict=True)]
    except (BadSignature, ValidationError, ValueError):
        return None
    return Value(values[0], output_field=fields[0]), Value(values[1], output_field=fields[1])


def counted(rows: QuerySet[Any]) -> tuple[int, bool]:
    """How many rows there are, counted to `COUNTED`; the second says that there are more."""
    found = rows.order_by().values("pk")[: COUNTED + 1].count()
    return min(found, COUNTED), found > COUNTED
