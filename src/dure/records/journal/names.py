"""What something is called, by language: one JSON object a column, which `formats.kinds.Names` describes."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.migrations import AddField, RemoveField, RunSQL, SeparateDatabaseAndState
from django.db.models import F, Func
from django.db.models.lookups import IContains
from django.utils.translation import get_language

from dure.formats.kinds import LONGEST_NAME, text_in

_BAD = f'strict $.* ? (@.type() != "string" || @ == "" || @ like_regex "^.{{{LONGEST_NAME + 1}}}" flag "s")'


class Names(models.JSONField):
    """The column; its model has the constraint `said(COLUMN)`."""

    description = "text by language"


class _Said(Func):
    """Is it an object with at least one text, and with nothing but texts that are neither empty nor too long?"""

    template = (
        "(jsonb_typeof(%(expressions)s) = 'object' AND %(expressions)s <> '{}'::jsonb "
        f"AND NOT %(expressions)s @? '{_BAD}'::jsonpath)"
    )
    arity = 1
    output_field = models.BooleanField()


def said(column: str) -> models.Q:
    """The condition that the column says something, as a constraint of its table."""
    return models.Q(_Said(F(column)))


class InLanguage(Func):
    """The text in the language in which is being written when the statement is; else in the programme's first, else in any."""

    arity = 1
    output_field = models.TextField()

    def as_sql(self, compiler: Any, connection: Any, *_given: Any, **extra: Any) -> tuple[str, Any]:
        """In one expression, by which lists are sorted as well."""
        del connection, extra
        (source,) = self.get_source_expressions()
        sql, given = compiler.compile(source)
        said = f"COALESCE({sql} ->> %s, {sql} ->> %s, jsonb_path_query_first({sql}, '$.*') #>> '{{}}')"
        return said, [*given, get_language() or settings.LANGUAGE_CODE, *given, settings.LANGUAGE_CODE, *given]


class InWords(Func):
    """The texts in all languages as one, by an expression that generated columns allow; for search alone."""

    template = "jsonb_path_query_array(%(expressions)s, '$.*')::text"
    arity = 1
    output_field = models.TextField()


def holds(column: str, word: str) -> models.Q:
    """The condition that a word stands in the text of a column, in whatever language, in large letters or small."""
    return models.Q(IContains(InWords(F(column)), word))


def usually(names: Mapping[str, str]) -> str:
    """The text in the programme's first language."""
    return text_in(names, settings.LANGUAGE_CODE)


def as_one(table: str, model: str, one: str, first: str, english: str, *, otherwise: str = "id") -> SeparateDatabaseAndState:
    """Makes of two columns, `first` and `english`, the column `one`, in place; the other way is a restored backup.

    `first` was in the programme's first language, in which this process works. Where that is English itself, `first` counts.
    `otherwise`: the column that stands in where nothing was said. Triggers are not asked; those that name the columns, like
    constraints and generated columns, are taken away before.
    """
    language = settings.LANGUAGE_CODE
    made = (
        f"jsonb_strip_nulls(jsonb_build_object('en', NULLIF({english}, ''))) "
        f"|| jsonb_build_object('{language}', COALESCE(NULLIF({first}, ''), NULLIF({english}, ''), {otherwise}::text))"
    )
    return SeparateDatabaseAndState(
        [
            RunSQL(
                f"SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; "
                f"ALTER TABLE {table} ALTER COLUMN {first} TYPE jsonb USING {made}; "
                f"ALTER TABLE {table} RENAME COLUMN {first} TO {one}; ALTER TABLE {table} DROP COLUMN {english}",
                RunSQL.noop,
            )
        ],
        [RemoveField(model, english), RemoveField(model, first), AddField(model, one, Names(), preserve_default=False)],
    )
