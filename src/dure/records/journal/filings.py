"""What was filed on one subject, with who filed and who answered: the statement is put together once, for many pages ask it."""

from functools import cache
from itertools import accumulate, pairwise
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connection, models

from dure.records.journal.models import Entry, Kind

_ON = (
    "FROM journal_entry filed JOIN parties_person filer ON filer.id = filed.who_id "
    "LEFT JOIN journal_entry answer ON answer.refers_to_id = filed.seq "
    "LEFT JOIN parties_person answerer ON answerer.id = answer.who_id "
    "WHERE filed.kind = %s AND filed.decision = %s AND filed.subject = %s ORDER BY filed.seq DESC"
)
_NAMES = ("filed", "filer", "answer", "answerer")


def filed_on(*, decision: str, subject: str) -> list[Entry]:
    """All recommendations of that decision on that subject, without their documents, the last first."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [Kind.RECOMMENDATION, decision, subject])
        return [_read([_value(field, each) for field, each in zip(_columns(), row, strict=True)]) for row in cursor.fetchall()]


def _value(field: Any, value: Any) -> Any:
    """As the model has it; JSON comes as text."""
    return field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value


@cache
def _columns() -> list[Any]:
    return [field for model in _models() for field in _fields(model)]


def _read(row: list[Any]) -> Entry:
    made: list[Any] = [
        model.from_db(DEFAULT_DB_ALIAS, names, row[start:end]) if row[start] is not None else None
        for model, names, start, end in _parts()
    ]
    entry: Entry = made[0]
    _entry, filer, answer, answerer = made
    entry.who = filer
    Entry._meta.get_field("answer").set_cached_value(entry, answer)  # noqa: SLF001 - as `select_related` does
    if answer is not None:
        answer.who = answerer
    return entry


@cache
def _parts() -> list[tuple[Any, list[str], int, int]]:
    """Of each of the four rows that one row holds: what it becomes, its fields, and where they begin and end."""
    fields = [[each.attname for each in _fields(model)] for model in _models()]
    bounds = pairwise(accumulate((len(each) for each in fields), initial=0))
    return [(model, names, start, end) for model, names, (start, end) in zip(_models(), fields, bounds, strict=True)]


def _models() -> tuple[Any, ...]:
    person = get_user_model()
    return Entry, person, Entry, person


def _fields(model: type[models.Model]) -> list[Any]:
    """What is read of each; the key comes first, and what the database makes for searching stays there."""
    return [field for field in model._meta.concrete_fields if not field.generated]  # noqa: SLF001 - Django's documented door


@cache
def _statement() -> str:
    columns = [f'{name}."{field.column}"' for name, model in zip(_NAMES, _models(), strict=True) for field in _fields(model)]
    return f"SELECT {', '.join(columns)} {_ON}"
