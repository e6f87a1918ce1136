"""A question that is put together once and asked many times: its words cost more than PostgreSQL's answer.

Rows become what the question's own queryset would make of them: models with what `select_related` names, converted as their
fields say. All that a question is given is text, and it stands in a condition as it is.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=models.Model)


class Given(str):
    """Stands for what will be given under that name, until a question is asked; fields of text leave it as it is."""

    __slots__ = ()


class Prepared(Generic[Row]):
    """A function from named texts to the rows that its question finds with them."""

    def __init__(self, question: "Callable[..., models.QuerySet[Row]]", *names: str) -> None:
        self._question, self._names = question, names
        self._known: dict[str, tuple[Any, str, list[Any]]] = {}

    @property
    def _compiled(self) -> tuple[Any, str, list[Any]]:
        """As compiled for the present log-in: what a secret column is asked for differs from log-in to log-in."""
        login = connection.settings_dict["USER"]
        if login not in self._known:
            self._known[login] = self._compile()
        return self._known[login]

    def _compile(self) -> tuple[Any, str, list[Any]]:
        """What Django made of the question: its compiler, the statement, and its parameters in order.

        Raises `TypeError` for a name that no condition has as it was given.
        """
        compiler = self._question(**{name: Given(name) for name in self._names}).query.get_compiler(DEFAULT_DB_ALIAS)
        statement, parameters = compiler.as_sql()
        if missing := set(self._names) - {str(each) for each in parameters if isinstance(each, Given)}:
            raise TypeError(f"{sorted(missing)} are in no condition as they were given.")
        return compiler, statement, list(parameters)

    @cached_property
    def _shape(self) -> tuple[type[Row], list[str], int, list[Any]]:
        """The model, its columns, where they end in a row, and what makes the related models; as `ModelIterable` has them."""
        compiler, _statement, _parameters = self._compiled
        kind = compiler.klass_info
        end = kind["select_fields"][-1] + 1
        names = [column[0].target.attname for column in compiler.select[:end]]
        related = get_related_populators(kind, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg] # stubs of a later Django
        return kind["model"], names, end, related

    def __call__(self, **given: str) -> list[Row]:
        """All that is found, in the question's order; one statement."""
        compiler, statement, parameters = self._compiled
        model, names, end, related = self._shape
        with connection.cursor() as cursor:
            cursor.execute(statement, [given[each] if isinstance(each, Given) else each for each in parameters])
            rows = cursor.fetchall()
        found = []
        for row in compiler.results_iter([rows]):
            made: Row = model.from_db(DEFAULT_DB_ALIAS, names, row[:end])
            for each in related:
                each.populate(row, made)
            found.append(made)
        return found
