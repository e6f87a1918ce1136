"""Which columns of a query are personal, and whose? The paths by which they are selected tell, so that none is forgotten."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import Col, Subquery

from dure.records.readings.personal import PERSONAL, SUBJECTS


class Whose(NamedTuple):
    """The subjects of some columns: their kind, and the path to the key of each; `own`: the rows themselves are about people."""

    kind: str
    path: str

    @property
    def own(self) -> bool:
        return "__" not in self.path


def personal(rows: QuerySet[Any], sources: Iterable[Any]) -> Mapping[Whose, frozenset[str]]:
    """By subject the kinds of data that those sources (paths or expressions) tell of it.

    Raises `TypeError` where an annotation of the rows has personal data in it, whose subject cannot be told.
    """
    found: dict[Whose, set[str]] = {}
    annotations = rows.query.annotations
    for path in (each for source in sources for each in _paths(source)):
        first = path.split("__")[0]
        if first in annotations:
            if hidden := [each for each in _columns_in(annotations[first]) if each]:
                raise TypeError(f"{first} is made of {hidden[0]}: select personal data by its path, so that it can be noted")
            continue
        whose, data = _of(rows.model, path)
        if whose is not None:
            found.setdefault(whose, set()).add(data)
    return {whose: frozenset(data) for whose, data in found.items()}


def _of(model: type[Model], path: str) -> tuple[Whose | None, str]:
    parts = path.split("__")
    for place, part in enumerate(parts):
        label = model._meta.label  # noqa: SLF001 - Django's own way to ask
        data = PERSONAL.get(label, {}).get(part)
        if data is not None:
            kind, key = SUBJECTS[label]
            return Whose(kind, "__".join([*parts[:place], key])), data
        try:
            field: Any = model._meta.get_field(part)  # noqa: SLF001
        except FieldDoesNotExist:
            return None, ""  # `pk`, or a part of a value
        if field.related_model is None:
            return None, ""
        model = field.related_model
    return None, ""


def _paths(source: Any) -> Iterator[str]:
    """The paths that a source reads."""
    if isinstance(source, str):
        yield source
    elif isinstance(source, F):
        yield str(source.name)  # type: ignore[attr-defined] # the stubs have forgotten it
    elif hasattr(source, "get_source_expressions"):
        for each in source.get_source_expressions():
            yield from _paths(each)


def _columns_in(expression: Any) -> Iterator[str]:
    """The personal columns that an annotation reads, however deep."""
    if isinstance(expression, Col):
        label, name = expression.target.model._meta.label, expression.target.name  # noqa: SLF001
        yield f"{label}.{name}" if name in PERSONAL.get(label, {}) else ""
    elif isinstance(expression, Subquery):
        query = expression.query
        for each in (*query.annotation_select.values(), *query.select):
            yield from _columns_in(each)
    elif hasattr(expression, "get_source_expressions"):
        for each in expression.get_source_expressions():
            yield from _columns_in(each)
