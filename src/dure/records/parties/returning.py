"""Who comes back with a session? The person with the roles they hold now, by one statement that is put together once.

The same statement names them as who reads on this connection.
"""

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models

from dure.records.journal.readers import NAMES, is_named
from dure.records.parties.models import Organisation, Person, Role, live

_HELD = (Person, Role, Organisation)
_WHO = "CASE WHEN parties_person.is_active THEN parties_person.id::text ELSE '' END"


def returning_person(number: int) -> Person | None:
    """The person of that row number, `live_roles` read with them, who reads from now on if they may; or nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [number])
        rows = cursor.fetchall()
    if not rows:
        return None
    is_named()
    made = [_read(row) for row in rows]
    person: Person = made[0][0]
    vars(person)["live_roles"] = tuple(_with_organisation(role, organisation) for _, role, organisation in made if role)
    return person


def _with_organisation(role: Any, organisation: Any) -> Any:
    role.organisation = organisation
    return role


def _read(row: tuple[Any, ...]) -> list[Any]:
    """The three rows that one row of the join holds; nothing where the join found none."""
    found, start = [], 0
    for model in _HELD:
        fields = _fields(model)
        values = [_as_read(field, value) for field, value in zip(fields, row[start : start + len(fields)], strict=True)]
        names = [field.attname for field in fields]
        start += len(fields)
        found.append(model.from_db(DEFAULT_DB_ALIAS, names, values) if values[0] is not None else None)
    return found


def _as_read(field: Any, value: Any) -> Any:
    return field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    """What is read of each; the key comes first, and what the database makes for searching stays there."""
    return [field for field in model._meta.concrete_fields if not field.generated]  # noqa: SLF001 - Django's documented door


@cache
def _statement() -> str:
    held = Role.objects.filter(live()).query
    condition, _none = held.get_compiler(DEFAULT_DB_ALIAS).compile(held.where)
    columns = [f'"{model._meta.db_table}"."{field.column}"' for model in _HELD for field in _fields(model)]  # noqa: SLF001
    return (
        f"SELECT {', '.join(columns)}, {NAMES.format(person=_WHO)} FROM parties_person "  # noqa: S608 - names of our own models
        f"LEFT JOIN parties_role ON parties_role.person_id = parties_person.id AND {condition} "
        "LEFT JOIN parties_organisation ON parties_organisation.id = parties_role.organisation_id "
        "WHERE parties_person.id = %s ORDER BY parties_role.id"
    )
