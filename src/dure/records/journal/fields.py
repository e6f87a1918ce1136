"""Kinds of column that several apps share: exact numbers as decimal text, half-open periods, and secrets."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

KEPT_FROM = ("_worker", "_auditor", "_metering")  # ends of the names of log-ins, whatever their prefix


class ExactField(models.DecimalField):  # type: ignore[type-arg] # generic in its stubs only
    """`numeric` in the database, decimal text in Python: as in every file, and never a float."""

    def from_db_value(self, value: Decimal | None, expression: Any, connection: Any) -> str | None:
        del expression, connection
        return None if value is None else decimal_words(value)


class SecretField(models.CharField):  # type: ignore[type-arg] # generic in its stubs only
    """A hash or a digest by which somebody is let in: only the app's log-in and the owner's read it.

    A statement of any other log-in does not name the column, and finds nothing in it. So whoever reads whole rows, or joins a
    person to another row, needs no right on the secret, wherever that is done.
    """

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """The column, or nothing in its place."""
        if not compiler.connection.settings_dict["USER"].endswith(KEPT_FROM):
            return sql, params
        return ("NULL::varchar" if self.null else "''::varchar"), ()

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """For migrations a column like any other."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def decimal_words(value: Decimal) -> str:
    """The number as text without an exponent and without zeros at the end."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def half_open(name: str, field: str = "during") -> models.CheckConstraint:
    """The period has both ends, is not empty, and its end does not belong to it."""
    return models.CheckConstraint(
        condition=Q(
            **{
                f"{field}__isempty": False,
                f"{field}__lower_inf": False,
                f"{field}__upper_inf": False,
                f"{field}__lower_inc": True,
                f"{field}__upper_inc": False,
            }
        ),
        name=name,
    )


def period(from_at: dt.datetime, to_at: dt.datetime) -> DateTimeTZRange:
    """[from, to)"""
    return DateTimeTZRange(from_at, to_at, "[)")
