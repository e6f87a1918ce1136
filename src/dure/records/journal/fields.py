"""Kinds of column that several apps share: exact numbers as decimal text, and half-open periods."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q


class ExactField(models.DecimalField):  # type: ignore[type-arg] # generic in its stubs only
    """`numeric` in the database, decimal text in Python: as in every file, and never a float."""

    def from_db_value(self, value: Decimal | None, expression: Any, connection: Any) -> str | None:
        del expression, connection
        return None if value is None else decimal_words(value)


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
