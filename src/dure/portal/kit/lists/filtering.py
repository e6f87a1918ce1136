"""The rows that the address asks for, as conditions in SQL: filters by django-filter, search word by word."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from dure.portal.kit.lists.asked import Asked
from dure.portal.kit.lists.declared import RESERVED, Choice, DateRange, Filter, List, Range

MOST_WORDS = 8


def narrowed(rows: QuerySet[Any], asked: Asked) -> tuple[QuerySet[Any], Mapping[str, Any]]:
    """The rows that fit every filter and every word, and what is wrong with filters that could not be read."""
    filters = bool(asked.declared.filters) and any(value and key not in RESERVED for key, value in asked.given)
    made = _filter_set(asked.declared)(asked.data, queryset=rows, prefix=asked.declared.key) if filters else None
    found = rows if made is None else made.qs
    if asked.declared.search is not None:
        for word in asked.query.lower().split()[:MOST_WORDS]:
            found = found.filter(asked.declared.search(word))
    return found, {} if made is None else made.errors


@cache
def _filter_set(declared: List) -> type[django_filters.FilterSet]:
    made = {each.key: _filter(each) for each in declared.filters}
    return type(f"{declared.key.title()}Filters", (django_filters.FilterSet,), made)


def _filter(declared: Filter) -> django_filters.Filter:
    field = declared.field or declared.key
    if isinstance(declared, Choice):
        choices = declared.choices

        def pairs() -> list[tuple[str, Any]]:
            return list(choices())

        if declared.where is None:
            return django_filters.ChoiceFilter(field_name=field, choices=pairs)
        return django_filters.ChoiceFilter(choices=pairs, method=_by(declared.where))
    if isinstance(declared, Range):
        return django_filters.RangeFilter(field_name=field)
    if isinstance(declared, DateRange):
        return django_filters.DateFromToRangeFilter(field_name=field)
    return django_filters.CharFilter(field_name=field, lookup_expr="icontains")


def _by(where: Any) -> Any:
    def method(rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        del name
        condition = where(value)
        return rows.filter(condition) if isinstance(condition, Q) else rows

    return method
