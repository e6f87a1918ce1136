"""Columns and choices that many lists have: names in the reader's language, words for codes, and states."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dure.portal.kit.lists.declared import Column
from dure.portal.kit.wording.numbers import included
from dure.portal.kit.wording.words import name
from dure.records.journal.names import InLanguage


def called(key: str, label: Any, source: str, **more: Any) -> Column:
    """A name that the records keep by language: selected, sorted and shown in the reader's."""
    return Column(key=key, label=label, source=InLanguage(source), show=lambda row: row[key] or "", **more)


def worded(key: str, label: Any, **more: Any) -> Column:
    """A code or id, shown as the word for it."""
    return Column(key=key, label=label, show=lambda row: name(row[key]) if row[key] else "", **more)


def last_day(key: str, label: Any, source: str, **more: Any) -> Column:
    """The last day of a span whose end the records keep as the instant after it."""
    return Column(key=key, label=label, kind="date", source=source, show=lambda row: included(row[key]), **more)


def state(labels: Mapping[Any, Any], tones: Mapping[Any, str], label: Any, **more: Any) -> Column:
    """A state that SQL gives as a code, with its label and tone."""
    return Column(
        key="state", label=label, show=lambda row: str(labels[row["state"]]), tone=lambda row: tones[row["state"]], **more
    )


def words_of(known: Callable[[], Iterable[str]]) -> Callable[[], list[tuple[str, str]]]:
    """Choices among codes or ids that are read each time, with the word for each."""
    return lambda: [(each, name(each)) for each in known()]
